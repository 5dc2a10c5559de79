//! One channel after the other: who gets the next turn, when, and with which code.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::NUMBER;
use async_trait::async_trait;
use kycvs::consent::{CodeProof, Identifier, Language};
use kycvs::{Error, ManualClock, OpenRequest, OtpMessage, StatusService};
use kycvs_sms::{
    Channel, Failover, Fate, Link, Receipt, ReceiptId, Receipts, ReceiptsOf, ReportTo, ReportUrl, SmsError,
};

const PATIENCE: Duration = Duration::from_secs(20);

/// What a channel does with its next messages.
#[derive(Clone, Copy)]
enum Does {
    Take,
    Refuse,
    BreakOff,
    /// It says an id of its own.
    Name(&'static str),
}

/// A channel that does as it is told, and then takes everything.
#[derive(Default)]
struct Scripted {
    script: Mutex<VecDeque<Does>>,
    got: Mutex<Vec<(String, Option<ReceiptId>)>>,
}

impl Scripted {
    fn that(script: &[Does]) -> Arc<Self> {
        Arc::new(Self { script: Mutex::new(script.iter().copied().collect()), got: Mutex::default() })
    }

    fn codes(&self) -> Vec<String> {
        self.got.lock().unwrap().iter().map(|(code, _)| code.clone()).collect()
    }

    fn receipt(&self, fate: Fate) -> Receipt {
        Receipt { id: self.got.lock().unwrap().last().unwrap().1.unwrap(), fate }
    }
}

#[async_trait]
impl Channel for Scripted {
    async fn hand_over(&self, message: &OtpMessage, report_to: Option<&ReportUrl>) -> Result<Option<String>, SmsError> {
        let id = report_to.map(|url| ReceiptId::parse(url.as_str().rsplit('/').next().unwrap()).unwrap());
        self.got.lock().unwrap().push((message.code.secret().to_owned(), id));
        match self.script.lock().unwrap().pop_front().unwrap_or(Does::Take) {
            Does::Take => Ok(None),
            Does::Name(id) => Ok(Some(id.to_owned())),
            Does::Refuse => Err(SmsError::Refused { status: 503 }),
            Does::BreakOff => Err(SmsError::Unconfirmed { status: 504 }),
        }
    }
}

/// A service with these channels, the receipts of which are waited for.
struct Rig {
    service: StatusService,
    receipts: Receipts,
    clock: Arc<ManualClock>,
}

impl Rig {
    async fn new(channels: &[&Arc<Scripted>]) -> Self {
        let links = channels.iter().enumerate().map(|(at, channel)| link(&format!("channel-{at}"), (*channel).clone()));
        Self::with(links).await
    }

    async fn with(links: impl IntoIterator<Item = Link>) -> Self {
        let receipts = Receipts::default();
        let clock = Arc::new(ManualClock::at("2026-11-28T06:30:00Z".parse().unwrap()));
        let failover = Arc::new(Failover::new(links, receipts.clone()));
        let service = crate::support::service(failover, |builder| builder.clock(clock.clone())).await;
        Self { service, receipts, clock }
    }

    async fn ask(&self) -> OpenRequest {
        self.service.request(crate::support::request(NUMBER, Language::English)).await.unwrap()
    }

    /// Enters a code. Nobody is registered, so a right one finds no record.
    async fn is_right(&self, open: &OpenRequest, code: &str) -> bool {
        let entered = open.confirmation(CodeProof::from_typed(code).unwrap());
        match self.service.confirm(&rail(), &open.id, &entered).await {
            Ok(_) => true,
            Err(Error::WrongCode { .. }) => false,
            other => panic!("{other:?}"),
        }
    }

