//! Runs the examples as a user does: the real programs, with files and flags.
#![allow(dead_code, unreachable_pub, unused_imports)] // each test file uses its own part

pub use kycvs_test_programs::{Files as Folder, Ran, program, run, run_with_input};

/// A registry as a user may have it: a byte order mark, CRLF, quotes, two people on a mobile, and two bad rows.
pub const REGISTRY: &str = "\u{FEFF}beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch\r
1,\"Rao, Asha Lakshmi\",9876543210,1986-02-11,COVISHIELD,2021-04-03,1,4121Z025\r
1,\"Rao, Asha Lakshmi\",9876543210,1986-02-11,COVISHIELD,2021-07-01,2,\r
2,Imran Sheikh,9876543210,,,,,\r
3,Meena Devi,9123456780,,COVAXIN,2021-05-01,1,\r
4,Nobody,12345,,,,,\r
5,Ravi Kumar,9123456780,,ASPIRIN,2021-05-01,1,\r
";

pub const HEADER: &str = "beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch\n";
