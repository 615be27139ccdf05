drop index items_brand_idx;
drop index items_category_path_idx;
drop index events_room_id_idx;
drop index events_session_id_idx;

do $$
declare
  tab text;
  operation text;
begin
  foreach tab in array array['items', 'skus', 'rooms', 'room_items', 'users'] loop
    foreach operation in array array['insert', 'update', 'delete', 'truncate'] loop
      execute format('drop trigger %s_told_%s on %I', tab, operation, tab);
    end loop;
  end loop;
end
$$;

drop function tell_truncation();
drop function tell_user_change();
drop function tell_room_change();
drop function tell_item_change();
drop function tell_change(text, text[]);
drop table change_feed;
