//! The lines to phones, and what each may cost: a slow phone is served, but nobody holds the
//! server by being slow.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Instant, Sleep, sleep, sleep_until, timeout};

/// What the lines to a server may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many there may be at once; others wait until one ends.
    pub lines: usize,
    /// Within which time a request's head has to come. A line that asks for nothing ends then, too.
    pub head: Duration,
    /// For how long a phone may take nothing of what it asked for. At a kilobyte a second it takes
    /// something every minute.
    pub stall: Duration,
    /// After which a line ends whatever it does: a phone goes on with its object on another one.
    pub longest: Duration,
}

impl Limits {
    /// Those of a desk's server.
    #[must_use]
    pub const fn usual() -> Self {
        let seconds = Duration::from_secs;
        Self { lines: 4096, head: seconds(20), stall: seconds(150), longest: seconds(3600) }
    }

    /// The same with so many lines, or as many as the system lets a program open; it is asked for
    /// more where its default is low.
    #[must_use]
    pub fn with_lines(self, lines: usize) -> Self {
        Self { lines: allowed(lines.saturating_add(SPARE)).saturating_sub(SPARE).max(1), ..self }
    }
}

/// Starts to listen. What is on its way to a phone waits in a small buffer: thousands of slow
/// phones take little memory, and a phone that takes nothing is noticed.
pub(super) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Elsewhere this would let two programs listen at one address.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until `stop`; then answers that have begun may still end, but nobody holds the server up.
pub(super) async fn run(
    listener: TcpListener,
    routes: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let lines = GracefulShutdown::new();
    tokio::select! {
        () = accept(listener, routes, limits, &lines) => {}
        () = stop => {}
    }
    let _ = timeout(GRACE, lines.shutdown()).await;
}

async fn accept(listener: TcpListener, routes: Router, limits: Limits, lines: &GracefulShutdown) {
    let free = Arc::new(Semaphore::new(limits.lines.min(Semaphore::MAX_PERMITS)));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head);
    http.max_header_size(HEAD).max_headers(HEADERS).max_buf_size(BUFFERED);
    while let Ok(permit) = Arc::clone(&free).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            // No descriptor is left, or the line is gone already.
            sleep(BREATH).await;
            continue;
        };
        // A head must not wait for more to send; where this fails the answer is late, not wrong.
        let _ = stream.set_nodelay(true);
        let line = TokioIo::new(Line { stream, stall: limits.stall, waiting: None });
        let line = http.serve_connection(line, TowerToHyperService::new(routes.clone()));
        let line = lines.watch(line);
        tokio::spawn(async move {
            let _ = timeout(limits.longest, line).await;
            drop(permit);
        });
    }
}

/// A line that ends when the other side has taken nothing for too long.
struct Line {
    stream: TcpStream,
    stall: Duration,
    /// Until when it may go on taking nothing.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Line {
    fn wrote(
        &mut self,
        wrote: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if wrote.is_ready() {
            self.waiting = None;
            return wrote;
        }
        let until = Instant::now() + self.stall;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep_until(until)));
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(wrote, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.wrote(wrote, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// How many of so many files this program may open.
#[cfg(unix)]
fn allowed(files: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = u64::try_from(files).unwrap_or(u64::MAX);
    let Some(held) = current.filter(|held| *held < wanted) else { return files };
    let most = maximum.map_or(wanted, |most| most.min(wanted)).max(held);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum });
    let now = if raised.is_ok() { most } else { held };
    usize::try_from(now).unwrap_or(files)
}

#[cfg(not(unix))]
fn allowed(files: usize) -> usize {
    files
}

const GRACE: Duration = Duration::from_secs(5);
/// Before the next try, when a line could not be had.
const BREATH: Duration = Duration::from_millis(50);
/// Lines that wait until they are looked at.
const BACKLOG: u32 = 4096;
/// Files that are none to a phone.
const SPARE: usize = 64;
/// On the way to one phone. The system doubles it for its own needs, and says that there is room
/// again when a third of it went out: a minute's worth at a kilobyte a second.
const BUFFER: u32 = 128 << 10;
/// A phone's head has 150 bytes, and proxies add their own.
const HEAD: usize = 16 << 10;
const HEADERS: usize = 64;
/// A head, or what came of a box.
const BUFFERED: usize = 64 << 10;
