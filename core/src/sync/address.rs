//! Where a deployment's files lie, and where a redirect may lead.
//!
//! Addresses are text of the plainest form. A general URL parser forgives much, and what it
//! forgives, another HTTP stack may read otherwise; here whatever is odd is refused.

use std::net::IpAddr;

use super::FetchError;

/// An address that ends in a slash: HTTPS, or the machine itself.
pub(super) struct Address {
    scheme: Scheme,
    /// Host and port as they are asked for, in lower case.
    authority: String,
    /// From the first slash to the last.
    path: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Https,
    Http,
}

impl Address {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = scheme_of(text)?;
        let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        let slash = if path.ends_with('/') { "" } else { "/" };
        let address = Self {
            scheme,
            authority: authority.to_ascii_lowercase(),
            path: format!("{path}{slash}"),
        };
        let sound = is_plain(path) && !path.contains('?') && is_authority(&address.authority);
        let open = scheme == Scheme::Http && !is_this_machine(&address.authority);
        (sound && !open).then_some(address)
    }

    #[cfg(feature = "http")]
    pub(super) fn is_secure(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// The address of an object.
    pub(super) fn join(&self, path: &str) -> String {
        format!("{}{}{path}", self.server(), self.path)
    }

    /// Where a redirect leads: within the same server, never out of HTTPS.
    pub(super) fn follow(&self, location: &str) -> Result<String, FetchError> {
        let target = location.split('#').next().unwrap_or_default();
        let path = if let Some((scheme, rest)) = scheme_of(target) {
            self.expect_here(Some(scheme), rest)?
        } else if let Some(rest) = target.strip_prefix("//") {
            self.expect_here(None, rest)?
        } else {
            target
        };
        if path.starts_with('/') && is_plain(path) {
            Ok(format!("{}{path}", self.server()))
        } else {
            Err(FetchError::Redirect)
        }
    }

    /// The path behind an authority that is this one.
    fn expect_here<'a>(
        &self,
        scheme: Option<Scheme>,
        rest: &'a str,
    ) -> Result<&'a str, FetchError> {
        let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        let authority = authority.to_ascii_lowercase();
        if !is_authority(&authority) {
            return Err(FetchError::Redirect);
        }
        // Another host is what a network that wants a log-in leads to.
        if host_of(&authority) != host_of(&self.authority) {
            return Err(FetchError::Portal);
        }
        let here = scheme.is_none_or(|scheme| scheme == self.scheme);
        if here && self.port_of(&authority) == self.port_of(&self.authority) {
            Ok(path)
        } else {
            Err(FetchError::Redirect)
        }
    }

    fn server(&self) -> String {
        let scheme = if self.scheme == Scheme::Https { "https" } else { "http" };
        format!("{scheme}://{}", self.authority)
    }

    fn port_of<'a>(&self, authority: &'a str) -> &'a str {
        let usual = if self.scheme == Scheme::Https { "443" } else { "80" };
        authority[host_of(authority).len()..].strip_prefix(':').unwrap_or(usual)
    }
}

fn scheme_of(text: &str) -> Option<(Scheme, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    match scheme.to_ascii_lowercase().as_str() {
        "https" => Some((Scheme::Https, rest)),
        "http" => Some((Scheme::Http, rest)),
        _ => None,
    }
}

/// A name or number, perhaps a port; nobody's name and password before it.
fn is_authority(text: &str) -> bool {
    let host = host_of(text);
    let port = text.get(host.len()..).and_then(|rest| rest.strip_prefix(':'));
    let port_sound = port
        .is_none_or(|port| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok());
    let numeric = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    let host_sound = match numeric {
        Some(number) => number.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
                && !host.is_empty()
        }
    };
    port_sound && host_sound
}

fn host_of(authority: &str) -> &str {
    let end = match authority.find(']') {
        Some(end) => end + 1,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    &authority[..end]
}

/// Characters that every HTTP stack leaves as they are; no way up.
fn is_plain(path: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/%?&=+,:;@!$'()*".contains(&b);
    path.bytes().all(plain) && path.split(['/', '?']).all(|part| part != ".." && part != ".")
}

/// Plain HTTP is for tests and for trying things out. A name would have to be looked up, and could
/// then be another machine; so only numbers count.
fn is_this_machine(authority: &str) -> bool {
    let host = host_of(authority).trim_matches(['[', ']']);
    host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_or_this_machine() {
        for good in [
            "https://a.example",
            "https://a.example/x",
            "HTTPS://A.example:8443/x/",
            "http://127.0.0.1:80",
            "http://[::1]/",
        ] {
            assert!(Address::parse(good).is_some(), "{good}");
        }
        for bad in [
            "http://a.example/",
            "http://localhost/",
            "http://10.0.0.1/",
            "http://127.0.0.1.a.example/",
            "ftp://127.0.0.1/",
            "https://name@a.example/",
            "https://a.example:port/",
            "https://a.example:99999/",
            "https://a.example/?q",
            "https://a.example/#x",
            "https://a.example/../x",
            "https://a.example\\x/",
            "https://[::1/",
            "https://]x[/",
            "https:///x",
            "https:// a.example/",
            "a.example",
            "",
        ] {
            assert!(Address::parse(bad).is_none(), "{bad}");
        }
        let base = Address::parse("https://A.example/x").unwrap();
        assert_eq!(base.join("chunk/00"), "https://a.example/x/chunk/00");
    }

    #[test]
    fn redirects_stay_within_the_server() {
        let base = Address::parse("https://a.example/x/").unwrap();
        let at = |location| base.follow(location);
        for (location, to) in [
            ("/y", "https://a.example/y"),
            ("/y?v=1#part", "https://a.example/y?v=1"),
            ("//a.example:443/y", "https://a.example/y"),
            ("HTTPS://A.EXAMPLE", "https://a.example/"),
        ] {
            assert_eq!(at(location).as_deref(), Ok(to), "{location}");
        }
        for portal in ["https://login.example/", "//b.example/", "http://login.example/"] {
            assert_eq!(at(portal), Err(FetchError::Portal), "{portal}");
        }
        for refused in [
            "http://a.example/y",
            "https://a.example:8443/y",
            "https://me@a.example/y",
            "https://[",
            "ftp://a.example/",
            "y",
            "/../y",
            "/y z",
            "",
        ] {
            assert_eq!(at(refused), Err(FetchError::Redirect), "{refused}");
        }
    }
}