    fn count(&self, channel: &str, outcome: &str) -> u64 {
        let key = [channel.to_owned(), outcome.to_owned()];
        self.receipts.counts().into_iter().find_map(|(known, count)| (known == key).then_some(count)).unwrap_or(0)
    }
}

fn link(name: &str, channel: Arc<dyn Channel>) -> Link {
    let report_to = ReportTo::new("http://127.0.0.1/receipts", name, "0123456789abcdef");
    let receipts = ReceiptsOf { report_to: Some(report_to.unwrap()), patience: Some(PATIENCE) };
    Link { name: name.to_owned(), channel, receipts: Some(receipts) }
}

fn rail() -> Identifier {
    Identifier::parse("rail").unwrap()
}

/// Lets the time pass in which a receipt could have come. The clock of these tests jumps when nothing else is to do.
async fn be_patient() {
    tokio::time::sleep(PATIENCE + Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn without_a_receipt_in_time_the_next_channel_gets_the_same_code() {
    let (first, second) = (Scripted::that(&[]), Scripted::that(&[]));
    let rig = Rig::new(&[&first, &second]).await;
    let open = rig.ask().await;
    tokio::time::sleep(PATIENCE - Duration::from_secs(1)).await;
    assert_eq!(second.codes(), [""; 0], "there is time left");
    be_patient().await;
    assert_eq!(first.codes(), second.codes());
    assert_eq!([rig.count("channel-0", "taken"), rig.count("channel-0", "overdue")], [1, 1]);
    assert!(rig.is_right(&open, &second.codes()[0]).await);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_arrived_is_not_paid_for_twice() {
    let (first, second) = (Scripted::that(&[]), Scripted::that(&[]));
    let rig = Rig::new(&[&first, &second]).await;
    rig.ask().await;
    assert!(rig.receipts.take_in("channel-0", first.receipt(Fate::Delivered)));
    be_patient().await;
    assert_eq!((first.codes().len(), second.codes().len()), (1, 0));
    assert_eq!([rig.count("channel-0", "delivered"), rig.count("channel-0", "overdue")], [1, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_receipt_of_failure_gives_the_next_channel_its_turn_at_once() {
    let (first, second) = (Scripted::that(&[]), Scripted::that(&[]));
    let rig = Rig::new(&[&first, &second]).await;
    rig.ask().await;
    assert!(rig.receipts.take_in("channel-0", first.receipt(Fate::Failed)));
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(first.codes(), second.codes());
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_refuses_is_passed_over_at_once_and_all_of_them_are_an_error() {
    let (first, second) = (Scripted::that(&[Does::Refuse; 2]), Scripted::that(&[Does::Take, Does::Refuse]));
    let rig = Rig::new(&[&first, &second]).await;
    let open = rig.ask().await;
    assert!(rig.is_right(&open, &second.codes()[0]).await);
    let refused = rig.service.request(crate::support::request("9876543211", Language::English)).await;
    assert!(matches!(refused, Err(Error::SmsUnavailable(_))), "{refused:?}");
    assert_eq!([rig.count("channel-0", "not-sent"), rig.count("channel-1", "not-sent")], [2, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_message_of_which_nobody_knows_may_still_arrive_until_the_next_channel_has_its_turn() {
    let (first, second) = (Scripted::that(&[Does::BreakOff; 2]), Scripted::that(&[]));
    let rig = Rig::new(&[&first, &second]).await;
    let open = rig.ask().await;
    assert_eq!((rig.count("channel-0", "unknown"), second.codes().len()), (1, 0));
    be_patient().await;
    assert_eq!(first.codes(), second.codes());
    assert!(rig.is_right(&open, &first.codes()[0]).await);

    let open = rig.ask().await;
    assert!(rig.receipts.take_in("channel-0", first.receipt(Fate::Delivered)), "it was sent after all");
    be_patient().await;
    assert_eq!(second.codes().len(), 1);
    assert!(rig.is_right(&open, &first.codes()[1]).await);
}

#[tokio::test(start_paused = true)]
async fn a_code_that_was_entered_replaced_or_has_expired_is_sent_to_nobody() {
    let (first, second) = (Scripted::that(&[]), Scripted::that(&[]));
    let rig = Rig::new(&[&first, &second]).await;
    let open = rig.ask().await;
    assert!(rig.is_right(&open, &first.codes()[0]).await, "the code itself is the best receipt");
    be_patient().await;
    assert_eq!(second.codes(), [""; 0]);

    let open = rig.ask().await;
    rig.clock.advance(chrono::TimeDelta::seconds(60));
    rig.service.resend(&rail(), &open.id).await.unwrap();
    let [replaced, newest] = [1, 2].map(|at| first.codes()[at].clone());
    be_patient().await;
    assert_eq!(second.codes(), std::slice::from_ref(&newest), "never two codes that both work");
    assert!(!rig.is_right(&open, &replaced).await && rig.is_right(&open, &newest).await);

    rig.ask().await;
    rig.clock.advance(chrono::TimeDelta::minutes(30));
    be_patient().await;
    assert_eq!((first.codes().len(), second.codes().len()), (4, 1));
}

#[tokio::test(start_paused = true)]
async fn a_channel_without_receipts_is_never_followed_by_a_second_message() {
    let (first, second) = (Scripted::that(&[Does::Take, Does::BreakOff]), Scripted::that(&[]));
    let blind = Link { name: "blind".to_owned(), channel: first.clone(), receipts: None };
    let rig = Rig::with([blind, link("second", second.clone())]).await;
    for _ in 0..2 {
        rig.ask().await;
        be_patient().await;
    }
    assert_eq!((first.codes().len(), second.codes().len()), (2, 0), "nobody could see that the first did not arrive");
}

#[tokio::test(start_paused = true)]
async fn a_receipt_that_another_host_took_in_counts_when_time_is_up() {
    let (first, second) = (Scripted::that(&[]), Scripted::that(&[]));
    let rig = Rig::new(&[&first, &second]).await;
    rig.ask().await;
    let Receipt { id, fate } = first.receipt(Fate::Delivered);
    let forget_at = rig.service.now() + chrono::TimeDelta::minutes(10);
    rig.service.keep_note(id.as_bytes(), None, fate.to_note(), forget_at).await.unwrap();
    be_patient().await;
    assert_eq!(second.codes(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_gateway_may_report_under_an_id_of_its_own() {
    let (first, second) = (Scripted::that(&[Does::Name("m-7"), Does::Name("m-8")]), Scripted::that(&[]));
    let receipts = ReceiptsOf { report_to: None, patience: Some(PATIENCE) };
    let first_link = Link { name: "msg91".to_owned(), channel: first.clone(), receipts: Some(receipts) };
    let rig = Rig::with([first_link, link("second", second.clone())]).await;
    rig.ask().await;
    let arrived = Receipt { id: ReceiptId::of_gateway("msg91", "m-7"), fate: Fate::Delivered };
    assert!(rig.receipts.take_in("msg91", arrived));
    rig.ask().await;
    be_patient().await;
    assert_eq!(second.codes(), [first.codes()[1].clone()]);
}
