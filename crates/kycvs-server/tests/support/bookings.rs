use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

use super::{Answer, Client, Gateway, HEADER, ask, confirm};

/// Bookings one after the other, each by another person, from any number of threads.
pub struct Bookings {
    gateway: Mutex<Gateway>,
    url: String,
    next: AtomicU64,
}

/// What a server acknowledged.
pub struct Booked {
    pub consent: String,
    pub token: String,
}

impl Bookings {
    pub fn start() -> Self {
        let gateway = Gateway::start();
        Self { url: gateway.url(), gateway: Mutex::new(gateway), next: AtomicU64::new(0) }
    }

    /// What a configuration says, so that as many can be asked as a machine can.
    pub fn settings(&self) -> String {
        format!(
            "[messages]\nper_entity = 1000000\n[sms.http]\nurl = '{}'\njson = '{{\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}'\n",
            self.url
        )
    }

    /// A registry of the first so many people.
    pub fn registry(count: u64) -> String {
        let people = (0..count).map(|number| format!("{number},Imran Sheikh,{},,,,,\n", mobile(number)));
        people.fold(HEADER.to_owned(), |csv, person| csv + &person)
    }

    /// The next booking at a server; or what it said instead of an answer.
    pub fn book(&self, client: &Client) -> Result<Booked, Box<Answer>> {
        let mobile = mobile(self.next.fetch_add(1, Ordering::Relaxed));
        let asked = ask(client, "booking", (&mobile, "Imran Sheikh"));
        if asked.status != 201 {
            return Err(Box::new(asked));
        }
        let code = self.gateway.lock().unwrap().code(&mobile);
        let granted = confirm(client, &asked, &code);
        if granted.status != 200 {
            return Err(Box::new(granted));
        }
        let text = |of: &Value| of.as_str().expect("a text").to_owned();
        let said = granted.json();
        Ok(Booked { consent: text(&said["consent_id"]), token: text(&said["token"]) })
    }
}

/// Numbers of ranges of their own, so that no limit of a range is reached.
fn mobile(number: u64) -> String {
    (9_000_000_000 + number * 10_007).to_string()
}
