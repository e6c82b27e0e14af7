drop table screening_samples;
