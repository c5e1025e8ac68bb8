//! `serve`: the server of the desk.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use serde_json::json;
use vaora::time::Instant;
use vaora_authority::Error;
use vaora_authority::intake::{self, Door, Intake};
use vaora_authority::serve::{self, Limits};

use super::{Args, now};

const SERVE: &str = "\
Examples:
  vaora-authority serve --public public
      lists only: this computer needs no key and no folder of the desk
  vaora-authority serve --public public --folder my-province
      lists, and what people share: see `upload-keys`, `share-code` and `shares`
  vaora-authority serve --folder my-province --listen 127.0.0.1:8081
      shares only, where lists lie on a content network

It speaks plain HTTP. Before it belongs a proxy that has TLS and passes on GET and POST; it may keep
what `cache-control` allows. Every path but those of published files and `POST /share` is not found.
Nothing is logged. It ends by an interrupt or SIGTERM, and lets answers that have begun end.";

/// Serve published files over HTTP, and take in what people share, until interrupted.
#[derive(clap::Args)]
#[command(after_help = SERVE)]
pub(super) struct ServeArgs {
    /// The folder that `publish` wrote. With `--folder` as well, or with it alone, shares are
    /// taken in.
    #[arg(long, value_name = "DIR")]
    public: Option<PathBuf>,
    /// The address to listen on; port 0 takes any that is free.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// How many phones may be on the line at once; others wait.
    #[arg(long, default_value_t = Limits::usual().lines, value_name = "NUMBER")]
    lines: usize,
}

impl ServeArgs {
    /// `at` is when it starts, as far as the desk says: `--today` moves its clock by whole days.
    pub(super) fn run(&self, args: &Args, at: Instant) -> Result<(), Error> {
        if self.public.is_none() && args.folder.is_none() {
            return Err(Error::Usage(
                "say what to serve: --public for lists, --folder for shares, or both".to_owned(),
            ));
        }
        let mut routes = Router::new();
        if let Some(public) = &self.public {
            if !public.is_dir() {
                let missing = ErrorKind::NotFound.into();
                return Err(Error::File { path: public.clone(), cause: missing });
            }
            routes = routes.merge(serve::router(public.clone()));
        }
        if let Some(folder) = &args.folder {
            let ahead = at.unix() - now().unix();
            let clock = Arc::new(move || Instant::from_unix(now().unix() + ahead));
            let intake = Arc::new(Intake::open(folder)?);
            routes = routes.merge(intake::router(intake, Door::usual(clock)));
        }
        let limits = Limits::usual().with_lines(self.lines);
        if limits.lines < self.lines {
            eprintln!("note: the system lets this program have {} lines at once", limits.lines);
        }
        let (lists, shares) = (self.public.is_some(), args.folder.is_some());
        serve::serve(self.listen, routes, limits, |address| {
            let base = format!("http://{address}/");
            let what = match (lists, shares) {
                (true, true) => "lists, and taking in shares,",
                (true, false) => "lists",
                _ => "nothing, but taking in shares",
            };
            let row = json!({ "base": base, "lists": lists, "shares": shares });
            args.say(&row, &format!("serving {what} at {base}"));
        })
    }
}
