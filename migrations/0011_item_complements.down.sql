drop table item_complements;
