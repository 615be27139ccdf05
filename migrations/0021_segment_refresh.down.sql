drop function leave_computed_segments(text[]);
drop table segment_dead_letters, segment_deliveries, segment_webhooks, segment_computations;
alter table segments
  drop column computation,
  drop column members_use_behaviour,
  drop column refresh_retry_at,
  drop column refresh_failures;
