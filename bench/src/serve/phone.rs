//! Simulated phones: they send what a real one sent, byte for byte, and count what comes. They
//! verify nothing, so that the server is what is measured.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// One request.
#[derive(Clone)]
pub struct Ask {
    /// Everything up to the empty line.
    pub head: String,
    pub path: String,
    /// How long the object is; none is there if none.
    pub length: Option<usize>,
}

/// What became of many phones.
pub struct Crowd {
    pub served: u32,
    pub took: Duration,
}

/// So many phones at once, each on a line of its own, until the last one has everything.
pub fn crowd(server: SocketAddr, asks: &[Ask], phones: u32) -> Result<Crowd, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|e| format!("no threads: {e}"))?;
    let asks: Vec<(Vec<u8>, Option<usize>)> = asks.iter().map(|ask| ask.to(server)).collect();
    let asks = Arc::new(asks);
    Ok(runtime.block_on(async {
        let begun = Instant::now();
        let mut all = JoinSet::new();
        for _ in 0..phones {
            let asks = Arc::clone(&asks);
            all.spawn(async move { tokio::time::timeout(LONGEST, sync(server, &asks)).await });
        }
        let mut served = 0;
        while let Some(done) = all.join_next().await {
            served += u32::from(matches!(done, Ok(Ok(Ok(())))));
        }
        Crowd { served, took: begun.elapsed() }
    }))
}

/// The kinds of what is asked for, in their order.
pub fn names(asks: &[Ask]) -> String {
    let kind = |ask: &Ask| ask.path.split('/').next().unwrap_or_default().to_owned();
    asks.iter().map(kind).collect::<Vec<_>>().join(", ")
}

impl Ask {
    /// As it goes to this server.
    fn to(&self, server: SocketAddr) -> (Vec<u8>, Option<usize>) {
        let lines = self.head.split("\r\n").map(|line| match line.starts_with("host: ") {
            true => format!("host: {server}"),
            false => line.to_owned(),
        });
        (lines.collect::<Vec<_>>().join("\r\n").into_bytes(), self.length)
    }
}

async fn sync(server: SocketAddr, asks: &[(Vec<u8>, Option<usize>)]) -> io::Result<()> {
    let stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let mut line = Line { stream, buffer: vec![0; BUFFER] };
    for (ask, length) in asks {
        line.stream.write_all(ask).await?;
        line.take(*length).await?;
    }
    Ok(())
}

/// A line with what came on it last.
struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Line {
    /// Takes an answer: an object of this length, or that there is none.
    async fn take(&mut self, length: Option<usize>) -> io::Result<()> {
        let (mut filled, mut end) = (0, None);
        while end.is_none() {
            filled += self.read(filled, BUFFER).await?;
            end = self.buffer[..filled].windows(4).position(|four| four == b"\r\n\r\n");
        }
        let body = end.map_or(0, |end| end + 4);
        let head = String::from_utf8_lossy(&self.buffer[..body]);
        let status = head.get(9..12).unwrap_or_default();
        let said = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            if name.eq_ignore_ascii_case("content-length") { value.parse().ok() } else { None }
        });
        let wanted = if length.is_some() { "200" } else { "404" };
        let said: usize = said.ok_or(io::ErrorKind::InvalidData)?;
        if status != wanted || length.is_some_and(|length| length != said) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut left = said.checked_sub(filled - body).ok_or(io::ErrorKind::InvalidData)?;
        while left > 0 {
            left -= self.read(0, left).await?;
        }
        Ok(())
    }

    /// Reads what has come, behind what is there, so many bytes at most.
    async fn read(&mut self, behind: usize, most: usize) -> io::Result<usize> {
        let until = behind.saturating_add(most).min(BUFFER);
        match self.stream.read(&mut self.buffer[behind..until]).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            count => Ok(count),
        }
    }
}

const BUFFER: usize = 32 << 10;
/// A phone that waits for longer was not served.
const LONGEST: Duration = Duration::from_secs(120);
