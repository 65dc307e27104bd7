//! Challenges that are refused, each with its exact kind and, where one byte is at fault, its offset.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use aauth_challenge::{Challenge, DRAFT_11, SEED};
use aauth_types::Network;

const SEED_CASES: &[(&str, &str, Option<usize>)] = &[
    // Not a dictionary.
    ("require=", "malformed", Some(8)),
    ("=identity", "malformed", Some(0)),
    ("Require=identity", "malformed", Some(0)),
    ("require= identity", "malformed", Some(8)),
    ("require =identity", "malformed", Some(8)),
    ("require=identity,", "malformed", Some(16)),
    (",require=identity", "malformed", Some(0)),
    ("require=identity;", "malformed", Some(17)),
    ("require=identity ; code=\"A\"", "malformed", Some(17)),
    ("require=identity; Code=\"A\"", "malformed", Some(18)),
    ("require=identity code=\"A\"", "malformed", Some(17)),
    ("require=identity\tx", "malformed", Some(17)),
    ("\trequire=identity", "malformed", Some(0)),
    ("require=interaction; code=\"ABCD1234", "malformed", Some(35)),
    ("require=interaction; code=ABCD1234\"", "malformed", Some(34)),
    ("require=interaction; code='ABCD1234'", "malformed", Some(26)),
    ("require=interaction; code=\"A\\B\"", "malformed", Some(29)),
    ("require=interaction; code=\"A\u{e9}\"", "malformed", Some(28)),
    ("require=interaction; code=\"A\u{0}\"", "malformed", Some(28)),
    ("require=interaction; code=\"A\u{7f}\"", "malformed", Some(28)),
    ("require=interaction; code=%\"A\"", "malformed", Some(26)),
    ("require=interaction; code=@1", "malformed", Some(26)),
    ("httpsig; auth-token; resource_token=\"a\" x", "malformed", Some(40)),
    ("require=(identity", "malformed", Some(17)),
    ("require=\u{e4}", "malformed", Some(8)),
    ("{\"require\":\"identity\"}", "malformed", Some(0)),
    // No requirement, or none that is a token.
    ("", "requirement_missing", None),
    ("   ", "requirement_missing", None),
    ("requirement=identity", "requirement_missing", None),
    ("identity", "requirement_missing", None),
    ("httpsig; auth-token; resource_token=\"a\"; auth_server=\"b\"", "requirement_missing", None),
    ("require", "requirement_not_token", None),
    ("require; code=\"A\"", "requirement_not_token", None),
    ("require=\"identity\"", "requirement_not_token", None),
    ("require=1", "requirement_not_token", None),
    ("require=1.5", "requirement_not_token", None),
    ("require=?1", "requirement_not_token", None),
    ("require=:aWRlbnRpdHk=:", "requirement_not_token", None),
    ("require=(identity)", "requirement_not_token", None),
    ("require=()", "requirement_not_token", None),
    // Twice.
    ("require=identity, require=identity", "duplicate", None),
    ("require=identity, require=approval", "duplicate", None),
    ("require=identity, require", "duplicate", None),
    ("x=1, require=identity, x=2", "duplicate", None),
    ("require=interaction; code=\"A\"; code=\"A\"", "duplicate", None),
    ("require=interaction; code=\"A\"; code=\"B\"", "duplicate", None),
    ("require=identity; x=1; x=1", "duplicate", None),
    // Parameters that are missing or of the wrong type.
    ("require=auth-token", "bare_auth_token", None),
    (
        "require=auth-token; resource_token=\"a.b.c\"; auth_server=\"https://auth.example\"",
        "bare_auth_token",
        None,
    ),
    ("require=auth-token; resource-token=\"a.b.c\"", "parameter_missing", None),
    ("require=auth-token; auth-server=\"https://auth.example\"", "parameter_missing", None),
    ("require=interaction", "parameter_missing", None),
    ("require=interaction, code=\"ABCD1234\"", "parameter_missing", None),
    ("require=interaction; url=\"https://auth.example/i\"", "parameter_missing", None),
    ("require=interaction; code=ABCD1234", "parameter_not_string", None),
    ("require=interaction; code", "parameter_not_string", None),
    ("require=interaction; code=12345678", "parameter_not_string", None),
    ("require=interaction; code=:QUJDRA==:", "parameter_not_string", None),
    (
        "require=auth-token; resource-token=a.b.c; auth-server=\"https://auth.example\"",
        "parameter_not_string",
        None,
    ),
    ("require=auth-token; resource-token=\"a.b.c\"; auth-server=x", "parameter_not_string", None),
    // Values.
    ("require=auth-token; resource-token=\"\"; auth-server=\"https://auth.example\"", "resource_token", None),
    (
        "require=auth-token; resource-token=\"a b\"; auth-server=\"https://auth.example\"",
        "resource_token",
        None,
    ),
    (
        "require=auth-token; resource-token=\"a\\\"b\"; auth-server=\"https://auth.example\"",
        "resource_token",
        None,
    ),
    ("require=auth-token; resource-token=\"a.b.c\"; auth-server=\"\"", "auth_server", None),
    (
        "require=auth-token; resource-token=\"a.b.c\"; auth-server=\"http://auth.example\"",
        "auth_server",
        None,
    ),
    (
        "require=auth-token; resource-token=\"a.b.c\"; auth-server=\"https://auth.example/\"",
        "auth_server",
        None,
    ),
    (
        "require=auth-token; resource-token=\"a.b.c\"; auth-server=\"https://Auth.example\"",
        "auth_server",
        None,
    ),
    (
        "require=auth-token; resource-token=\"a.b.c\"; auth-server=\"https://auth.example:8443\"",
        "auth_server",
        None,
    ),
    ("require=auth-token; resource-token=\"a.b.c\"; auth-server=\"https://10.0.0.1\"", "auth_server", None),
    ("require=interaction; code=\"\"", "code", None),
    ("require=interaction; code=\"AB CD\"", "code", None),
    ("require=interaction; code=\"ABCD%2F\"", "code", None),
    ("require=interaction; code=\"ABCD&callback=x\"", "code", None),
    ("require=interaction; code=\"<b>\"", "code", None),
    (
        "require=interaction; code=\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"",
        "code",
        None,
    ),
];

