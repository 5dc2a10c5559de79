use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use chrono::Datelike;
use kycvs_sample::SampleRegistry;
use serde_json::{Value, json};

use crate::books::Books;
use crate::gateway::Gateway;
use crate::http::Connection;
use crate::load::RECOVERY;
use crate::settings::{PEOPLE, SEED};

/// What all clients share.
pub(crate) struct Load {
    pub(crate) books: Books,
    pub(crate) gateway: Arc<Gateway>,
    /// Where the hosts listen.
    pub(crate) ports: Vec<u16>,
    pub(crate) is_over: AtomicBool,
}

/// Whether there is more to come of a right code.
enum Judged {
    Over,
    TryAgain,
    /// The same again, with the year of birth.
    TellYear,
}

/// Whose status a client asks for.
struct Person {
    mobile: String,
    name: String,
    birth_year: i32,
    /// Nobody else is on the number, so that the name decides.
    is_alone: bool,
}

/// How long a client tries to get the answer to one request.
const ENDURANCE: Duration = RECOVERY.saturating_mul(12);
/// Between two tries of a call that was refused or lost.
const PAUSE: Duration = Duration::from_millis(20);

/// One of many passengers, who books again and again under numbers that no other has. Each fourth time it mistypes the code
/// first, and each eighth time it sends the right one to two hosts at once.
pub(crate) struct Client {
    load: Arc<Load>,
    registry: SampleRegistry,
    hosts: Vec<Connection>,
    next_host: usize,
    booking: u64,
    number: u64,
    clients: u64,
}

impl Client {
    /// Number `number` of `clients`.
    pub(crate) fn new(load: Arc<Load>, number: u64, clients: u64) -> Self {
        let hosts = load.ports.iter().map(|&port| Connection::to(port)).collect();
        let registry = SampleRegistry::new(SEED, PEOPLE);
        Self { load, registry, hosts, next_host: 0, booking: 0, number, clients }
    }

    /// Books until the load is over.
    pub(crate) async fn run(mut self) {
        while !self.load.is_over.load(Ordering::Relaxed) {
            self.booking += 1;
            let Some(person) = self.next_person() else { return };
            let Some((id, notice)) = self.ask(&person).await else { continue };
            let Some(code) = self.load.gateway.code(&e164(&person.mobile)) else {
                self.load.books.broken("a request was opened and no message sent".to_owned());
                continue;
            };
            if self.booking.is_multiple_of(4) {
                self.mistype(&id, &code, &notice).await;
            }
            self.confirm(&person, &id, &code, &notice).await;
        }
    }

    /// The first person of the next household that is this client's own, over and over.
    fn next_person(&self) -> Option<Person> {
        let own = (self.registry.households() - self.number).div_ceil(self.clients);
        let household = self.registry.household(self.number + self.booking % own * self.clients)?;
        let years: Vec<_> = household.people.iter().map(|person| person.birth_date.map(|date| date.year())).collect();
        // Somebody of whom no year is recorded tells one that nobody else there has.
        let birth_year = years.first()?.or_else(|| (1950..).find(|year| !years.contains(&Some(*year))))?;
        let name = household.people.first()?.name.clone();
        Some(Person { mobile: household.mobile, name, birth_year, is_alone: years.len() == 1 })
    }

    async fn ask(&mut self, Person { mobile, name, .. }: &Person) -> Option<(String, String)> {
        let begin = Instant::now();
        let body = json!({ "mobile": mobile, "name": name, "purpose": "railway-booking", "reference": "PNR 1" });
        match self.post("/v1/status-requests", &body).await {
            Ok((201, open)) => {
                self.load.books.asked(begin);
                self.load.books.count(|tally| tally.opened += 1);
                let text = |value: &Value| value.as_str().map(str::to_owned);
                Some((text(&open["id"])?, text(&open["notice"]["hash"])?))
            }
            Ok((429 | 503, _)) => {
                self.load
                    .books
                    .count(|tally| (tally.refused, tally.unopened) = (tally.refused + 1, tally.unopened + 1));
                tokio::time::sleep(PAUSE).await;
                None
            }
            Ok((status, _)) => {
                self.load.books.broken(format!("a request was answered with {status}"));
                None
            }
            Err(_) => {
                self.load.books.count(|tally| (tally.lost, tally.unopened) = (tally.lost + 1, tally.unopened + 1));
                tokio::time::sleep(PAUSE).await;
                None
            }
        }
    }

