//! A server as its tests start it.
#![allow(dead_code, unreachable_pub)] // each test file uses its own part

mod bookings;

use std::sync::OnceLock;
use std::time::{Duration, Instant};

#[allow(unused_imports)]
pub use bookings::{Booked, Bookings};

#[allow(unused_imports)]
pub use kycvs_test_programs::{Files, Program, Ran, run, run_with};
pub use kycvs_test_servers::programs::{Answer, Client, Gateway, ask, confirm, sha256};

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

/// The API key of [`configuration`]'s entity: another in each run, since a server refuses a key that a file publishes.
pub fn railway_key() -> &'static str {
    static KEY: OnceLock<String> = OnceLock::new();
    KEY.get_or_init(|| {
        let mut bytes = [0; 16];
        kycvs::consent::Random::fill(&kycvs::SystemRandomness, &mut bytes).unwrap();
        sha256(&format!("{bytes:?}"))
    })
}

/// A configuration of one entity, with something more in it.
pub fn configuration(more: &str) -> String {
    let hash = sha256(railway_key());
    format!(
        r#"
[issuer]
url = "https://kycvs.example"
name = "A ministry"
grievance = "grievance@kycvs.example"
[[entity]]
id = "rail"
name = "A railway"
api_key_sha256 = "{hash}"
purposes = [{{ code = "booking", text = "to book a railway ticket" }}]
{more}
"#
    )
}

/// Starts `kycvs serve` on a free port.
pub fn serve(args: &[&str]) -> Program {
    serve_with(args, &[])
}

/// The same with variables in its environment.
pub fn serve_with(args: &[&str], environment: &[(String, String)]) -> Program {
    Program::start_with("kycvs", &[&["serve", "--listen", "127.0.0.1:0"], args].concat(), environment, "server")
}

/// The same with its log in a file.
pub fn serve_logged(args: &[&str], log: &str) -> Program {
    Program::start_logged("kycvs", &[&["serve", "--listen", "127.0.0.1:0"], args].concat(), log, "server")
}

/// Waits until something is so.
pub fn until(what: &str, is_so: impl Fn() -> bool) {
    let give_up = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < give_up, "never {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The railway's server, as it calls this one.
pub fn railway(server: &Program) -> Client {
    Client::new(server.said("server"), &format!("Bearer {}", railway_key()))
}
