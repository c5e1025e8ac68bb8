//! Where a deployment's files lie, and where a redirect may lead.

use reqwest::Url;

use super::FetchError;

/// An address that ends in a slash: HTTPS, or the machine itself.
pub(super) struct Address(Url);

impl Address {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut url = Url::parse(text).ok()?;
        let bare = url.username().is_empty() && url.password().is_none();
        if !bare || url.query().is_some() || url.fragment().is_some() {
            return None;
        }
        let secure = url.scheme() == "https" && url.has_host();
        if !secure && !is_this_machine(&url) {
            return None;
        }
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Some(Self(url))
    }

    pub(super) fn is_secure(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The address of an object.
    pub(super) fn join(&self, path: &str) -> Option<Url> {
        self.0.join(path).ok()
    }

    /// Where a redirect leads: within the same server, never out of HTTPS.
    pub(super) fn follow(&self, from: &Url, location: &str) -> Result<Url, FetchError> {
        let to = from.join(location).map_err(|_| FetchError::Redirect)?;
        if to.host_str() != self.0.host_str() {
            return Err(FetchError::Portal);
        }
        let bare = to.username().is_empty() && to.password().is_none();
        let here = to.scheme() == self.0.scheme() && (self.is_secure() || is_this_machine(&to));
        if bare && here { Ok(to) } else { Err(FetchError::Redirect) }
    }
}

/// Plain HTTP is for tests and for trying things out. A name would have to be looked up, and could
/// then be another machine; so only numbers count.
fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().map(|host| host.trim_matches(['[', ']']));
    let address = host.and_then(|host| host.parse::<std::net::IpAddr>().ok());
    url.scheme() == "http" && address.is_some_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_or_this_machine() {
        for good in
            ["https://a.example", "https://a.example/x", "http://127.0.0.1:80", "http://[::1]/"]
        {
            assert!(Address::parse(good).is_some(), "{good}");
        }
        for bad in [
            "http://a.example/",
            "http://localhost/",
            "http://10.0.0.1/",
            "ftp://127.0.0.1/",
            "https://name@a.example/",
            "https://a.example/?q",
            "https://a.example/#x",
            "a.example",
            "",
        ] {
            assert!(Address::parse(bad).is_none(), "{bad}");
        }
        let base = Address::parse("https://a.example/x").unwrap();
        assert_eq!(base.join("chunk/00").unwrap().as_str(), "https://a.example/x/chunk/00");
    }

    #[test]
    fn redirects_stay_within_the_server() {
        let base = Address::parse("https://a.example/x/").unwrap();
        let from = base.join("manifest").unwrap();
        assert_eq!(base.follow(&from, "/y").unwrap().as_str(), "https://a.example/y");
        assert_eq!(base.follow(&from, "https://login.example/"), Err(FetchError::Portal));
        assert_eq!(base.follow(&from, "//b.example/"), Err(FetchError::Portal));
        assert_eq!(base.follow(&from, "http://a.example/y"), Err(FetchError::Redirect));
        assert_eq!(base.follow(&from, "https://me@a.example/y"), Err(FetchError::Redirect));
        assert_eq!(base.follow(&from, "https://["), Err(FetchError::Redirect));
    }
}
