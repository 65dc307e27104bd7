//! Both edges of every range that may not be connected to.
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

use std::net::IpAddr;

use aauth_discovery::{DiscoveryError, egress};
use aauth_types::Network;

fn admit(text: &str, network: Network) -> Result<(), &'static str> {
    match egress::admit(text.parse().unwrap(), network) {
        Ok(()) => Ok(()),
        Err(DiscoveryError::AddressRefused { range }) => Err(range),
        Err(other) => panic!("{other}"),
    }
}

const REFUSED: [(&str, &str, &str); 34] = [
    ("0.0.0.0", "0.255.255.255", "unspecified"),
    ("10.0.0.0", "10.255.255.255", "private"),
    ("100.64.0.0", "100.127.255.255", "shared (carrier-grade nat)"),
    ("127.0.0.0", "127.255.255.255", "loopback"),
    ("169.254.0.0", "169.254.255.255", "link-local"),
    ("172.16.0.0", "172.31.255.255", "private"),
    ("192.0.0.0", "192.0.0.255", "protocol assignments"),
    ("192.0.2.0", "192.0.2.255", "documentation"),
    ("192.88.99.0", "192.88.99.255", "6to4 relay"),
    ("192.168.0.0", "192.168.255.255", "private"),
    ("198.18.0.0", "198.19.255.255", "benchmarking"),
    ("198.51.100.0", "198.51.100.255", "documentation"),
    ("203.0.113.0", "203.0.113.255", "documentation"),
    ("224.0.0.0", "239.255.255.255", "multicast"),
    ("240.0.0.0", "255.255.255.255", "reserved"),
    ("::", "::", "unspecified"),
    ("::1", "::1", "loopback"),
    ("::2", "::ffff:ffff", "ipv4-compatible"),
    ("::ffff:0.0.0.0", "::ffff:255.255.255.255", "ipv4-mapped"),
    ("::ffff:0:0.0.0.0", "::ffff:0:255.255.255.255", "ipv4-translated"),
    ("64:ff9b::", "64:ff9b::ffff:ffff", "nat64"),
    ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "nat64"),
    ("100::", "100::ffff:ffff:ffff:ffff", "discard"),
    ("2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "teredo"),
    ("2001:1::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "protocol assignments"),
    ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "documentation"),
    ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "6to4"),
    ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "documentation"),
    ("5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "segment routing"),
    ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "unique local"),
    ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "link-local"),
    ("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "site-local"),
    ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "multicast"),
    ("4000::", "4fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "not global unicast"),
];

#[test]
fn both_edges_of_every_range_are_refused() {
    for (first, last, range) in REFUSED {
        assert_eq!(admit(first, Network::Public), Err(range), "{first}");
        assert_eq!(admit(last, Network::Public), Err(range), "{last}");
    }
}

#[test]
fn the_neighbours_of_every_range_are_public() {
    for address in [
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "191.255.255.255",
        "192.0.1.0",
        "192.0.3.0",
        "192.88.98.255",
        "192.88.100.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "198.51.101.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "2001:200::",
        "2001:db7:ffff::1",
        "2001:db9::",
        "2003::",
        "2606:4700:4700::1111",
        "3ffe::1",
        "3fff:1000::1",
    ] {
        assert_eq!(admit(address, Network::Public), Ok(()), "{address}");
    }
}

#[test]
fn the_setting_for_local_use_admits_loopback_and_nothing_else() {
    for (first, last, range) in REFUSED {
        for address in [first, last] {
            let expected = if range == "loopback" { Ok(()) } else { Err(range) };
            assert_eq!(admit(address, Network::InsecureLoopback), expected, "{address}");
        }
    }
    assert_eq!(admit("::ffff:127.0.0.1", Network::InsecureLoopback), Err("ipv4-mapped"));
    assert_eq!(admit("1.1.1.1", Network::InsecureLoopback), Ok(()));
}

#[test]
fn a_lookup_is_admitted_whole_or_not_at_all() {
    let all = |host, texts: &[&str], network| {
        let addresses: Vec<IpAddr> = texts.iter().map(|text| text.parse().unwrap()).collect();
        egress::admit_all(host, &addresses, network)
    };
    let refused = |range| Err(DiscoveryError::AddressRefused { range });
    let local = Network::InsecureLoopback;
    assert_eq!(all("a.example", &["1.1.1.1", "2606:4700::1"], Network::Public), Ok(()));
    assert_eq!(all("a.example", &["1.1.1.1", "::1"], Network::Public), refused("loopback"));
    assert_eq!(all("a.example", &[], Network::Public), Err(DiscoveryError::NoAddress));
    assert_eq!(all("a.example", &["127.0.0.1"], local), refused("loopback"));
    assert_eq!(all("localhost", &["127.0.0.1", "::1"], local), Ok(()));
    assert_eq!(all("localhost", &["127.0.0.1", "1.1.1.1"], local), refused("localhost away from loopback"));
    assert_eq!(all("localhost", &["127.0.0.1"], Network::Public), refused("loopback"));
}
