//! Fixed names, keys and times. The keys are the published test keys of RFC 9421 and RFC 8032.

use std::sync::LazyLock;

use aauth_deferred::Owner;
use aauth_jose::{Algorithm, Jwks, Signer as _, SigningKey};
use aauth_types::{Network, ServerId, Thumbprint, UnixTime};

/// The one time of all targets.
pub const fn now() -> UnixTime {
    UnixTime::from_secs(1_774_923_811)
}

/// The agent, whose key set is [`jwks`].
pub fn agent() -> ServerId {
    id("https://agent.example")
}

/// The resource that is called.
pub fn resource() -> ServerId {
    id("https://resource.example")
}

/// The auth server that the resource trusts; its key set is [`jwks`] too.
pub fn auth_server() -> ServerId {
    id("https://auth.example")
}

/// The key of the agent (and of everybody else) for an algorithm.
pub fn signer(algorithm: Algorithm) -> &'static SigningKey {
    match algorithm {
        Algorithm::Ed25519 => &ED25519,
        Algorithm::Es256 => &P256,
    }
}

/// Both keys, as a set.
pub fn jwks() -> &'static Jwks {
    &SET
}

/// One of two agents that poll.
pub fn owner(is_foreign: bool) -> Owner {
    Owner { agent: agent().as_str().to_owned(), key: Thumbprint::from_bytes([u8::from(is_foreign); 32]) }
}

static ED25519: LazyLock<SigningKey> = LazyLock::new(|| {
    key(br#"{"kty":"OKP","crv":"Ed25519","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs","d":"n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU","kid":"key-1"}"#)
});
static P256: LazyLock<SigningKey> = LazyLock::new(|| {
    key(br#"{"kty":"EC","crv":"P-256","x":"qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA","y":"Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0","d":"UpuF81l-kOxbjf7T4mNSv0r5tN67Gim7rnf6EFpcYDs","kid":"key-2"}"#)
});
static SET: LazyLock<Jwks> = LazyLock::new(|| Jwks::from_keys([ED25519.public_jwk(), P256.public_jwk()]));

fn key(jwk: &[u8]) -> SigningKey {
    SigningKey::from_jwk(jwk).expect("a test key")
}

fn id(text: &str) -> ServerId {
    ServerId::parse(text, Network::Public).expect("a fixed identifier")
}
