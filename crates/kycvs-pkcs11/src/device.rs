use std::convert::Infallible;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use kycvs_token::PublicKey;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::connection::Connection;
use crate::{Pkcs11Error, Pkcs11Key, Pkcs11Options};

/// A key in one place, with the threads that hold its sessions. They end with it: a module may crash under a thread that is still
/// in it when the process ends.
pub(crate) struct Device {
    pub(crate) key: Pkcs11Key,
    options: Pkcs11Options,
    /// `None` once it ends.
    queue: Option<SyncSender<Job>>,
    /// Disconnected once every thread has closed its session.
    ended: Mutex<Receiver<Infallible>>,
}

/// A message to be signed, and who waits for it.
struct Job {
    message: Vec<u8>,
    reply: oneshot::Sender<Result<[u8; 64], Pkcs11Error>>,
}

impl Device {
    /// Starts the threads, the first of which goes on with `connection`. What they sign is signed by `public`, whatever the
    /// device says.
    pub(crate) fn start(
        key: Pkcs11Key,
        mut connection: Option<Connection>,
        public: &PublicKey,
        options: Pkcs11Options,
    ) -> Result<Self, Pkcs11Error> {
        let (queue, jobs) = sync_channel(options.queue.get());
        let (running, ended) = channel::<Infallible>();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..options.sessions.get() {
            let (key, public, running) = (key.clone(), public.clone(), running.clone());
            let mut worker = Worker { key, public, connection: connection.take(), _running: running };
            let jobs = jobs.clone();
            let thread = thread::Builder::new().name("kycvs-pkcs11".to_owned());
            thread.spawn(move || worker.work(&jobs)).map_err(|_| Pkcs11Error::NoThread)?;
        }
        Ok(Self { key, options, queue: Some(queue), ended: Mutex::new(ended) })
    }

    pub(crate) async fn sign(&self, message: &[u8]) -> Result<[u8; 64], Pkcs11Error> {
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(Pkcs11Error::NoThread)?;
        queue.try_send(Job { message: message.to_vec(), reply }).map_err(|error| match error {
            TrySendError::Full(_) => Pkcs11Error::Busy,
            TrySendError::Disconnected(_) => Pkcs11Error::NoThread,
        })?;
        match timeout(self.options.time_limit, answer).await {
            Ok(answer) => answer.unwrap_or(Err(Pkcs11Error::NoThread)),
            Err(_) => Err(Pkcs11Error::TimedOut(self.options.time_limit)),
        }
    }
}

impl Drop for Device {
    /// Waits for the threads as long as for a signature: one whose device hangs is left behind.
    fn drop(&mut self) {
        self.queue = None;
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        let _ = ended.recv_timeout(self.options.time_limit);
    }
}

/// How often a thread without work looks whether its session is in the way of somebody.
const LOOK: Duration = Duration::from_secs(1);

/// One thread with its session.
struct Worker {
    key: Pkcs11Key,
    public: PublicKey,
    connection: Option<Connection>,
    /// Dropped after the session is closed.
    _running: Sender<Infallible>,
}

impl Worker {
    fn work(&mut self, jobs: &Mutex<Receiver<Job>>) {
        loop {
            let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(LOOK);
            if self.key.token.module().wants_restart() {
                self.connection = None;
            }
            let Job { message, reply } = match job {
                Ok(job) => job,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            // Nobody waits any more for what has been in the queue for too long.
            if !reply.is_closed() {
                let _ = reply.send(self.sign(&message));
            }
        }
    }

    /// Whatever a session answers but a signature, its handles may be worthless: a new one is tried, once.
    fn sign(&mut self, message: &[u8]) -> Result<[u8; 64], Pkcs11Error> {
        if let Some(connection) = &mut self.connection {
            match connection.sign(message, &self.public) {
                Ok(signature) => return Ok(signature),
                Err(error) => {
                    tracing::warn!(
                        token = self.key.token.label(),
                        error = &error as &dyn std::error::Error,
                        "reconnecting"
                    );
                }
            }
        }
        // Closed before the next is opened: with the last session ends a login that the token has forgotten.
        self.connection = None;
        let connection = self.connection.insert(Connection::open(&self.key)?);
        let signed = connection.sign(message, &self.public);
        if signed.is_err() {
            self.connection = None;
        }
        signed
    }
}
