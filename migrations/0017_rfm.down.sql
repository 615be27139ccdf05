create or replace function tell_user_change()
returns trigger
language plpgsql
as $$
begin
  if tg_op = 'UPDATE' then
    perform tell_change('users', array(select user_id::text from before union select user_id::text from after));
  else
    perform tell_change('users', array(select distinct user_id::text from after));
  end if;
  return null;
end
$$;

alter table user_rfm reset (fillfactor);

drop index user_rfm_history_changed_at_idx;

drop table rfm_state, rfm_rules;
