drop table value_models;
