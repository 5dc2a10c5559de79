//! Two real Kannels, one of which loses a quarter of what it takes.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kycvs::consent::{CodeProof, Identifier, Language};
use kycvs::domain::{BirthYear, DoseHistory, Mobile, PersonName};
use kycvs::registry::{Found, Lookup, PersonTag, Registry, RegistryError};
use kycvs_sms::{
    Channel, Failover, Kannel, KannelAccount, Link, ReceiptId, Receipts, ReceiptsOf, Report, ReportFormat, ReportTo,
};
use kycvs_test_servers::{Kannel as Server, ReceivedSms};

/// So long that no machine is slow enough to reach it: the test lets it pass at once.
const PATIENCE: Duration = Duration::from_secs(3_600);
const PEOPLE: usize = 60;
const LOST: usize = PEOPLE / 4;

/// A registry that knows everyone.
struct Everyone;

#[async_trait]
impl Registry for Everyone {
    async fn find(&self, _: &Mobile, _: &PersonName, _: Option<BirthYear>) -> Result<Lookup, RegistryError> {
        let person = PersonTag::from_bytes([1; 16]);
        Ok(Lookup::Found(Found { history: DoseHistory::default(), person }))
    }

    async fn find_again(&self, _: &Mobile, _: &PersonTag) -> Result<Option<Found>, RegistryError> {
        Ok(None)
    }
}

/// Takes Kannel's reports in, as a server does at its own address.
fn reports(receipts: Receipts) -> crate::support::Server {
    crate::support::Server::hearing(
        move |request| {
            let (path, query) = request.split(' ').nth(1).unwrap().split_once('?').unwrap();
            assert!(request.to_lowercase().contains("authorization: basic "), "{request}");
            let id = ReceiptId::parse(path.rsplit('/').next().unwrap());
            let channel = path.split('/').nth(2).unwrap();
            let report = Report { id, query, content_type: "", body: b"" };
            for receipt in ReportFormat::kannel().read(channel, report).unwrap() {
                receipts.take_in(channel, receipt);
            }
        },
        |stream| drop(stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")),
    )
}

fn link(name: &str, server: &Server, reports: &str) -> Link {
    let (username, password) = (Server::USERNAME, Server::PASSWORD);
    let account = KannelAccount { url: &server.url(), username, password, from: Some("KYCVSX") };
    let channel: Arc<dyn Channel> = Arc::new(Kannel::new(account).unwrap());
    let report_to = ReportTo::new(reports, name, "0123456789abcdef");
    Link { name: name.to_owned(), channel, receipts: Some(ReceiptsOf { report_to, patience: Some(PATIENCE) }) }
}

/// The numbers of the people. A quarter of them begin with what the first Kannel loses, and no two lie in one range.
fn numbers() -> impl Iterator<Item = String> {
    (0..PEOPLE).map(|at| format!("98{}{:02}{:04}", 70 + at % 4, at, at))
}

fn count(receipts: &Receipts, channel: &str, outcome: &str) -> usize {
    let key = [channel.to_owned(), outcome.to_owned()];
    let count = receipts.counts().into_iter().find_map(|(known, count)| (known == key).then_some(count));
    usize::try_from(count.unwrap_or(0)).unwrap()
}

fn codes(phones: Vec<ReceivedSms>) -> HashMap<String, String> {
    phones.into_iter().map(|sms| (sms.to, sms.text.chars().filter(char::is_ascii_digit).take(6).collect())).collect()
}

#[tokio::test]
async fn everyone_is_answered_though_one_gateway_loses_a_quarter() {
    let (mut losing, mut good) = (Server::start_losing(Some("+919870")), Server::start());
    let receipts = Receipts::default();
    let reports = reports(receipts.clone());
    let url = format!("http://127.0.0.1:{}/receipts", reports.port);
    let links = [link("losing", &losing, &url), link("good", &good, &url)];
    let failover = Arc::new(Failover::new(links, receipts.clone()));
    let service = crate::support::service(failover, |builder| builder.registry(Arc::new(Everyone))).await;

    let mut open = Vec::new();
    for number in numbers() {
        open.push((service.request(crate::support::request(&number, Language::English)).await.unwrap(), number));
    }
    while count(&receipts, "losing", "delivered") < PEOPLE - LOST {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // Who got no receipt by now gets none. Nothing is under way, so no other time-out falls into this.
    tokio::time::pause();
    tokio::time::advance(PATIENCE).await;
    tokio::time::resume();
    while count(&receipts, "good", "delivered") < LOST {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

    let mut phones = codes(losing.wait_for(PEOPLE - LOST));
    let second = codes(good.wait_for(LOST));
    assert!(second.keys().all(|number| number.starts_with("+919870")), "paid for twice only where nothing arrived");
    assert_eq!([count(&receipts, "losing", "overdue"), count(&receipts, "good", "taken")], [LOST; 2]);
    phones.extend(second);

    let rail = Identifier::parse("rail").unwrap();
    let mut answered = 0;
    for (open, number) in &open {
        let Some(code) = phones.get(&format!("+91{number}")) else { continue };
        let entered = open.confirmation(CodeProof::from_typed(code).unwrap());
        answered += usize::from(service.confirm(&rail, &open.id, &entered).await.is_ok());
    }
    assert!(100 * answered >= 99 * PEOPLE, "{answered} of {PEOPLE} were answered");
}
