//! Keys that come from `jose-jwk` and go there.

#![allow(clippy::unwrap_used)]

use aauth_jose::{JoseError, PublicJwk};
use jose_jwk::Jwk;

// RFC 8037 appendix A.2, RFC 7517 appendix A.1.
const ED25519: &str =
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"a"}"#;
const P256: &str = r#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","alg":"ES256"}"#;
const PRIVATE: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

fn theirs(text: &str) -> Jwk {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_key_is_the_same_at_both_ends() {
    let named = ED25519.replace("\"kid\":\"a\"", "\"alg\":\"EdDSA\"");
    for text in [ED25519, P256, &named] {
        let ours = PublicJwk::parse(text.as_bytes()).unwrap();
        assert_eq!(Jwk::from(&ours), theirs(text));
        assert_eq!(PublicJwk::try_from(&theirs(text)), Ok(ours));
    }
}

#[test]
fn an_algorithm_that_only_one_end_knows_is_left_out() {
    let text = ED25519.replace("\"kid\":\"a\"", "\"alg\":\"Ed25519\"");
    let ours = PublicJwk::parse(text.as_bytes()).unwrap();
    assert_eq!(Jwk::from(&ours), theirs(&text.replace(",\"alg\":\"Ed25519\"", "")));
}

#[test]
fn what_is_checked_in_a_text_is_checked_here() {
    let refused = [
        (PRIVATE.to_owned(), JoseError::PrivateMember { member: "d" }),
        (r#"{"kty":"oct","k":"AAAA"}"#.to_owned(), JoseError::UnsupportedKeyType),
        (ED25519.replace("\"kid\":\"a\"", "\"use\":\"enc\""), JoseError::KeyUse { member: "use" }),
        (ED25519.replace("Ed25519", "X25519"), JoseError::UnsupportedCurve),
        (ED25519.replace("aPcHURo", "aPcH"), JoseError::KeyLength { member: "x", expected: 32, found: 30 }),
    ];
    for (text, error) in refused {
        assert_eq!(PublicJwk::try_from(&theirs(&text)), Err(error), "{text}");
    }
}
