use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// How long a client may be slow.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    /// Over the headers of a call, from their first byte.
    pub(super) headers: Duration,
    /// Between two calls, and before the first.
    pub(super) idle: Duration,
    /// Before anything of an answer goes out.
    pub(super) write: Duration,
}

/// What a connection does, as its calls tell it. Its two low bits are the state, and the others count the calls, so that no
/// two waits are taken for one.
#[derive(Default)]
pub(super) struct Phase {
    state: AtomicU32,
    /// The read that waits while a call is worked on: it has no time to keep until the call is answered.
    read: AtomicWaker,
}

const IDLE: u32 = 0;
const HEADERS: u32 = 1;
const WORKING: u32 = 2;
const STATE: u32 = 3;

impl Phase {
    /// A call came in whole, but for its body.
    pub(super) fn works(&self) {
        self.become_state(WORKING);
    }

    /// A call was answered: from now on the next one is waited for.
    pub(super) fn is_idle(&self) {
        self.state.store((self.now() | STATE).wrapping_add(1), Ordering::Release);
        self.read.wake();
    }

    fn become_state(&self, state: u32) {
        self.state.store(self.now() & !STATE | state, Ordering::Release);
    }

    fn now(&self) -> u32 {
        self.state.load(Ordering::Acquire)
    }
}

/// A connection that ends when its client is slower than it may be, and that lets no line of headers end without CR: a
/// proxy before it may read such a line in another way, and what two read differently is how calls are smuggled.
pub(super) struct Connection<S> {
    stream: S,
    phase: Arc<Phase>,
    patience: Patience,
    /// Until when a read may wait, and for which phase.
    read_until: Option<(u32, Pin<Box<Sleep>>)>,
    /// Until when a write may wait.
    write_until: Option<Pin<Box<Sleep>>>,
    /// The last bytes that were read.
    last: [u8; 3],
}

impl<S> Connection<S> {
    pub(super) fn new(stream: S, phase: Arc<Phase>, patience: Patience) -> Self {
        Self { stream, phase, patience, read_until: None, write_until: None, last: [0; 3] }
    }

    /// Lets a read wait for as long as the phase allows. While a call is worked on, the call has its own times.
    fn wait_for_bytes(&mut self, context: &mut Context<'_>) -> Poll<Result<()>> {
        self.phase.read.register(context.waker());
        let phase = self.phase.now();
        let patience = match phase & STATE {
            IDLE => self.patience.idle,
            HEADERS => self.patience.headers,
            _ => {
                self.read_until = None;
                return Poll::Pending;
            }
        };
        if self.read_until.as_ref().is_none_or(|(of, _)| *of != phase) {
            self.read_until = Some((phase, Box::pin(sleep(patience))));
        }
        let Some((_, until)) = &mut self.read_until else { return Poll::Pending };
        ready!(until.as_mut().poll(context));
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }

    /// Follows the headers to their end, and spoils a line that ends without CR, so that the parser refuses it.
    fn follow(&mut self, bytes: &mut [u8]) {
        if self.phase.now() & STATE == IDLE && !bytes.is_empty() {
            self.phase.become_state(HEADERS);
        }
        let mut is_in_headers = self.phase.now() & STATE == HEADERS;
        for byte in bytes {
            if is_in_headers && *byte == b'\n' {
                match self.last {
                    [b'\r', b'\n', b'\r'] => {
                        is_in_headers = false;
                        self.phase.works();
                    }
                    [_, _, b'\r'] => {}
                    _ => *byte = 0,
                }
            }
            self.last = [self.last[1], self.last[2], *byte];
        }
    }
}

impl<S: AsyncWrite + Unpin> Connection<S> {
    /// Writes; what waits for the reader waits no longer than it may.
    fn in_time<T>(
        &mut self,
        context: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<Result<T>>,
    ) -> Poll<Result<T>> {
        let written = write(Pin::new(&mut self.stream), context);
        if written.is_ready() {
            self.write_until = None;
            return written;
        }
        let patience = self.patience.write;
        let deadline = self.write_until.get_or_insert_with(|| Box::pin(sleep(patience)));
        deadline.as_mut().poll(context).map(|()| Err(Error::from(ErrorKind::TimedOut)))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let before = into.filled().len();
        // Headers that come byte by byte wait for none of them, so their time is looked at here, too.
        if let Some((phase, until)) = &self.read_until
            && phase & STATE == HEADERS
            && *phase == self.phase.now()
            && until.deadline() <= Instant::now()
        {
            return Poll::Ready(Err(ErrorKind::TimedOut.into()));
        }
        match Pin::new(&mut self.stream).poll_read(context, into) {
            Poll::Pending => self.wait_for_bytes(context),
            Poll::Ready(read) => {
                if let Some(bytes) = into.filled_mut().get_mut(before..) {
                    self.follow(bytes);
                }
                Poll::Ready(read)
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        self.in_time(context, |stream, context| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        self.in_time(context, |stream, context| stream.poll_write_vectored(context, parts))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        self.in_time(context, |stream, context| stream.poll_flush(context))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        self.in_time(context, |stream, context| stream.poll_shutdown(context))
    }
}
