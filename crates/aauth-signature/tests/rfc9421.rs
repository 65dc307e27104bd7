//! RFC 9421: appendix B where it applies, sections 2.1 and 2.2 by example, and what is refused by name.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::string_slice
)]

mod support;

use aauth_signature::{DRAFT_11, SignatureError, signature_base, unfolded};
use aauth_signature::{Field, UriScheme};
use http::Method;
use support::{Request, ed25519, p256};

const DIGEST: &str =
    "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
const CLIENT_CERT: &str = concat!(
    ":MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVy",
    "bWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0D",
    "AQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYD",
    "VR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIw",
    "HQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCO",
    "OB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:"
);

/// The test-request of appendix B.2.
fn test_request() -> Request {
    Request::new(Method::POST, "example.com", "/foo?param=Value&Pet=dog")
        .with("host", "example.com")
        .with("date", "Tue, 20 Apr 2021 02:07:55 GMT")
        .with("content-type", "application/json")
        .with("content-digest", DIGEST)
        .with("content-length", "18")
}

fn base(request: &Request, input: &str) -> Result<String, SignatureError> {
    let input = DRAFT_11.read_input(input, None)?;
    signature_base(&request.head(), &input).map(|base| String::from_utf8(base).unwrap())
}

fn verifies(request: &Request, input: &str, signature: &str, key: &aauth_jose::SigningKey) -> bool {
    use aauth_jose::Signer as _;
    let (_, signature) = DRAFT_11.read_signature(signature, None).unwrap();
    key.public_jwk().key().verify(base(request, input).unwrap().as_bytes(), &signature).is_ok()
}

#[test]
fn b_2_1_builds_although_its_algorithm_is_not_supported() {
    let input = r#"sig-b21=();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd""#;
    let expected = r#""@signature-params": ();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd""#;
    assert_eq!(base(&test_request(), input).unwrap(), expected);
    // An RSA signature of 2048 bits is no signature here.
    let signature = format!("sig-b21=:{}AA==:", "A".repeat(340));
    assert_eq!(
        DRAFT_11.read_signature(&signature, None),
        Err(SignatureError::SignatureLength { found: 256 })
    );
}

#[test]
fn b_2_2_is_refused_for_its_query_parameter() {
    let input = r#"sig-b22=("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss";tag="header-example""#;
    assert_eq!(
        base(&test_request(), input),
        Err(SignatureError::UnsupportedComponent { name: "@query-param", at: 39 })
    );
}

