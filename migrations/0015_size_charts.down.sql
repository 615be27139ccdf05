drop table size_charts;
drop function tell_size_chart_change();

delete from change_feed where kind = 'size_charts';
alter table change_feed drop constraint change_feed_kind_check;
alter table change_feed add constraint change_feed_kind_check
  check (kind in ('items', 'rooms', 'users', 'events'));
