drop table screening_settings;
