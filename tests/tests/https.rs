//! TLS and proxies over real sockets. Each phone is a process of its own, for whom it trusts and
//! through whom it goes is what its environment says.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};

use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::{Value, json};
use vaora_tests::diary::{HOUR, KeyStore, at};
use vaora_tests::line::{World, contents};
use vaora_tests::lists::take;
use vaora_tests::wire::{Answer, Body, Recorder};

/// Who signs the certificates of servers.
struct Notary {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// A certificate of the phone's year for these names.
fn names(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    (params.not_before, params.not_after) = (date_time_ymd(2026, 1, 1), date_time_ymd(2027, 1, 1));
    params
}

impl Notary {
    fn new() -> Self {
        let mut params = names(&[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A server that has such a certificate.
    fn server(&self, params: &CertificateParams) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key);
        Arc::new(config.unwrap())
    }
}

/// A phone that holds the first list, a notary whom it trusts, and what it held.
struct Phone {
    world: World,
    keys: KeyStore,
    trusted: PathBuf,
    /// The number of the publication that came last.
    newest: u64,
    held: BTreeMap<PathBuf, Vec<u8>>,
}

impl Phone {
    fn new(notary: &Notary) -> Self {
        let mut world = World::new().unwrap();
        let (diary, keys) = world.phone("phone").unwrap();
        let now = at(2 * HOUR);
        take(&diary, &world.deployment, &world.office.public(), 999, &now).unwrap();
        diary.close();
        drop(diary);
        let newest = world.office.publish(at(3 * HOUR).wall, 0).unwrap().sequence;
        let trusted = world.path("trusted.pem");
        std::fs::write(&trusted, &notary.pem).unwrap();
        let held = contents(&world.path("phone"));
        Self { world, keys, trusted, newest, held }
    }

    /// Fetches in an environment; answers with what came of it.
    fn fetch(&self, base: &str, environment: &[(&str, &str)]) -> Value {
        let output = Command::new(env!("CARGO_BIN_EXE_vaora-try"))
            .arg("fetch-child")
            .arg(self.world.path("phone"))
            .args([&self.keys.to_line(), base, &(4 * HOUR).to_string()])
            .env_clear()
            .env("SSL_CERT_FILE", &self.trusted)
            .envs(environment.iter().copied())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// It is refused by this name, and the phone holds what it held, byte for byte.
    fn is_refused(&self, case: &str, error: &str, base: &str, environment: &[(&str, &str)]) {
        assert_eq!(self.fetch(base, environment), json!({ "error": error }), "{case}");
        self.holds_the_same(case);
    }

    /// Every file is there as it was. What came of a chunk may lie beside them for the next sync;
    /// nothing counts of it.
    fn holds_the_same(&self, case: &str) {
        let mut now = contents(&self.world.path("phone"));
        now.retain(|path, _| path.extension().is_none_or(|kind| kind != "part"));
        assert!(now == self.held, "{case}: {:?}", now.keys());
    }

    /// The publication that came last is taken.
    fn takes(&self, base: &str, environment: &[(&str, &str)]) {
        assert_eq!(self.fetch(base, environment), json!({ "sequence": self.newest }));
    }

    fn honest(&self, tls: Arc<ServerConfig>) -> Recorder {
        Recorder::start_secure(self.world.script(|_, _| None), tls).unwrap()
    }
}

/// The address of a server by a name of this machine.
fn at_host(host: &str, address: SocketAddr) -> String {
    format!("https://{host}:{}/", address.port())
}

/// Somebody who listens; each connection is served in a thread of its own.
fn listen(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, serve) = (listener.local_addr().unwrap(), Arc::new(serve));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = serve.clone();
            std::thread::spawn(move || serve(stream));
        }
    });
    address
}

/// Somebody who answers the first bytes with these.
fn says(bytes: &'static [u8]) -> SocketAddr {
    listen(move |mut stream| {
        let _ = stream.read(&mut [0; 2048]);
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(Shutdown::Write);
        // Whatever else the phone says is heard: a reset would look like a bad line.
        let _ = stream.read_to_end(&mut Vec::new());
    })
}

#[test]
fn a_server_that_proves_who_it_is_is_believed() {
    let notary = Notary::new();
    let phone = Phone::new(&notary);
    let server = phone.honest(notary.server(&names(&["127.0.0.1"])));
    phone.takes(&at_host("127.0.0.1", server.address()), &[]);
    let asked = server.take();
    assert!(asked.len() > 2 && asked.iter().all(|asked| asked.raw.contains("vaora/1")));
}

