drop table model_files;
drop table model_versions;
