//! Published files as answers.
//!
//! A path is compared with the few forms that a published file's name can have, and only then
//! becomes a path on disk: there is no way out of the folder, and nothing half-written is served.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, Response, StatusCode, header};

use super::range::{Asked, asked};
use super::shelf::Shelf;

pub(super) async fn answer(shelf: Arc<Shelf>, request: Request) -> Response<Body> {
    let path = request.uri().path();
    let Some(cache) = cache_of(path) else {
        return plain(StatusCode::NOT_FOUND);
    };
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED);
        answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return answer;
    }
    let Some(bytes) = shelf.get(path.trim_start_matches('/')).await else {
        return plain(StatusCode::NOT_FOUND);
    };
    let size = bytes.len();
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
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, part.len().into());
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {}-{}/{size}", part.start, part.end - 1);
        headers.insert(header::CONTENT_RANGE, value(&range));
    }
    if request.method() == Method::GET {
        *answer.body_mut() = Body::from(bytes.slice(part));
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
