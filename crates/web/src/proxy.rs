//! The client's address when a proxy of ours stands between: a forwarding header counts only when the other
//! end of the connection is a proxy we trust, and only as far as trusted hands wrote it
//! (ASVS v5.0.0-4.1.3).

use crate::state::App;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

/// A network of proxies: `10.0.0.0/8`, `fd00::/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u8,
}

/// Which header the proxies write. Only that one is read: a proxy passes the other on as a client sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ForwardingHeader {
    #[default]
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
}

/// Who may tell us the client's address, and where.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    pub trusted: Vec<Network>,
    pub header: ForwardingHeader,
}

/// The address a request is counted and remembered by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientAddress(pub IpAddr);

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, plain(address)) {
            (IpAddr::V4(base), IpAddr::V4(other)) => same(&base.octets(), &other.octets(), self.bits),
            (IpAddr::V6(base), IpAddr::V6(other)) => same(&base.octets(), &other.octets(), self.bits),
            _ => false,
        }
    }
}

/// Whether the first `bits` bits are equal.
fn same(a: &[u8], b: &[u8], bits: u8) -> bool {
    let whole = usize::from(bits / 8);
    let rest = bits % 8;
    a[..whole] == b[..whole] && (rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0)
}

/// `::ffff:10.0.0.1` is 10.0.0.1.
fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(address, IpAddr::V4),
        four => four,
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{text}”不是网段，应写成 10.0.0.0/8、fd00::/8 或一个地址");
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().map_err(|_| wrong())?)),
            None => (text.trim(), None),
        };
        let base = plain(address.parse::<IpAddr>().map_err(|_| wrong())?);
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        if bits > most { Err(wrong()) } else { Ok(Network { base, bits }) }
    }
}

impl FromStr for ForwardingHeader {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "x-forwarded-for" => Ok(ForwardingHeader::XForwardedFor),
            "forwarded" => Ok(ForwardingHeader::Forwarded),
            _ => Err(format!("proxy_header 应为 x-forwarded-for 或 forwarded，现在是“{text}”")),
        }
    }
}

impl Proxies {
    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(address))
    }

    /// The nearest address no trusted hand stands behind: read from the right, because a client can write
    /// whatever it likes on the left. What is no address ends the reading at the last hand we know.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut nearest = plain(peer);
        if !self.trusts(nearest) {
            return nearest;
        }
        for named in self.named(headers).into_iter().rev() {
            let Some(address) = named else { break };
            nearest = address;
            if !self.trusts(address) {
                break;
            }
        }
        nearest
    }

    /// Addresses in the order of the header; `None` where one is hidden or malformed.
    fn named(&self, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
        let name = match self.header {
            ForwardingHeader::XForwardedFor => "x-forwarded-for",
            ForwardingHeader::Forwarded => "forwarded",
        };
        let lines = headers.get_all(name).into_iter().map(|value| value.to_str().unwrap_or(""));
        let entries = lines.flat_map(|line| line.split(','));
        match self.header {
            ForwardingHeader::XForwardedFor => entries.map(|entry| node(entry.trim())).collect(),
            ForwardingHeader::Forwarded => entries.map(forwarded_for).collect(),
        }
    }
}

/// `for=` of one element of RFC 7239: `for="[2001:db8::1]:4711";proto=https`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let mut named = pairs.filter(|(name, _)| name.eq_ignore_ascii_case("for"));
    let (_, value) = named.next()?;
    node(value.trim().trim_matches('"'))
}

/// An address, with or without port and brackets.
fn node(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(plain(address));
    }
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Some(plain(address.ip()));
    }
    let inside = text.strip_prefix('[')?.strip_suffix(']')?;
    inside.parse::<IpAddr>().ok().map(plain)
}

/// First of all: everything behind it sees the client's address.
pub(crate) fn resolve(app: &App, request: &mut Parts) {
    let client = app.settings.proxies.client(peer(&request.extensions), &request.headers);
    request.extensions.insert(ClientAddress(client));
}

