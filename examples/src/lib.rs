//! What several examples share. Each example is a program in this folder; start with `railway_booking/`.

mod bad_rows;
mod data;
mod end;
mod fields;
mod flags;
mod load;
mod ministry;
mod words;

pub use bad_rows::BadRows;
pub use data::Data;
pub use end::{Ending, end, today_in_india};
pub use fields::fields;
pub use flags::path;
pub use load::{RegistryFile, import, import_by, sample_file, write_sample};
pub use ministry::ministry;
pub use words::{mistyped, status_words};
