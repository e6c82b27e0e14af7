//! Every query of casework. Rows become domain values here and nowhere else.

pub(crate) mod appeals;
pub(crate) mod breaches;
pub(crate) mod care;
pub(crate) mod cases;
pub(crate) mod changes;
pub(crate) mod claims;
pub(crate) mod decisions;
pub(crate) mod evidence;
pub(crate) mod history;
pub(crate) mod holds;
pub(crate) mod letters;
pub(crate) mod people;
pub(crate) mod queue;
pub(crate) mod reports;
pub(crate) mod retention;
pub(crate) mod tasks;
pub(crate) mod teamwork;
