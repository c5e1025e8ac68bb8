//! The authority's server, on this machine: it hands out lists and takes in what people share.

use std::path::PathBuf;
use std::sync::Arc;

use vaora_authority::Deployment;
use vaora_authority::intake::{self, Door, Intake};
use vaora_authority::serve::{self, Server};

use super::codes::could_not;
use super::{Demo, moment};
use crate::commands::Failed;

/// The desk with its server, which ends with the demo.
pub(super) struct Office {
    /// The folder of the deployment.
    pub(super) desk: PathBuf,
    /// The folder of published files.
    pub(super) public: PathBuf,
    /// What officers do with codes and shares.
    pub(super) intake: Arc<Intake>,
    server: Server,
}

impl Office {
    /// Where phones find it.
    pub(super) fn base(&self) -> String {
        format!("http://{}/", self.server.address())
    }
}

/// Starts the server of `vaora-authority serve --public … --folder …` on a free port.
pub(super) fn open(demo: &mut Demo) -> Result<Office, Failed> {
    let (desk, public) = (demo.folder().join("authority"), demo.folder().join("public"));
    let mut deployment = Deployment::open(&desk).map_err(|e| could_not(&e))?;
    deployment.renew_upload_keys(demo.at().day()).map_err(|e| could_not(&e))?;
    let intake = Arc::new(Intake::open(&desk).map_err(|e| could_not(&e))?);
    let noon = demo.noon();
    let clock = Arc::new(move || moment(noon, SHARING).wall);
    let routes = serve::router(public.clone());
    let routes = routes.merge(intake::router(Arc::clone(&intake), Door::usual(clock)));
    let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Server::start(listen, routes).map_err(|e| could_not(&e))?;
    let office = Office { desk, public, intake, server };
    demo.step("the authority's own server starts, for lists and for shares", &office.base());
    Ok(office)
}

/// When people share: so many seconds after noon.
pub(super) const SHARING: i64 = 5 * 3600;