#[test]
fn a_server_that_does_not_is_refused_and_nothing_changes() {
    let (notary, stranger) = (Notary::new(), Notary::new());
    let phone = Phone::new(&notary);
    let here = names(&["127.0.0.1"]);
    let mut expired = here.clone();
    (expired.not_before, expired.not_after) =
        (date_time_ymd(2026, 1, 1), date_time_ymd(2026, 11, 20));
    let mut early = here.clone();
    (early.not_before, early.not_after) = (date_time_ymd(2026, 11, 23), date_time_ymd(2027, 1, 1));
    let mut client = here.clone();
    client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let certificates = [
        ("unknown notary", stranger.server(&here)),
        ("another host's certificate", notary.server(&names(&["list.example"]))),
        ("another machine's certificate", notary.server(&names(&["127.0.0.2"]))),
        ("certificate of no name", notary.server(&names(&[]))),
        ("expired certificate", notary.server(&expired)),
        ("certificate of the day after tomorrow", notary.server(&early)),
        ("certificate of a client", notary.server(&client)),
    ];
    for (case, tls) in certificates {
        let server = phone.honest(tls);
        let base = at_host("127.0.0.1", server.address());
        phone.is_refused(case, "certificate", &base, &[]);
        assert!(server.take().is_empty(), "{case}: nothing may be asked");
    }
    // No roots at all.
    let server = phone.honest(notary.server(&here));
    let base = at_host("127.0.0.1", server.address());
    let nobody = phone.world.path("nobody.pem");
    std::fs::write(&nobody, "").unwrap();
    let nobody = [("SSL_CERT_FILE", nobody.to_str().unwrap())];
    phone.is_refused("no roots", "certificate", &base, &nobody);
    phone.takes(&base, &[]);
}

