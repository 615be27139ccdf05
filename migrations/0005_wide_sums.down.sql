alter table user_features
  alter column spend type numeric(16, 2),
  alter column refunds type numeric(16, 2);

alter table item_features
  alter column revenue type numeric(16, 2),
  alter column refunds type numeric(16, 2);

alter table user_rfm
  alter column monetary type numeric(16, 2);