/// The other end of the connection.
fn peer(extensions: &Extensions) -> IpAddr {
    let connected = extensions.get::<ConnectInfo<SocketAddr>>();
    connected.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn proxies(trusted: &[&str], header: ForwardingHeader) -> Proxies {
        Proxies { trusted: trusted.iter().map(|n| n.parse().unwrap()).collect(), header }
    }

    fn client(proxies: &Proxies, peer: &str, lines: &[(&'static str, &'static str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_static(value));
        }
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn nobody_but_a_trusted_proxy_is_believed() {
        let none = Proxies::default();
        let ours = proxies(&["10.0.0.0/8", "::1"], ForwardingHeader::XForwardedFor);
        let x = "x-forwarded-for";
        for (proxies, peer, lines, seen) in [
            (&none, "10.0.0.1", vec![(x, "203.0.113.9")], "10.0.0.1"),
            (&ours, "198.51.100.7", vec![(x, "203.0.113.9")], "198.51.100.7"),
            (&ours, "10.0.0.1", vec![(x, "203.0.113.9")], "203.0.113.9"),
            (&ours, "::ffff:10.0.0.1", vec![(x, "203.0.113.9")], "203.0.113.9"),
            (&ours, "::1", vec![(x, "2001:db8::5")], "2001:db8::5"),
            (&ours, "10.0.0.1", vec![], "10.0.0.1"),
            // The client wrote the left part itself.
            (&ours, "10.0.0.1", vec![(x, "127.0.0.1, 203.0.113.9")], "203.0.113.9"),
            (&ours, "10.0.0.1", vec![(x, "8.8.8.8, 203.0.113.9, 10.1.1.1")], "203.0.113.9"),
            (&ours, "10.0.0.1", vec![(x, "8.8.8.8"), (x, "203.0.113.9")], "203.0.113.9"),
            (&ours, "10.0.0.1", vec![(x, "203.0.113.9:4711")], "203.0.113.9"),
            // The other header is the client's own.
            (&ours, "10.0.0.1", vec![("forwarded", "for=8.8.8.8")], "10.0.0.1"),
        ] {
            assert_eq!(client(proxies, peer, &lines), seen, "{peer} {lines:?}");
        }
    }

    #[test]
    fn hostile_headers_end_at_the_last_hand_we_know() {
        let ours = proxies(&["10.0.0.0/8"], ForwardingHeader::XForwardedFor);
        for hostile in ["", ",,,", "unknown", "8.8.8.8, garbage", "1.2.3.4.5", "[::1", "8.8.8.8, ", "\u{7f}"]
        {
            let mut headers = HeaderMap::new();
            let Ok(value) = HeaderValue::from_str(hostile) else { continue };
            headers.insert("x-forwarded-for", value);
            let seen = ours.client("10.0.0.1".parse().unwrap(), &headers);
            assert_eq!(seen.to_string(), "10.0.0.1", "{hostile:?}");
        }
        let all_ours = client(&ours, "10.0.0.1", &[("x-forwarded-for", "10.0.0.3, 10.0.0.2")]);
        assert_eq!(all_ours, "10.0.0.3", "when all are ours, the farthest");
    }

    #[test]
    fn rfc_7239_elements_are_read() {
        let ours = proxies(&["10.0.0.0/8"], ForwardingHeader::Forwarded);
        for (line, seen) in [
            ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
            ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=192.0.2.43, for=198.51.100.17", "198.51.100.17"),
            ("for=192.0.2.43, for=_hidden", "10.0.0.1"),
            ("for=unknown", "10.0.0.1"),
            ("proto=https", "10.0.0.1"),
        ] {
            assert_eq!(client(&ours, "10.0.0.1", &[("forwarded", line)]), seen, "{line}");
        }
    }

    #[test]
    fn networks_hold_what_they_say() {
        let network = |text: &str| text.parse::<Network>();
        let holds = |text, address: &str| network(text).unwrap().contains(address.parse().unwrap());
        assert!(holds("192.168.4.0/22", "192.168.7.255") && !holds("192.168.4.0/22", "192.168.8.0"));
        assert!(holds("0.0.0.0/0", "8.8.8.8") && !holds("0.0.0.0/0", "::1"));
        assert!(holds("fd00::/8", "fdff::1") && !holds("fd00::/8", "fe00::1"));
        assert!(holds("10.0.0.1", "10.0.0.1") && !holds("10.0.0.1", "10.0.0.2"));
        for wrong in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "ten", "10.0.0.0/", "10.0.0.0/-1"] {
            assert!(network(wrong).is_err(), "{wrong}");
        }
    }
}
