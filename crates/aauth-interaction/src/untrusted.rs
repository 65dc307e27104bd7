//! Text that somebody else wrote, made safe to lay out.

pub(crate) use aauth_types::{plain, plain_line};

/// How a host name with A-labels reads, or `None` when it has none.
///
/// The A-label form decides and is always shown first: two names that look alike differ there (RFC 5890).
pub(crate) fn readable_host(identifier: &str) -> Option<String> {
    let host = identifier.split_once("://").map_or(identifier, |(_, authority)| authority);
    if !host.split('.').any(|label| label.starts_with("xn--")) {
        return None;
    }
    let (readable, result) = idna::domain_to_unicode(host);
    result.ok().map(|()| plain_line(&readable, 255))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_labels_are_read_beside_and_plain_names_are_not() {
        assert_eq!(readable_host("https://xn--pypal-4ve.example").as_deref(), Some("pаypal.example"));
        assert_eq!(readable_host("https://paypal.example"), None);
    }
}
