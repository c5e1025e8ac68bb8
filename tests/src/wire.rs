//! A server that does what it is told, byte by byte, and writes down what it is asked.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A request.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The path, without the first slash.
    pub path: String,
    /// Everything up to the empty line, as it came.
    pub raw: String,
    /// What came behind it, as long as its head says.
    pub body: Vec<u8>,
}

impl Asked {
    /// The first byte of a `Range: bytes=N-`.
    #[must_use]
    pub fn from(&self) -> Option<usize> {
        header(&self.raw, "range")?.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
    }
}

/// What the server sends.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status line and headers, without the empty line; the length of the body is added unless
    /// one is here.
    pub head: String,
    /// The body.
    pub body: Body,
}

/// How a body comes.
#[derive(Debug, Clone)]
pub enum Body {
    /// All of it.
    Whole(Vec<u8>),
    /// These bytes of so many that were promised; then the line is cut.
    Cut(Vec<u8>, usize),
    /// These bytes over and over, without a length.
    Endless(Vec<u8>),
    /// A byte at a time, with so many milliseconds in between.
    Drip(Vec<u8>, u64),
    /// The line is cut before any byte of an answer, head included.
    Nothing,
    /// So many bytes a second of this clock.
    Paced(Vec<u8>, usize, Clock),
}

/// A second hand that a slow line moves, one second for each piece it sent. It waits until
/// somebody has looked, so that a busy machine is as fast as an idle one.
#[derive(Debug, Clone, Default)]
pub struct Clock(Arc<(Mutex<Hand>, Condvar)>);

#[derive(Debug, Default)]
struct Hand {
    seconds: u64,
    seen: u64,
}

impl Clock {
    /// The seconds that have gone by.
    #[must_use]
    pub fn look(&self) -> u64 {
        let (hand, looked) = &*self.0;
        let mut hand = hand.lock().unwrap_or_else(PoisonError::into_inner);
        hand.seen = hand.seconds;
        looked.notify_all();
        hand.seconds
    }

    /// A second goes by, then this happens, then somebody looks.
    fn tick(&self, piece: impl FnOnce() -> std::io::Result<()>) -> std::io::Result<()> {
        let (hand, looked) = &*self.0;
        let lock = || hand.lock().unwrap_or_else(PoisonError::into_inner);
        let now = {
            let mut hand = lock();
            hand.seconds += 1;
            hand.seconds
        };
        piece()?;
        // Who has hung up looks no more; the next piece will tell.
        let _ = looked.wait_timeout_while(lock(), GONE, |hand| hand.seen < now);
        Ok(())
    }
}

impl Answer {
    /// An object.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self { head: "HTTP/1.1 200 OK".to_owned(), body: Body::Whole(bytes.to_vec()) }
    }

    /// A status and further lines of the head, without a body.
    #[must_use]
    pub fn status(head: &str) -> Self {
        Self { head: format!("HTTP/1.1 {head}"), body: Body::Whole(Vec::new()) }
    }

    /// The same with another body.
    #[must_use]
    pub fn with(self, body: Body) -> Self {
        Self { body, ..self }
    }

    /// The same with a line more in its head.
    #[must_use]
    pub fn line(self, line: &str) -> Self {
        Self { head: format!("{}\r\n{line}", self.head), ..self }
    }

    fn send(&self, stream: &mut impl Write) -> std::io::Result<bool> {
        let mut head = self.head.clone();
        let length = match &self.body {
            Body::Whole(bytes) | Body::Drip(bytes, _) | Body::Paced(bytes, ..) => Some(bytes.len()),
            Body::Cut(_, length) => Some(*length),
            Body::Endless(_) => None,
            Body::Nothing => return Ok(false),
        };
        if let Some(length) = length.filter(|_| !head.to_lowercase().contains("content-length")) {
            head.push_str(&format!("\r\ncontent-length: {length}"));
        }
        head.push_str("\r\n\r\n");
        stream.write_all(head.as_bytes())?;
        match &self.body {
            Body::Whole(bytes) => stream.write_all(bytes)?,
            Body::Cut(bytes, _) => stream.write_all(bytes)?,
            // Until the other side has had enough.
            Body::Endless(bytes) => loop {
                stream.write_all(bytes)?;
            },
            Body::Drip(bytes, pause) => {
                for byte in bytes {
                    stream.write_all(&[*byte])?;
                    a_while(*pause);
                }
            }
            Body::Nothing => {}
            Body::Paced(bytes, pace, clock) => {
                for piece in bytes.chunks(*pace) {
                    clock.tick(|| stream.write_all(piece))?;
                }
            }
        }
        Ok(matches!(self.body, Body::Whole(_) | Body::Paced(..)))
    }
}