    async fn mistype(&mut self, id: &str, code: &str, notice: &str) {
        let wrong: String = code.bytes().map(|digit| char::from(b'0' + (digit - b'0' + 1) % 10)).collect();
        let answered = self.post(&confirm_path(id), &json!({ "otp": wrong, "notice_hash": notice })).await;
        match answered {
            Ok((422, problem)) if problem["code"] == "wrong-code" => self.load.books.count(|tally| tally.wrong += 1),
            Ok((200, _)) => self.load.books.broken("a wrong code was answered with a token".to_owned()),
            _ => {}
        }
    }

    /// Sends the right code until it is answered, with the year of birth once that is asked for. The request's id serves as the
    /// nonce of the attempt: nobody else is here.
    async fn confirm(&mut self, person: &Person, id: &str, code: &str, notice: &str) {
        let (path, mut body) = (confirm_path(id), json!({ "otp": code, "notice_hash": notice, "attempt": id }));
        let begin = Instant::now();
        let (mut first_failure, mut last_refusal) = (None, String::new());
        while begin.elapsed() < ENDURANCE {
            let sent = Instant::now();
            let answers = self.send_confirm(&path, &body).await;
            let may_ask_year = !person.is_alone && body["birth_year"].is_null();
            let mut is_over = false;
            for answered in answers {
                if let Ok((status @ (429 | 503), problem)) = &answered {
                    last_refusal = format!("{status} {}", problem["code"]);
                }
                match self.judge(person, id, sent, answered, may_ask_year, first_failure.is_some()) {
                    Judged::Over => is_over = true,
                    Judged::TryAgain => drop(first_failure.get_or_insert(sent)),
                    Judged::TellYear => body["birth_year"] = person.birth_year.into(),
                }
            }
            if is_over {
                return first_failure.map_or((), |failed| self.load.books.recovered(failed));
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.load.books.broken(format!("a request got no answer for a minute, and was last refused by {last_refusal}"));
    }

    /// Writes down what came of a right code.
    fn judge(
        &self,
        person: &Person,
        id: &str,
        sent: Instant,
        answered: Result<(u16, Value)>,
        may_ask_year: bool,
        has_failed: bool,
    ) -> Judged {
        let books = &self.load.books;
        match answered {
            Ok((200, answer)) => {
                books.confirmed(sent);
                books.granted(id, &answer);
                Judged::Over
            }
            Ok((429 | 503, _)) => {
                books.count(|tally| tally.refused += 1);
                Judged::TryAgain
            }
            Err(_) => {
                books.count(|tally| tally.lost += 1);
                Judged::TryAgain
            }
            Ok((status, problem)) => {
                match problem["code"].as_str() {
                    // Two people on the number whom only a year of birth tells apart.
                    Some("birth-year-needed") if may_ask_year => {
                        books.count(|tally| tally.asked_year += 1);
                        return Judged::TellYear;
                    }
                    // Two people on the number whom nothing tells apart.
                    Some("no-matching-record") if !person.is_alone => books.count(|tally| tally.given_up += 1),
                    // A store that lost the request fails closed.
                    Some("not-found" | "code-expired" | "request-expired" | "already-used") if has_failed => {
                        books.count(|tally| tally.given_up += 1);
                    }
                    other => books.broken(format!("a right code was answered with {status} {other:?}")),
                }
                Judged::Over
            }
        }
    }

    /// Sends a confirm to one host; now and then to two at once, of which both must give the one answer.
    async fn send_confirm(&mut self, path: &str, body: &Value) -> Vec<Result<(u16, Value)>> {
        if !self.booking.is_multiple_of(8) {
            return vec![self.post(path, body).await];
        }
        match &mut self.hosts[..] {
            [one, other, ..] => {
                let (one, other) = tokio::join!(one.post(path, body), other.post(path, body));
                vec![one, other]
            }
            _ => vec![self.post(path, body).await],
        }
    }

    /// Posts to the next host in turn, so that a retry goes elsewhere.
    async fn post(&mut self, path: &str, body: &Value) -> Result<(u16, Value)> {
        self.next_host = (self.next_host + 1) % self.hosts.len();
        self.hosts[self.next_host].post(path, body).await
    }
}

fn confirm_path(id: &str) -> String {
    format!("/v1/status-requests/{id}/confirm")
}

fn e164(mobile: &str) -> String {
    let digits: String = mobile.chars().filter(char::is_ascii_digit).collect();
    format!("+91{}", &digits[digits.len().saturating_sub(10)..])
}
