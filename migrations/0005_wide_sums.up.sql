-- One order line may be worth 100,000 pieces at ten thousand million each, 10^15: what sums of such
-- lines are kept in holds a hundred thousand million of them.
alter table user_features
  alter column spend type numeric(28, 2),
  alter column refunds type numeric(28, 2);

alter table item_features
  alter column revenue type numeric(28, 2),
  alter column refunds type numeric(28, 2);

alter table user_rfm
  alter column monetary type numeric(28, 2);