#[test]
fn b_2_3_builds_its_base() {
    let input = r#"sig-b23=("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss""#;
    let expected = [
        r#""date": Tue, 20 Apr 2021 02:07:55 GMT"#,
        r#""@method": POST"#,
        r#""@path": /foo"#,
        r#""@query": ?param=Value&Pet=dog"#,
        r#""@authority": example.com"#,
        r#""content-type": application/json"#,
        &format!(r#""content-digest": {DIGEST}"#),
        r#""content-length": 18"#,
        r#""@signature-params": ("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss""#,
    ];
    assert_eq!(base(&test_request(), input).unwrap(), expected.join("\n"));
}

#[test]
fn b_2_4_is_refused_for_it_signs_a_response() {
    let input = r#"sig-b24=("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256""#;
    assert_eq!(
        base(&test_request(), input),
        Err(SignatureError::UnsupportedComponent { name: "@status", at: 9 })
    );
}

#[test]
fn b_2_5_is_refused_for_its_signature_is_symmetric() {
    let signature = "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:";
    assert_eq!(DRAFT_11.read_signature(signature, None), Err(SignatureError::SignatureLength { found: 32 }));
}

#[test]
fn b_2_6_verifies() {
    let input = r#"sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#;
    let signature =
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:";
    assert!(verifies(&test_request(), input, signature, &ed25519()));
    let mut other = test_request();
    other.target = "/fop".into();
    assert!(!verifies(&other, input, signature, &ed25519()));
}

#[test]
fn b_3_verifies_with_the_key_of_the_proxy() {
    let input = r#"ttrp=("@path" "@query" "@method" "@authority" "client-cert");created=1618884473;keyid="test-key-ecc-p256""#;
    let signature =
        "ttrp=:xVMHVpawaAC/0SbHrKRs9i8I3eOs5RtTMGCWXm/9nvZzoHsIg6Mce9315T6xoklyy0yzhD9ah4JHRwMLOgmizw==:";
    let mut request = test_request().with("client-cert", CLIENT_CERT);
    request.authority = "service.internal.example".into();
    assert!(verifies(&request, input, signature, &p256()));
}

#[test]
fn b_4_survives_what_leaves_the_meaning_alone() {
    let input =
        r#"transform=("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519""#;
    let signature = "transform=:ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==:";
    let demo = |target: &str| {
        Request::new(Method::GET, "example.org", target).with("date", "Fri, 15 Jul 2022 14:24:55 GMT")
    };
    let original = "/demo?name1=Value1&Name2=value2";
    let same = [
        demo(original).with("accept", "application/json").with("accept", "*/*"),
        demo("/demo?name1=Value1&Name2=value2&param=added").with("accept", "application/json, */*"),
        demo(original).with("accept", "application/json, */*").with("x-added", "1"),
    ];
    for request in &same {
        assert!(verifies(request, input, signature, &ed25519()));
    }
    let mut host = demo(original).with("accept", "application/json, */*");
    host.authority = "example.com".into();
    let mut method = demo(original).with("accept", "application/json, */*");
    method.method = Method::POST;
    let order = demo(original).with("accept", "*/*").with("accept", "application/json");
    for request in [host, method, order] {
        assert!(!verifies(&request, input, signature, &ed25519()));
    }
}

#[test]
fn section_2_1_field_values_are_joined_and_trimmed() {
    let folded = String::from_utf8(unfolded(b"Obsolete\r\n    line folding.").into_owned()).unwrap();
    let request = Request::get()
        .with("x-ows-header", "   Leading and trailing whitespace.   ")
        .with("x-obs-fold-header", &folded)
        .with("cache-control", "max-age=60")
        .with("cache-control", "    must-revalidate")
        .with("example-dict", "  a=1,    b=2;x=1;y=2,   c=(a   b   c)")
        .with("x-empty-header", "");
    let input = r#"s=("x-ows-header" "x-obs-fold-header" "cache-control" "example-dict" "x-empty-header")"#;
    let expected = [
        r#""x-ows-header": Leading and trailing whitespace."#,
        r#""x-obs-fold-header": Obsolete line folding."#,
        r#""cache-control": max-age=60, must-revalidate"#,
        r#""example-dict": a=1,    b=2;x=1;y=2,   c=(a   b   c)"#,
        r#""x-empty-header": "#,
        r#""@signature-params": ("x-ows-header" "x-obs-fold-header" "cache-control" "example-dict" "x-empty-header")"#,
    ];
    assert_eq!(base(&request, input).unwrap(), expected.join("\n"));
}

#[test]
fn section_2_2_derived_components() {
    let mut request = Request::new(Method::POST, "WWW.Example.com:443", "/path?param=value");
    let line = |request: &Request, name: &str| {
        let base = base(request, &format!(r#"s=("{name}")"#)).unwrap();
        base.lines().next().unwrap().strip_prefix(&format!(r#""{name}": "#)).unwrap().to_owned()
    };
    assert_eq!(line(&request, "@method"), "POST");
    assert_eq!(line(&request, "@target-uri"), "https://www.example.com/path?param=value");
    assert_eq!(line(&request, "@authority"), "www.example.com");
    assert_eq!(line(&request, "@scheme"), "https");
    assert_eq!(line(&request, "@request-target"), "/path?param=value");
    assert_eq!(line(&request, "@path"), "/path");
    assert_eq!(line(&request, "@query"), "?param=value");
    request.target = "/path?queryString".into();
    assert_eq!(line(&request, "@query"), "?queryString");
    request.target = "/path?".into();
    assert_eq!((line(&request, "@query"), line(&request, "@request-target")), ("?".into(), "/path?".into()));
    request.target = String::new();
    assert_eq!((line(&request, "@path"), line(&request, "@query")), ("/".into(), "?".into()));
    request.method = Method::from_bytes(b"get").unwrap();
    assert_eq!(line(&request, "@method"), "get");
}

#[test]
fn the_path_is_the_one_that_was_sent() {
    for path in ["/a/../b", "/%2e%2e/b", "//b", "/a%2Fb", "/A/%c3%a9", "/a;b=c", "/a?x=%20+&y"] {
        let request = Request::new(Method::GET, "example.com", path);
        let expected = path.split('?').next().unwrap();
        assert!(base(&request, r#"s=("@path")"#).unwrap().starts_with(&format!("\"@path\": {expected}\n")));
    }
}

#[test]
fn an_authority_is_a_host_and_a_port_that_is_not_the_default() {
    let https = [
        ("example.com", Ok("example.com")),
        ("EXAMPLE.com:8443", Ok("example.com:8443")),
        ("example.com:443", Ok("example.com")),
        ("example.com:80", Ok("example.com:80")),
        ("example.com:", Ok("example.com")),
        ("[2001:DB8::1]:443", Ok("[2001:db8::1]")),
        ("[::1]", Ok("[::1]")),
        ("127.0.0.1:8002", Ok("127.0.0.1:8002")),
        ("", Err(0)),
        (":443", Err(0)),
        ("user@example.com", Err(4)),
        ("example.com/path", Err(11)),
        ("example.com:0443", Err(11)),
        ("example.com:65536", Err(11)),
        ("example.com:x", Err(11)),
        ("exämple.com", Err(2)),
        ("example.com\n", Err(11)),
        (" example.com", Err(0)),
    ];
    for (authority, expected) in https {
        let request = Request::new(Method::GET, authority, "/");
        let head = request.head();
        let expected = expected.map(str::to_owned).map_err(|at| SignatureError::Authority { at });
        assert_eq!(head.normal_authority().map(|text| text.into_owned()), expected, "{authority:?}");
    }
    let mut http = Request::new(Method::GET, "example.com:80", "/");
    http.scheme = UriScheme::Http;
    assert_eq!(http.head().normal_authority().unwrap(), "example.com");
}

#[test]
fn a_target_is_a_path_with_an_optional_query() {
    for (target, at) in [
        ("*", 0),
        ("http://a.example/", 0),
        ("a.example:443", 0),
        ("/a b", 2),
        ("/a\n", 2),
        ("/é", 1),
        ("/a#b", 2),
        ("/\u{7f}", 1),
    ] {
        let request = Request::new(Method::GET, "example.com", target);
        assert_eq!(base(&request, "s=()"), Err(SignatureError::RequestTarget { at }), "{target:?}");
    }
}

#[test]
fn parameters_of_components_are_refused_by_name() {
    for name in ["sf", "key", "bs", "req", "tr", "name"] {
        let input = format!(r#"s=("x-field";{name}="a")"#);
        let expected = SignatureError::UnsupportedComponentParameter { name, at: 13 };
        assert_eq!(base(&Request::get(), &input), Err(expected));
        let bare = format!(r#"s=("@method";{name})"#);
        let expected = SignatureError::UnsupportedComponentParameter { name, at: 13 };
        assert_eq!(base(&Request::get(), &bare), Err(expected));
    }
    assert_eq!(
        base(&Request::get(), r#"s=("x-field";other)"#),
        Err(SignatureError::UnknownComponentParameter { at: 13 })
    );
}

#[test]
fn the_received_text_of_the_parameters_is_signed() {
    let text = r#"( "@method"   "@path" ); created=1;x=1.50; foo ;bar="a\"b";alg="rsa-v1_5-sha256";z=:AA==:"#;
    let text = text.replace("foo ;", "foo;");
    let input = format!("s={text}");
    assert!(base(&Request::get(), &input).unwrap().ends_with(&format!("\"@signature-params\": {text}")));
    let read = DRAFT_11.read_input(&input, None).unwrap();
    let parameters: Vec<_> = read.parameters().collect();
    let expected = [
        ("created", "1"),
        ("x", "1.50"),
        ("foo", "?1"),
        ("bar", r#""a\"b""#),
        ("alg", r#""rsa-v1_5-sha256""#),
        ("z", ":AA==:"),
    ];
    assert_eq!(parameters, expected);
    assert_eq!(read.alg(), Some("rsa-v1_5-sha256"));
}

#[test]
fn an_uncovered_field_may_be_anything_and_a_covered_one_may_not() {
    let request = Request::get().with("x-plain", "caf\u{e9}").with("x-tab", "a\tb");
    assert!(base(&request, r#"s=("x-tab")"#).is_ok());
    assert_eq!(
        base(&request, r#"s=("x-tab" "x-plain")"#),
        Err(SignatureError::ForbiddenByte { index: 1, at: 3 })
    );
    assert_eq!(base(&request, r#"s=("x-absent")"#), Err(SignatureError::FieldAbsent { index: 0 }));
    assert_eq!(Field::Signature.to_string(), "signature");
}
