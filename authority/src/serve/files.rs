//! Published files as answers.
//!
//! A path is compared with the few forms that a published file's name can have, and only then
//! becomes a path on disk: there is no way out of the folder, and nothing half-written is served.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, Response, StatusCode, header};
use http_body::{Frame, SizeHint};
use tokio::task::{JoinHandle, spawn_blocking};

use super::range::{Asked, asked};

pub(super) async fn answer(public: PathBuf, request: Request) -> Response<Body> {
    let Some(cache) = cache_of(request.uri().path()) else {
        return plain(StatusCode::NOT_FOUND);
    };
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED);
        answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return answer;
    }
    let path = public.join(request.uri().path().trim_start_matches('/'));
    let opened = spawn_blocking(move || open(&path)).await;
    let Ok(Ok((file, size))) = opened else { return plain(StatusCode::NOT_FOUND) };

    let range = request.headers().get(header::RANGE).and_then(|range| range.to_str().ok());
    let (status, part) = match asked(range, size) {
        Asked::Whole => (StatusCode::OK, 0..size),
        Asked::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Asked::Outside => {
            let mut answer = plain(StatusCode::RANGE_NOT_SATISFIABLE);
            answer.headers_mut().insert(header::CONTENT_RANGE, value(&format!("bytes */{size}")));
            return answer;
        }
    };
    let length = part.end - part.start;
    let body = if request.method() == Method::HEAD {
        Body::empty()
    } else {
        Body::new(FileBody { state: State::Here(file), place: part.start, left: length })
    };
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, length.into());
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {}-{}/{size}", part.start, part.end - 1);
        headers.insert(header::CONTENT_RANGE, value(&range));
    }
    answer
}

/// For how long caches may keep a file; `None` for what is no published file.
fn cache_of(path: &str) -> Option<&'static str> {
    let hex = |name: &str, digits| {
        let digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        name.len() == digits && name.bytes().all(digit)
    };
    let number = |name: &str| {
        let digits = name.bytes().all(|byte| byte.is_ascii_digit());
        digits && (1..=16).contains(&name.len()) && !name.starts_with('0')
    };
    match path.strip_prefix('/')?.split_once('/') {
        None if path == "/manifest" => Some(SHORT),
        Some(("root", name)) if number(name) => Some(FOR_EVER),
        Some(("catalogue", name)) if hex(name, 64) => Some(FOR_EVER),
        Some(("chunk", name)) if hex(name, 32) => Some(FOR_EVER),
        _ => None,
    }
}

fn open(path: &Path) -> io::Result<(File, u64)> {
    let file = File::open(path)?;
    let about = file.metadata()?;
    if !about.is_file() {
        return Err(io::ErrorKind::NotFound.into());
    }
    Ok((file, about.len()))
}

/// An answer without an object. What is missing today may be there in a minute.
fn plain(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(SHORT));
    answer
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

/// A part of a file, read in pieces: a phone that reads slowly holds a piece, neither the whole
/// object nor a thread.
struct FileBody {
    state: State,
    place: u64,
    left: u64,
}

enum State {
    Here(File),
    Reading(JoinHandle<io::Result<(File, Bytes)>>),
    Ended,
}

impl HttpBody for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.left == 0 {
            self.state = State::Ended;
            return Poll::Ready(None);
        }
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Here(file) => {
                    let (place, length) = (self.place, self.left.min(PIECE));
                    self.state = State::Reading(spawn_blocking(move || read(file, place, length)));
                }
                State::Reading(mut reading) => {
                    let Poll::Ready(read) = Pin::new(&mut reading).poll(context) else {
                        self.state = State::Reading(reading);
                        return Poll::Pending;
                    };
                    let (file, bytes) = read.map_err(io::Error::other)??;
                    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                    self.place += length;
                    self.left = self.left.saturating_sub(length);
                    self.state = State::Here(file);
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                State::Ended => return Poll::Ready(None),
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

fn read(mut file: File, place: u64, length: u64) -> io::Result<(File, Bytes)> {
    let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
    file.seek(SeekFrom::Start(place))?;
    file.read_exact(&mut bytes)?;
    Ok((file, bytes.into()))
}

const PIECE: u64 = 64 << 10;
/// Named by its contents, or by a number that is used once.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A new manifest reaches everybody within a minute.
const SHORT: &str = "public, max-age=60";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_published_has_a_path() {
        let (id, hash) = ("0".repeat(32), "a".repeat(64));
        for good in [
            "/manifest".into(),
            "/root/12".into(),
            format!("/chunk/{id}"),
            format!("/catalogue/{hash}"),
        ] {
            assert!(cache_of(&good).is_some(), "{good}");
        }
        for bad in [
            "/",
            "",
            "manifest",
            "/manifest/",
            "/manifest.new",
            "/manifest/..",
            "/root/",
            "/root/0",
            "/root/1.new",
            "/root/../manifest",
            "/root/%31",
            "/chunk/../../etc/passwd",
            "/chunk/..%2f..%2fetc",
            "//manifest",
            "/chunk/00000000000000000000000000000000/",
            "/chunk/0000000000000000000000000000000A",
        ] {
            assert_eq!(cache_of(bad), None, "{bad}");
        }
    }
}
