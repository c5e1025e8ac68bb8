//! A server for what [`publish`](crate::publish) wrote, so that a province needs no other program.
//!
//! It hands out the published files and nothing else, whatever else lies in the folder, and keeps
//! no log: who asked for what when is nobody's business. Behind a cache it is asked rarely:
//! everything but the manifest never changes.
//!
//! [`router`] is one set of routes; whoever takes in more, merges their own with it. Whatever the
//! routes are, a line to a phone has [`Limits`].

mod files;
mod lines;
mod range;
mod shelf;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use axum::Router;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::error::Error;

pub use lines::Limits;

/// The routes of a folder of published files; any other path is not found.
pub fn router(public: PathBuf) -> Router {
    let shelf = Arc::new(shelf::Shelf::of(public));
    Router::new().fallback(move |request| files::answer(Arc::clone(&shelf), request))
}

/// A server on threads of its own. It stops when it is dropped.
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server with the usual limits; port 0 takes any that is free.
    ///
    /// # Errors
    /// [`Error::Listen`].
    pub fn start(listen: SocketAddr, routes: Router) -> Result<Self, Error> {
        Self::start_with(listen, routes, Limits::usual())
    }

    /// Starts a server with limits of its own.
    ///
    /// # Errors
    /// [`Error::Listen`].
    pub fn start_with(listen: SocketAddr, routes: Router, limits: Limits) -> Result<Self, Error> {
        let (runtime, listener, address) = bind(listen)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            // Dropping the sender stops it as well.
            let stopped = async { drop(stopped.await) };
            runtime.block_on(lines::run(listener, routes, limits, stopped));
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
    limits: Limits,
    started: impl FnOnce(SocketAddr),
) -> Result<(), Error> {
    let (runtime, listener, address) = bind(listen)?;
    started(address);
    runtime.block_on(lines::run(listener, routes, limits, interrupted()));
    runtime.shutdown_background();
    Ok(())
}

fn bind(listen: SocketAddr) -> Result<(Runtime, TcpListener, SocketAddr), Error> {
    let wrong = |cause| Error::Listen { listen, cause };
    let runtime = Builder::new_multi_thread().enable_all().build().map_err(wrong)?;
    let listener = {
        let _inside = runtime.enter();
        lines::listen(listen).map_err(wrong)?
    };
    let address = listener.local_addr().map_err(wrong)?;
    Ok((runtime, listener, address))
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