/// What answers.
pub type Script = Box<dyn FnMut(&Asked) -> Answer + Send>;

/// The server. It stops when it is dropped.
pub struct Recorder {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Recorder {
    /// Starts one on a free port of this machine.
    ///
    /// # Errors
    /// What the system says.
    pub fn start(script: Script) -> std::io::Result<Self> {
        Self::start_with(script, None)
    }

    /// Starts one that speaks TLS alone.
    ///
    /// # Errors
    /// What the system says.
    pub fn start_secure(script: Script, tls: Arc<ServerConfig>) -> std::io::Result<Self> {
        Self::start_with(script, Some(tls))
    }

    fn start_with(script: Script, tls: Option<Arc<ServerConfig>>) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let (asked, stop) = (Arc::<Mutex<Vec<Asked>>>::default(), Arc::new(AtomicBool::new(false)));
        let (log, stopped, script) = (asked.clone(), stop.clone(), Arc::new(Mutex::new(script)));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                let _ = stream.set_nodelay(true);
                let (log, script, tls) = (log.clone(), script.clone(), tls.clone());
                std::thread::spawn(move || match tls.map(ServerConnection::new) {
                    None => converse(stream, &log, &script),
                    Some(Ok(line)) => converse(StreamOwned::new(line, stream), &log, &script),
                    Some(Err(_)) => {}
                });
            }
        });
        Ok(Self { address, asked, stop, thread: Some(thread) })
    }

    /// Its address.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it was asked so far; it forgets it then.
    #[must_use]
    pub fn take(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn converse(mut stream: impl Read + Write, log: &Mutex<Vec<Asked>>, script: &Mutex<Script>) {
    while let Some(asked) = read(&mut stream) {
        log.lock().unwrap_or_else(PoisonError::into_inner).push(asked.clone());
        let answer = script.lock().unwrap_or_else(PoisonError::into_inner)(&asked);
        if !answer.send(&mut stream).unwrap_or(false) {
            break;
        }
    }
}

fn read(stream: &mut impl Read) -> Option<Asked> {
    let (mut raw, mut byte) = (Vec::new(), [0]);
    while !raw.ends_with(b"\r\n\r\n") {
        if raw.len() > LONGEST_HEAD || stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        raw.push(byte[0]);
    }
    let raw = String::from_utf8_lossy(&raw).into_owned();
    let path = raw.split(' ').nth(1)?.strip_prefix('/')?.to_owned();
    let length = header(&raw, "content-length").map_or(Some(0), |length| length.parse().ok())?;
    let mut body = vec![0; Some(length).filter(|length| *length <= LONGEST_BODY)?];
    stream.read_exact(&mut body).ok()?;
    Some(Asked { path, raw, body })
}

/// A header by its name, which every HTTP stack writes as it likes.
fn header<'a>(raw: &'a str, name: &str) -> Option<&'a str> {
    let mut headers = raw.lines().filter_map(|line| line.split_once(": "));
    headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

#[expect(clippy::disallowed_methods, reason = "a slow line is slow")]
fn a_while(milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
}

/// After so long nobody looks at a clock any more.
const GONE: Duration = Duration::from_secs(5);
const LONGEST_HEAD: usize = 16 << 10;
const LONGEST_BODY: usize = 1 << 20;
