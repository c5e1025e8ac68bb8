//! Wrong answers of a server, or of whoever sits in between.

use super::forge::Forge;
use super::{Case, Lie, Told, part};
use crate::wire::{Answer, Asked, Body};

pub(super) fn cases() -> Vec<Case> {
    let table: &[(&str, &str, Told)] = &[
        ("a log-in page with 200", "portal", |_, asked, _| of(asked, "manifest", page())),
        ("a log-in page for everything", "portal", |_, _, _| Some(page())),
        ("a redirect to a log-in page elsewhere", "portal", |_, _, _| {
            Some(Answer::status("302 Found\r\nlocation: http://127.9.9.9/login"))
        }),
        ("status 511", "portal", |_, _, _| {
            Some(Answer::status("511 Network Authentication Required"))
        }),
        ("redirects in a circle", "redirect", |_, asked, _| {
            Some(Answer::status(&format!("301 Moved\r\nlocation: /{}", asked.path)))
        }),
        ("a redirect to another protocol", "redirect", |_, _, _| {
            Some(Answer::status("302 Found\r\nlocation: ftp://127.0.0.1/"))
        }),
        ("a redirect with a name for the phone", "redirect", |_, _, _| {
            Some(Answer::status("302 Found\r\nlocation: http://phone7@127.0.0.1/manifest"))
        }),
        ("a redirect to nowhere", "redirect", |_, _, _| Some(Answer::status("302 Found"))),
        ("compressed objects", "encoding", |f, asked, _| {
            of(asked, "manifest", Answer::of(&f.next["manifest"]).line("content-encoding: gzip"))
        }),
        ("206 that nobody asked for", "range", |f, asked, _| {
            of(asked, "manifest", part(&f.next["manifest"], 0))
        }),
        ("206 of another range", "range", |f, asked, _| resumed(f, asked, |from| from + 1)),
        ("206 of the whole", "range", |f, asked, _| resumed(f, asked, |_| 0)),
        ("206 without a range", "range", |f, asked, _| {
            let rest = Answer::status("206 Partial Content").with(Body::Whole(vec![0; 100]));
            cut_first(f, asked).or(asked.from().map(|_| rest))
        }),
        ("206 of an object of another length", "range", |f, asked, _| {
            let bytes = f.next.get(&asked.path)?;
            let (from, last) = (asked.from().unwrap_or(0), bytes.len() - 1);
            let line = format!("206 Partial\r\ncontent-range: bytes {from}-{last}/999999");
            let rest = Answer::status(&line).with(Body::Whole(bytes[from..].to_vec()));
            cut_first(f, asked).or(asked.from().map(|_| rest))
        }),
        ("another object behind the cut", "block-hash", |f, asked, _| {
            let bytes = f.next.get(&asked.path)?;
            let mut other = bytes.clone();
            other.iter_mut().for_each(|byte| *byte ^= 0x55);
            cut_first(f, asked).or(asked.from().map(|from| part(&other, from)))
        }),
        ("a manifest without end", "too-large", |_, asked, _| {
            let endless = Answer::status("200 OK").with(Body::Endless(b"vaora/1 ".repeat(99)));
            of(asked, "manifest", endless)
        }),
        ("a manifest that says it is 4 GB long", "too-large", |_, asked, _| {
            let large = Answer::of(&[]).with(Body::Cut(vec![0; 9], 4 << 30));
            of(asked, "manifest", large)
        }),
        ("a root without end", "too-large", |_, asked, _| {
            let endless = Answer::status("200 OK").with(Body::Endless(vec![b'x'; 999]));
            of(asked, "root/2", endless)
        }),
        ("a byte at a time", "slow", |_, asked, _| {
            of(asked, "manifest", Answer::of(&[]).with(Body::Drip(vec![b'v'; 400], 5)))
        }),
        ("a line that is always cut", "offline", |f, asked, _| {
            let bytes = f.next["manifest"].clone();
            let length = bytes.len() + 1;
            of(asked, "manifest", Answer::of(&[]).with(Body::Cut(bytes, length)))
        }),
        ("noise for HTTP", "offline", |_, _, _| {
            Some(Answer { head: "\u{1}\u{2}noise".to_owned(), body: Body::Whole(vec![7; 99]) })
        }),
        ("a head without end", "offline", |_, _, _| {
            Some(Answer::status("200 OK").line(&format!("x: {}", "y".repeat(1_000_000))))
        }),
        ("403 for everything", "status", |_, _, _| Some(Answer::status("403 Forbidden"))),
        ("304 that nobody asked for", "status", |_, _, _| Some(Answer::status("304 Not Modified"))),
        ("500 for ever", "status", |_, _, _| Some(Answer::status("500 Internal Server Error"))),
        ("503 for ever", "busy", |_, _, _| Some(Answer::status("503 Service Unavailable"))),
        ("429 for a day", "busy", |_, _, _| {
            Some(Answer::status("429 Too Many Requests\r\nretry-after: 86400"))
        }),
        ("404 for everything", "missing", |_, _, _| Some(Answer::status("404 Not Found"))),
        // No error, and nothing comes back.
        ("cookies and names in caching headers", "", |f, asked, number| {
            let bytes = f.next.get(&asked.path)?;
            let bait = "set-cookie: phone=7; path=/; max-age=999999\r\netag: \"phone7\"\r\n\
                last-modified: Sat, 21 Nov 2026 01:00:00 GMT\r\n\
                cache-control: public, max-age=999999";
            // Once more over a redirect, where a Referer could slip in.
            let moved = format!("302 Found\r\nset-cookie: a=b\r\nlocation: /{}", asked.path);
            let answer = if number % 5 == 1 { Answer::status(&moved) } else { Answer::of(bytes) };
            Some(answer.line(bait))
        }),
    ];
    table.iter().map(|(name, error, lie)| Case { name, error, lie: Lie::Answers(*lie) }).collect()
}

fn page() -> Answer {
    Answer::of(b"<html>Log in</html>").line("content-type: text/html; charset=utf-8")
}

fn of(asked: &Asked, path: &str, answer: Answer) -> Option<Answer> {
    (asked.path == path).then_some(answer)
}

/// Half of a chunk, the first time; then phones ask for the rest.
fn cut_first(forge: &Forge, asked: &Asked) -> Option<Answer> {
    let bytes = forge.next.get(&asked.path).filter(|_| asked.path.starts_with("chunk/"))?;
    let half = bytes[..bytes.len() / 2].to_vec();
    asked.from().is_none().then(|| Answer::of(&[]).with(Body::Cut(half, bytes.len())))
}

/// A part of the chunk that begins elsewhere than was asked.
fn resumed(forge: &Forge, asked: &Asked, other: fn(usize) -> usize) -> Option<Answer> {
    let bytes = forge.next.get(&asked.path)?;
    cut_first(forge, asked).or(asked.from().map(|from| part(bytes, other(from))))
}
