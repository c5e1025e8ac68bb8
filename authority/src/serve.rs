//! A server for what [`publish`](crate::publish) wrote, so that a province needs no other program.
//!
//! It hands out the published files and nothing else, whatever else lies in the folder, and keeps
//! no log: who asked for what when is nobody's business. Behind a cache it is asked rarely:
//! everything but the manifest never changes.
//!
//! [`router`] is one set of routes; whoever takes in more, merges their own with it.

mod files;
mod range;

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::error::Error;

/// The routes of a folder of published files; any other path is not found.
pub fn router(public: PathBuf) -> Router {
    Router::new().fallback(move |request| files::answer(public.clone(), request))
}

/// A server on threads of its own. It stops when it is dropped.
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server; port 0 takes any that is free.
    ///
    /// # Errors
    /// [`Error::Listen`].
    pub fn start(listen: SocketAddr, routes: Router) -> Result<Self, Error> {
        let (runtime, listener, address) = bind(listen)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            // Dropping the sender stops it as well.
            let stopped = async { drop(stopped.await) };
            runtime.block_on(run(listener, routes, stopped));
            runtime.shutdown_background();
        });
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Serves until somebody interrupts the program; `started` hears where.
///
/// # Errors
/// [`Error::Listen`].
pub fn serve(
    listen: SocketAddr,
    routes: Router,
    started: impl FnOnce(SocketAddr),
) -> Result<(), Error> {
    let (runtime, listener, address) = bind(listen)?;
    started(address);
    runtime.block_on(run(listener, routes, interrupted()));
    runtime.shutdown_background();
    Ok(())
}

fn bind(listen: SocketAddr) -> Result<(Runtime, TcpListener, SocketAddr), Error> {
    let wrong = |cause| Error::Listen { listen, cause };
    let runtime = Builder::new_multi_thread().enable_all().build().map_err(wrong)?;
    let listener = runtime.block_on(TcpListener::bind(listen)).map_err(wrong)?;
    let address = listener.local_addr().map_err(wrong)?;
    Ok((runtime, listener, address))
}

/// After `stop`, answers that have begun may still end, but nobody holds the server up.
async fn run(listener: TcpListener, routes: Router, stop: impl Future<Output = ()>) {
    let (begin, begun) = oneshot::channel::<()>();
    let stopping = async { drop(begun.await) };
    let server = axum::serve(listener, routes).with_graceful_shutdown(stopping);
    let mut server = std::pin::pin!(server.into_future());
    let mut stop = std::pin::pin!(stop);
    tokio::select! {
        _ = &mut server => return,
        () = &mut stop => drop(begin),
    }
    let _ = tokio::time::timeout(GRACE, server).await;
}

async fn interrupted() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}

const GRACE: Duration = Duration::from_secs(5);
