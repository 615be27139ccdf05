drop table model_activations;
drop table model_files;
drop table model_versions;
