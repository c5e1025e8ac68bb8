//! The desk's server in a process of its own: this program, started again with a mark that no
//! user types.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use vaora_authority::serve::{Limits, router, serve};

/// The process; it ends when this is dropped.
pub struct Server {
    pub address: SocketAddr,
    child: Child,
}

impl Server {
    pub fn start(public: &Path) -> Result<Self, String> {
        let cannot = |e: std::io::Error| format!("this program cannot be started again: {e}");
        let myself = std::env::current_exe().map_err(cannot)?;
        let mut child = Command::new(myself)
            .arg(MARK)
            .arg(public)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(cannot)?;
        let mut line = String::new();
        let read = child.stdout.take().map(|out| BufReader::new(out).read_line(&mut line));
        let address = line.trim().parse();
        match (read, address) {
            (Some(Ok(_)), Ok(address)) => Ok(Self { address, child }),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                Err("the server does not start".to_owned())
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The process that serves, if this is one.
pub fn measure(args: &[String]) -> bool {
    let [mark, public] = args else { return false };
    if mark != MARK {
        return false;
    }
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let limits = Limits::usual().with_lines(4096);
    let served = serve(listen, router(PathBuf::from(public)), limits, |at| println!("{at}"));
    served.expect("a free port");
    true
}

const MARK: &str = "--serve";