#[test]
fn what_is_no_tls_is_refused_and_nothing_changes() {
    let notary = Notary::new();
    let phone = Phone::new(&notary);
    let cases: [(&str, &str, &[u8]); 8] = [
        ("plain HTTP", "tls", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"),
        ("a page", "tls", b"HTTP/1.1 400 Bad Request\r\n\r\n<html>Log in</html>"),
        ("another protocol", "tls", b"220 mail.example ESMTP\r\n"),
        ("zeros", "tls", &[0; 64]),
        ("a record longer than any", "tls", b"\x16\x03\x03\xff\xff\x02"),
        // An alert: the versions that the phone knows are not spoken here.
        ("an alert", "tls", b"\x15\x03\x01\x00\x02\x02\x46"),
        ("TLS 1.1", "tls", &OLD),
        ("nothing", "offline", b""),
    ];
    for (case, error, bytes) in cases {
        phone.is_refused(case, error, &at_host("127.0.0.1", says(bytes)), &[]);
    }
    let server = phone.honest(notary.server(&names(&["127.0.0.1"])));
    phone.takes(&at_host("127.0.0.1", server.address()), &[]);
}

/// A server's first words in TLS 1.1: a cipher suite of that time, no extensions.
const OLD: [u8; 5 + 4 + 38] = {
    let mut record = [7; 47];
    let head = [0x16, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
    let mut at = 0;
    while at < head.len() {
        record[at] = head[at];
        at += 1;
    }
    // No session, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, no compression.
    (record[43], record[44], record[45], record[46]) = (0, 0xC0, 0x13, 0);
    record
};

#[test]
fn a_redirect_out_of_tls_or_elsewhere_is_not_followed() {
    let notary = Notary::new();
    let phone = Phone::new(&notary);
    let tls = notary.server(&names(&["127.0.0.1"]));
    let elsewhere = Recorder::start(phone.world.script(|_, _| None)).unwrap();
    let other = phone.honest(tls.clone());
    let cases = [
        ("out of TLS", "redirect", elsewhere.base()),
        ("another host", "portal", at_host("localhost", other.address())),
        ("another machine", "portal", String::from("https://192.0.2.1/")),
    ];
    for (case, error, to) in cases {
        let moved = move |asked: &vaora_tests::wire::Asked, _| {
            Some(Answer::status(&format!("302 Found\r\nlocation: {to}{}", asked.path)))
        };
        let server = Recorder::start_secure(phone.world.script(moved), tls.clone()).unwrap();
        phone.is_refused(case, error, &at_host("127.0.0.1", server.address()), &[]);
    }
    assert!(elsewhere.take().is_empty() && other.take().is_empty());
    phone.takes(&at_host("127.0.0.1", other.address()), &[]);
}

/// TLS says when a line ends; a line that only stops was cut, and goes on behind the cut.
#[test]
fn a_cut_within_tls_is_a_cut() {
    let notary = Notary::new();
    let phone = Phone::new(&notary);
    let tls = notary.server(&names(&["127.0.0.1"]));
    let public = phone.world.office.public();
    let script = phone.world.script(move |asked, _| {
        let bytes = std::fs::read(public.join(&asked.path)).ok()?;
        let half = asked.path.starts_with("chunk/") && asked.from().is_none();
        let body = Body::Cut(bytes[..bytes.len() * 3 / 4].to_vec(), bytes.len());
        half.then(|| Answer::status("200 OK").with(body))
    });
    let server = Recorder::start_secure(script, tls).unwrap();
    phone.takes(&at_host("127.0.0.1", server.address()), &[]);
}

/// What a proxy does with a request for a line.
#[derive(Clone, Copy)]
enum Proxy {
    /// Makes the line, whatever the name was.
    To(SocketAddr),
    /// Makes it for who knows this word.
    For(&'static str, SocketAddr),
    /// Answers with this.
    Says(&'static str),
}

/// The head of each request, and the first byte behind it.
type Heads = Arc<Mutex<Vec<(String, u8)>>>;

/// A proxy, and what it was asked.
fn proxy(kind: Proxy) -> (String, Heads) {
    let asked = Heads::default();
    let log = asked.clone();
    let address = listen(move |mut phone| {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") && phone.read(&mut byte).is_ok_and(|n| n == 1) {
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let to = match kind {
            Proxy::To(to) => Ok(to),
            Proxy::For(word, to) if head.contains(word) => Ok(to),
            Proxy::For(..) => Err("407 Proxy Authentication Required\r\nset-cookie: a=b\r\n\r\n"),
            Proxy::Says(words) => Err(words),
        };
        log.lock().unwrap().push((head, 0));
        let place = log.lock().unwrap().len() - 1;
        let to = match to {
            Ok(to) => to,
            Err(words) => {
                let _ = write!(phone, "HTTP/1.1 {words}");
                let _ = phone.shutdown(Shutdown::Write);
                let _ = phone.read_to_end(&mut Vec::new());
                return;
            }
        };
        let bait = "HTTP/1.1 200 Made\r\nset-cookie: phone=7\r\nvia: 1.1 phone7\r\n\r\n";
        phone.write_all(bait.as_bytes()).unwrap();
        let mut server = TcpStream::connect(to).unwrap();
        phone.read_exact(&mut byte).unwrap();
        log.lock().unwrap()[place].1 = byte[0];
        server.write_all(&byte).unwrap();
        let (mut from, mut back) = (server.try_clone().unwrap(), phone.try_clone().unwrap());
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut back);
            let _ = back.shutdown(Shutdown::Write);
        });
        let _ = std::io::copy(&mut phone, &mut server);
        let _ = server.shutdown(Shutdown::Write);
    });
    (format!("http://{address}"), asked)
}

const HOST: &str = "https://list.example/";

#[test]
fn a_proxy_of_the_environment_is_used_and_learns_the_host_alone() {
    let notary = Notary::new();
    let tls = notary.server(&names(&["list.example"]));
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let phone = Phone::new(&notary);
        let server = phone.honest(tls.clone());
        let (address, asked) = proxy(Proxy::To(server.address()));
        phone.takes(HOST, &[(variable, &address)]);
        let asked = asked.lock().unwrap().clone();
        assert!(!asked.is_empty());
        for (head, first) in asked {
            // The name of the host, not even which program asks, and from then on TLS.
            let host = "list.example:443";
            assert_eq!(head, format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
            assert_eq!(first, 0x16, "{head}");
        }
        // What the proxy called the phone does not reach the server.
        for asked in server.take() {
            let raw = asked.raw.to_lowercase();
            assert!(!raw.contains("cookie") && !raw.contains("phone7"), "{raw}");
            assert!(!raw.contains("proxy") && !raw.contains("via"), "{raw}");
        }
    }
}

#[test]
fn a_proxy_that_wants_a_log_in_gets_the_one_of_the_environment() {
    let notary = Notary::new();
    let phone = Phone::new(&notary);
    let server = phone.honest(notary.server(&names(&["list.example"])));
    // `desk:word`, as the standard writes it.
    let (address, asked) = proxy(Proxy::For("Basic ZGVzazp3b3Jk\r\n", server.address()));
    phone.is_refused("no log-in", "offline", HOST, &[("HTTPS_PROXY", &address)]);
    let heads: Vec<_> = std::mem::take(&mut *asked.lock().unwrap());
    assert!(heads.len() == 6 && heads.iter().all(|(head, _)| !head.contains("ookie")), "{heads:?}");
    let address = address.replace("http://", "http://desk:word@");
    phone.takes(HOST, &[("HTTPS_PROXY", &address)]);
    assert!(server.take().iter().all(|asked| !asked.raw.contains("ZGVzazp3b3Jk")));
}

#[test]
fn a_proxy_that_makes_no_line_changes_nothing() {
    let notary = Notary::new();
    let phone = Phone::new(&notary);
    let cases = [
        ("log-in", "offline", "407 Proxy Authentication Required\r\n\r\n"),
        ("redirect to a page", "offline", "302 Found\r\nlocation: http://login.example/\r\n\r\n"),
        ("page", "offline", "403 Forbidden\r\ncontent-type: text/html\r\n\r\n<html></html>"),
        ("page as if the line were made", "offline", "200 OK\r\n\r\n"),
        ("noise", "offline", "\u{1}\u{2}\u{3}"),
    ];
    for (case, error, words) in cases {
        let (address, _) = proxy(Proxy::Says(words));
        phone.is_refused(case, error, HOST, &[("HTTPS_PROXY", &address)]);
    }
    // The line is made, to somebody else.
    let stranger = phone.honest(Notary::new().server(&names(&["list.example"])));
    let (address, _) = proxy(Proxy::To(stranger.address()));
    phone.is_refused("a reader in between", "certificate", HOST, &[("HTTPS_PROXY", &address)]);
    assert!(stranger.take().is_empty());
    // Nobody is there.
    let nobody = [("HTTPS_PROXY", "http://127.0.0.1:1")];
    phone.is_refused("no proxy", "offline", HOST, &nobody);
    let server = phone.honest(notary.server(&names(&["list.example"])));
    let (address, _) = proxy(Proxy::To(server.address()));
    phone.takes(HOST, &[("HTTPS_PROXY", &address)]);
}

#[test]
fn whom_the_environment_excepts_is_asked_directly() {
    let notary = Notary::new();
    let tls = notary.server(&names(&["127.0.0.1", "localhost"]));
    // A star stands for every name, not for a number.
    let excepted = [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "other.example, 127.0.0.0/8"),
        ("localhost", "localhost"),
        ("localhost", "*"),
    ];
    for (variable, (host, excepted)) in
        ["NO_PROXY", "no_proxy"].into_iter().flat_map(|variable| excepted.map(|e| (variable, e)))
    {
        let phone = Phone::new(&notary);
        let server = phone.honest(tls.clone());
        let (address, asked) = proxy(Proxy::Says("403 Forbidden\r\n\r\n"));
        let base = at_host(host, server.address());
        phone.takes(&base, &[("HTTPS_PROXY", &address), (variable, excepted)]);
        assert!(asked.lock().unwrap().is_empty(), "{variable} {excepted}");
    }
    // Others still go through it.
    let phone = Phone::new(&notary);
    let server = phone.honest(tls);
    let (address, asked) = proxy(Proxy::To(server.address()));
    let base = at_host("127.0.0.1", server.address());
    phone.takes(&base, &[("HTTPS_PROXY", &address), ("NO_PROXY", "list.example")]);
    assert!(!asked.lock().unwrap().is_empty());
}

/// Plain HTTP is for this machine itself: no proxy is told.
#[test]
fn this_machine_is_asked_directly() {
    let phone = Phone::new(&Notary::new());
    let server = Recorder::start(phone.world.script(|_, _| None)).unwrap();
    let (address, asked) = proxy(Proxy::Says("403 Forbidden\r\n\r\n"));
    phone.takes(&server.base(), &[("HTTP_PROXY", &address), ("http_proxy", &address)]);
    assert!(asked.lock().unwrap().is_empty());
}
