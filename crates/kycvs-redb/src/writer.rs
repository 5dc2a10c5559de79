use std::error::Error;
use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use kycvs_store::StoreError;
use tokio::sync::{mpsc, oneshot};

use crate::file::File;
use crate::tables::Tables;

/// At most how many calls one transaction holds, and at most how many wait; callers beyond that wait for a place.
const GROUP: usize = 1024;

/// The one thread that writes, with the calls that wait for it.
///
/// It takes all calls that wait, applies them in one transaction, commits that to the disk, and only then answers them.
/// While it commits, the next group gathers; so the more callers there are, the more of them share a commit.
pub(crate) struct Writer {
    /// Before `_thread`, so that it is dropped first: the thread ends when no more calls can come.
    calls: mpsc::Sender<Box<dyn Call>>,
    _thread: JoinOnDrop,
}

impl Writer {
    pub(crate) fn start(file: Arc<File>) -> io::Result<Self> {
        let (calls, waiting) = mpsc::channel(GROUP);
        let thread = thread::Builder::new().name("kycvs-redb".into()).spawn(move || write_groups(&file, waiting))?;
        Ok(Self { calls, _thread: JoinOnDrop(Some(thread)) })
    }

    /// Runs `work` in the transaction of a group, and answers when that is on disk.
    ///
    /// `work` checks first and writes after: when it fails with anything but [`StoreError::Unavailable`], it has written
    /// nothing. Unavailable means that the database failed, and takes back the whole group.
    ///
    /// # Errors
    /// Those of `work`; [`StoreError::Unavailable`] when the group was not committed or the writer has ended.
    pub(crate) async fn run<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnOnce(&mut Tables<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let call = Waiting { work: Some(work), outcome: None, reply };
        self.calls.send(Box::new(call)).await.map_err(|_| writer_ended())?;
        answer.await.map_err(|_| writer_ended())?
    }
}

/// A call that waits, whatever it answers.
trait Call: Send {
    /// Does the work and keeps its outcome.
    fn apply(&mut self, tables: &mut Tables<'_>) -> Applied;

    /// Tells the outcome, or why the group was not committed. A caller that went away misses it.
    fn answer(self: Box<Self>, committed: Result<(), Failure>);
}

/// What a call left in the transaction.
#[derive(PartialEq)]
enum Applied {
    Written,
    Refused,
    Broken,
}

/// Why a group was not committed.
pub(crate) type Cause = Box<dyn Error + Send + Sync>;

/// The same, of which each call of the group gets a copy.
type Failure = Arc<dyn Error + Send + Sync>;

struct Waiting<W, T> {
    work: Option<W>,
    outcome: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<W, T> Call for Waiting<W, T>
where
    T: Send,
    W: FnOnce(&mut Tables<'_>) -> Result<T, StoreError> + Send,
{
    fn apply(&mut self, tables: &mut Tables<'_>) -> Applied {
        self.outcome = self.work.take().map(|work| work(tables));
        match &self.outcome {
            Some(Ok(_)) => Applied::Written,
            Some(Err(StoreError::Unavailable(_))) | None => Applied::Broken,
            Some(Err(_)) => Applied::Refused,
        }
    }

    fn answer(self: Box<Self>, committed: Result<(), Failure>) {
        let outcome = match (committed, self.outcome) {
            (_, Some(Err(own))) => Err(own),
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(writer_ended()),
            (Err(failure), _) => Err(StoreError::unavailable(failure)),
        };
        let _ = self.reply.send(outcome);
    }
}

/// The writer thread: until the store is dropped.
fn write_groups(file: &File, mut waiting: mpsc::Receiver<Box<dyn Call>>) {
    let mut group = Vec::new();
    while waiting.blocking_recv_many(&mut group, GROUP) > 0 {
        let committed = write_group(file, &mut group).map_err(Failure::from);
        for call in group.drain(..) {
            call.answer(committed.clone());
        }
    }
}

/// Applies a group and commits it: with one sync of the disk, which is enough because the pages carry checksums.
fn write_group(file: &File, group: &mut [Box<dyn Call>]) -> Result<(), Cause> {
    let tx = file.begin_write()?;
    let mut tables = Tables::open(&tx)?;
    let mut written = false;
    for call in group {
        match call.apply(&mut tables) {
            Applied::Written => written = true,
            Applied::Refused => {}
            Applied::Broken => return Err(redb::Error::TransactionPoisoned.into()),
        }
    }
    drop(tables);
    if written { Ok(tx.commit()?) } else { Ok(tx.abort()?) }
}

fn writer_ended() -> StoreError {
    StoreError::unavailable("the writer thread has ended")
}

struct JoinOnDrop(Option<JoinHandle<()>>);

impl Drop for JoinOnDrop {
    fn drop(&mut self) {
        // A writer that panicked has answered its callers by going away.
        let _ = self.0.take().map(JoinHandle::join);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OpenError;
    use crate::tables;
    use redb::backends::InMemoryBackend;
    use redb::{Database, ReadableTableMetadata};

    fn writer() -> Writer {
        let db = Database::builder().create_with_backend(InMemoryBackend::new()).unwrap();
        tables::create(&db).unwrap();
        Writer::start(Arc::new(File::new(db, || Err(OpenError::InUse)))).unwrap()
    }

    fn insert(tables: &mut Tables<'_>, byte: u8) -> Result<(), StoreError> {
        tables.households.insert([byte; 16], &[byte][..]).map_err(crate::error::unavailable)?;
        Ok(())
    }

    #[tokio::test]
    async fn a_refused_call_spoils_no_other_of_its_group() {
        let writer = writer();
        let (first, refused, last) = tokio::join!(
            writer.run(|tables| insert(tables, 1)),
            writer.run(|_| Err::<(), _>(StoreError::Conflict)),
            writer.run(|tables| insert(tables, 2)),
        );
        assert!(matches!((first, refused, last), (Ok(()), Err(StoreError::Conflict), Ok(()))));
        assert_eq!(writer.run(|tables| Ok(tables.households.len().unwrap())).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_database_that_fails_in_a_call_takes_back_what_the_call_wrote() {
        let writer = writer();
        let failed = writer
            .run(|tables| {
                insert(tables, 1)?;
                Err::<(), _>(StoreError::unavailable("the disk is gone"))
            })
            .await;
        assert!(matches!(failed, Err(StoreError::Unavailable(_))));
        assert_eq!(writer.run(|tables| Ok(tables.households.len().unwrap())).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn a_writer_that_panicked_answers_unavailable_and_nobody_waits() {
        let writer = writer();
        for _ in 0..2 {
            let answer = writer.run(|_| -> Result<(), StoreError> { panic!("a defect") }).await;
            assert!(matches!(answer, Err(StoreError::Unavailable(_))));
        }
    }
}
