//! What several examples share. Each example is a program in this folder; start with `railway_booking/`.

mod data;
mod end;
mod lines;
mod load;
mod ministry;
mod words;

pub use data::Data;
pub use end::{Ending, end, today_in_india};
pub use lines::{Lines, fields};
pub use load::{A_FEW, import, sample_file, write_sample};
pub use ministry::ministry;
pub use words::{mistyped, status_words};
