use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::task::JoinHandle;

use crate::books::{Books, Tally};
use crate::client::{Client, Load};
use crate::rig::Rig;

/// Clients at work on the hosts of a rig.
pub(crate) struct Working {
    load: Arc<Load>,
    clients: Vec<JoinHandle<()>>,
    begin: Instant,
}

/// After a fault every host must answer again within this time. A debug build is a test's, which may share its machine with others.
pub(crate) const RECOVERY: Duration = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 5 });

impl Working {
    /// Sets clients to work.
    pub(crate) fn start(rig: &Rig, clients: u64) -> Self {
        let load = Arc::new(Load {
            books: Books::default(),
            gateway: rig.gateway.clone(),
            ports: rig.ports(),
            is_over: AtomicBool::new(false),
        });
        let clients =
            (0..clients).map(|number| tokio::spawn(Client::new(load.clone(), number, clients).run())).collect();
        Self { load, clients, begin: Instant::now() }
    }

    /// How many requests were answered so far.
    pub(crate) fn answers(&self) -> usize {
        self.load.books.answers()
    }

    /// Notes that a server is about to be away.
    pub(crate) fn server_is_down(&self) {
        self.load.books.server_is_down();
    }

    /// Notes that a server which was down is back: hosts have no excuse any more.
    pub(crate) fn server_is_back(&self) {
        self.load.books.server_is_back();
    }

    /// Waits until so many more requests were answered: whatever happened before is over.
    pub(crate) async fn until_answered(&self, more: usize) -> Result<()> {
        let wanted = self.answers() + more;
        let begin = Instant::now();
        while self.answers() < wanted {
            ensure!(begin.elapsed() < RECOVERY * 6, "nothing was answered for {:?}", begin.elapsed());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Ends the work, checks the books, and tells what was done: what the clients counted, and the messages that were sent.
    pub(crate) async fn end(self, rig: &Rig, title: &str, messages_before: u64) -> Result<(Tally, u64)> {
        self.load.is_over.store(true, Ordering::Relaxed);
        for client in self.clients {
            client.await?;
        }
        let took = self.begin.elapsed().as_secs_f64();
        let books = &self.load.books;
        let answers = books.answers();
        println!("{title}: {answers} answers in {took:.1} s, {:.0} a second", answers as f64 / took);
        println!("{books}");
        println!(
            "longest from a failed confirm to its answer, with all servers up: {:.2} s",
            books.longest_recovery().as_secs_f64()
        );
        let messages = rig.gateway.taken() - messages_before;
        books.check(&rig.ledger().await?, messages).await?;
        ensure!(books.longest_recovery() < RECOVERY, "a confirm took longer than {RECOVERY:?} to be answered again");
        println!(
            "books agree: {} consents in the ledger, {} messages at the gateway",
            rig.consents()?,
            rig.gateway.taken()
        );
        Ok((books.tally(), messages))
    }
}
