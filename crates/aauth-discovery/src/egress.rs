//! Which addresses may be connected to.
//!
//! An identifier comes from a stranger, so the server behind it may be one that only we can reach. Names prove nothing:
//! the address is checked after the lookup, and the connection goes to the address that was checked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use aauth_types::Network;

use crate::DiscoveryError;

/// Whether a connection to `address` may be opened.
///
/// Only globally reachable unicast addresses are. Under [`Network::InsecureLoopback`] also `127.0.0.0/8` and `::1`, and
/// still nothing else that is not public. Addresses that carry another one inside (IPv4-mapped, NAT64, 6to4, Teredo) are
/// refused whatever they carry: nobody publishes keys there, and a gateway could lead them inside.
///
/// # Errors
/// `AddressRefused`: the range it is in.
///
/// Source: RFC 6890 and the IANA special-purpose address registries.
pub fn admit(address: IpAddr, network: Network) -> Result<(), DiscoveryError> {
    if network == Network::InsecureLoopback && address.is_loopback() {
        return Ok(());
    }
    let refused = match address {
        IpAddr::V4(address) => find_v4(address),
        IpAddr::V6(address) => find_v6(address),
    };
    refused.map_or(Ok(()), |range| Err(DiscoveryError::AddressRefused { range }))
}

/// Whether a lookup of `host` may be acted on: every address must be admitted.
///
/// One refused address refuses them all, so that a name cannot smuggle a second address past the first. A loopback
/// address is admitted for the name `localhost` only, and `localhost` is nothing but loopback.
///
/// # Errors
/// `NoAddress`: there is none. `AddressRefused`: the range of the first that is refused.
pub fn admit_all(host: &str, addresses: &[IpAddr], network: Network) -> Result<(), DiscoveryError> {
    let local = network == Network::InsecureLoopback && host == "localhost";
    if addresses.is_empty() {
        return Err(DiscoveryError::NoAddress);
    }
    if local && !addresses.iter().all(IpAddr::is_loopback) {
        return Err(DiscoveryError::AddressRefused { range: "localhost away from loopback" });
    }
    let network = if local { network } else { Network::Public };
    addresses.iter().try_for_each(|address| admit(*address, network))
}

fn find_v4(address: Ipv4Addr) -> Option<&'static str> {
    let bits = address.to_bits();
    let within = |&&(a, b, c, length, _): &&(u8, u8, u8, u32, _)| {
        let mask = u32::MAX.checked_shl(32_u32.saturating_sub(length)).unwrap_or(0);
        bits & mask == Ipv4Addr::new(a, b, c, 0).to_bits()
    };
    V4.iter().find(within).map(|row| row.4)
}

fn find_v6(address: Ipv6Addr) -> Option<&'static str> {
    let bits = address.to_bits();
    let within = |&&(prefix, length, _): &&(u128, u32, _)| {
        let mask = u128::MAX.checked_shl(128_u32.saturating_sub(length)).unwrap_or(0);
        bits & mask == prefix
    };
    let named = V6.iter().find(within).map(|row| row.2);
    // Global unicast is 2000::/3; whatever is assigned outside later is refused until this table says otherwise.
    named.or((bits >> 125 != 1).then_some("not global unicast"))
}

/// First three octets (the fourth is zero in every row), length of the prefix, what it is.
const V4: [(u8, u8, u8, u32, &str); 16] = [
    (0, 0, 0, 8, "unspecified"),
    (10, 0, 0, 8, "private"),
    (100, 64, 0, 10, "shared (carrier-grade nat)"),
    (127, 0, 0, 8, "loopback"),
    (169, 254, 0, 16, "link-local"),
    (172, 16, 0, 12, "private"),
    (192, 0, 0, 24, "protocol assignments"),
    (192, 0, 2, 24, "documentation"),
    (192, 88, 99, 24, "6to4 relay"),
    (192, 168, 0, 16, "private"),
    (198, 18, 0, 15, "benchmarking"),
    (198, 51, 100, 24, "documentation"),
    (203, 0, 113, 24, "documentation"),
    (224, 0, 0, 4, "multicast"),
    (233, 252, 0, 24, "documentation"),
    (240, 0, 0, 4, "reserved"),
];

/// Prefix, its length, what it is; the more special before the more general.
const V6: [(u128, u32, &str); 19] = [
    (0, 128, "unspecified"),
    (1, 128, "loopback"),
    (0xffff << 32, 96, "ipv4-mapped"),
    (0xffff << 48, 96, "ipv4-translated"),
    (0, 96, "ipv4-compatible"),
    (0x64_ff9b << 96, 96, "nat64"),
    (0x64_ff9b_0001 << 80, 48, "nat64"),
    (0x100 << 112, 64, "discard"),
    (0x2001 << 112, 32, "teredo"),
    (0x2001_0db8 << 96, 32, "documentation"),
    (0x2001 << 112, 23, "protocol assignments"),
    (0x2002 << 112, 16, "6to4"),
    (0x3fff << 112, 20, "documentation"),
    (0x5f00 << 112, 16, "segment routing"),
    (0xfc00 << 112, 7, "unique local"),
    (0xfe80 << 112, 10, "link-local"),
    (0xfec0 << 112, 10, "site-local"),
    (0xff00 << 112, 8, "multicast"),
    (0x0200 << 112, 7, "reserved"),
];
