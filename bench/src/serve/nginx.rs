//! nginx, set up as well as it can be for these files, in a folder of its own.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// nginx as a child; it ends when this is dropped.
pub struct Server {
    pub address: SocketAddr,
    child: Child,
}

impl Server {
    /// Starts nginx on a free port of this machine; installs it with apt where it is missing.
    pub fn start(public: &Path, folder: &Path) -> Result<Self, String> {
        let nginx = program()?;
        let cannot = |e: std::io::Error| format!("nginx cannot be set up: {e}");
        std::fs::create_dir_all(folder).map_err(cannot)?;
        let free = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr());
        let address = free.map_err(cannot)?;
        let file = folder.join("nginx.conf");
        std::fs::write(&file, config(address, public, folder)).map_err(cannot)?;
        let child = Command::new(nginx)
            .arg("-p")
            .arg(folder)
            .arg("-c")
            .arg(&file)
            .arg("-e")
            .arg(folder.join("error.log"))
            .stdout(Stdio::null())
            .spawn()
            .map_err(cannot)?;
        let mut server = Self { address, child };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            let ended = server.child.try_wait().ok().flatten().is_some();
            if ended || begun.elapsed() > Duration::from_secs(20) {
                let log = std::fs::read_to_string(folder.join("error.log")).unwrap_or_default();
                return Err(format!("nginx does not start: {}", log.trim()));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }
}

impl Drop for Server {
    /// Asks it to end, so that it ends its workers; they would outlive a kill.
    fn drop(&mut self) {
        use rustix::process::{Pid, Signal, kill_process};
        if let Some(id) = Pid::from_raw(self.child.id().cast_signed()) {
            let _ = kill_process(id, Signal::TERM);
        }
        let _ = self.child.wait();
    }
}

fn program() -> Result<PathBuf, String> {
    let find = || {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/bin".into()]);
        folders.map(|folder| folder.join("nginx")).find(|program| program.is_file())
    };
    if let Some(found) = find() {
        return Ok(found);
    }
    eprintln!("bench: installing nginx-light (once)");
    let install = Command::new("apt-get")
        .args(["install", "-y", "-q", "--no-install-recommends", "nginx-light"])
        .stdout(Stdio::null())
        .status();
    let missing = "nginx is missing: apt-get install nginx-light";
    match install {
        Ok(status) if status.success() => find().ok_or(missing.to_owned()),
        _ => Err(missing.to_owned()),
    }
}

fn config(address: SocketAddr, public: &Path, folder: &Path) -> String {
    let (public, folder) = (public.display(), folder.display());
    // Workers of a root's nginx would be nobody, who may not read the folder.
    let user = if rustix::process::geteuid().is_root() { "user root;" } else { "" };
    format!(
        r#"{user}
daemon off;
worker_processes auto;
worker_rlimit_nofile 8192;
pid {folder}/nginx.pid;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    default_type application/octet-stream;
    sendfile on;
    tcp_nopush on;
    tcp_nodelay on;
    keepalive_timeout 20s;
    keepalive_requests 100000;
    open_file_cache max=1000 inactive=60s;
    open_file_cache_errors on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen {address} backlog=4096;
        root {public};
        location = /manifest {{ add_header Cache-Control "public, max-age=60"; }}
        location / {{ add_header Cache-Control "public, max-age=31536000, immutable"; }}
    }}
}}
"#
    )
}