const DRAFT_CASES: &[(&str, &str, Option<usize>)] = &[
    ("require=agent-token", "requirement_missing", None),
    ("requirement=\"agent-token\"", "requirement_not_token", None),
    ("requirement=@1800000000", "requirement_not_token", None),
    ("requirement=%\"agent-token\"", "requirement_not_token", None),
    ("requirement=agent-token, requirement=person-token", "duplicate", None),
    ("requirement=auth-token", "bare_auth_token", None),
    ("requirement=auth-token;resource-token=a", "parameter_not_string", None),
    ("requirement=interaction;code=\"A1B2-C3D4\"", "parameter_missing", None),
    ("requirement=interaction;url=\"https://ps.example/i\"", "parameter_missing", None),
    ("requirement=interaction;url=https;code=\"A\"", "parameter_not_string", None),
    ("requirement=interaction;url=\"http://ps.example/i\";code=\"A\"", "url", None),
    ("requirement=interaction;url=\"https://ps.example/i?x=1\";code=\"A\"", "url", None),
    ("requirement=interaction;url=\"https://ps.example/i#x\";code=\"A\"", "url", None),
    ("requirement=interaction;url=\"javascript:alert(1)\";code=\"A\"", "url", None),
    ("requirement=interaction;url=\"https://127.0.0.1/i\";code=\"A\"", "url", None),
    ("requirement=interaction;url=\"https://me@ps.example/i\";code=\"A\"", "url", None),
    ("requirement=interaction;url=\"https://ps.example/i\";code=\"A B\"", "code", None),
];

#[test]
fn each_malformed_challenge_is_refused_for_its_reason() {
    let mut wrong = Vec::new();
    for (vocabulary, cases) in [(&SEED, SEED_CASES), (&DRAFT_11, DRAFT_CASES)] {
        for (value, kind, at) in cases {
            let found = Challenge::parse(value.as_bytes(), vocabulary, Network::Public)
                .map_err(|error| (error.kind(), error.at()));
            if found != Err((*kind, *at)) {
                wrong.push(format!("{value:?}: {found:?}, expected {kind} {at:?}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_error_repeats_what_the_peer_sent() {
    for (value, _, _) in SEED_CASES.iter().filter(|case| case.0.contains("a.b.c")) {
        if let Err(error) = Challenge::parse(value.as_bytes(), &SEED, Network::Public) {
            assert!(!format!("{error} {error:?}").contains("a.b.c"), "{value}");
        }
    }
}
