//! Interaction codes and pending ids.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;

use aauth_deferred::{DeferredError, InteractionCode, PendingId};
use aauth_types::Secret;

fn read(typed: &str) -> Result<String, DeferredError> {
    InteractionCode::read(typed).map(|code| code.expose().to_owned())
}

#[test]
fn entropy_is_spelled_five_bits_to_a_symbol() {
    for (entropy, spelled) in [
        ([0; 5], "00000000"),
        ([0xff; 5], "ZZZZZZZZ"),
        ([0x00, 0x44, 0x32, 0x14, 0xc7], "01234567"),
        ([0x42, 0x54, 0xb6, 0x35, 0xcf], "89ABCDEF"),
        ([0x84, 0x65, 0x3a, 0x56, 0xd7], "GHJKMNPQ"),
        ([0xc6, 0x75, 0xbe, 0x77, 0xdf], "RSTVWXYZ"),
    ] {
        assert_eq!(InteractionCode::from_entropy(entropy).expose(), spelled);
    }
}

#[test]
fn every_symbol_is_used_in_every_place_and_equally_often() {
    for place in 0..8_u32 {
        let spelled: BTreeSet<char> = (0..32_u64)
            .map(|value| {
                let bits = (value << (5 * (7 - place))).to_be_bytes();
                let code = InteractionCode::from_entropy([bits[3], bits[4], bits[5], bits[6], bits[7]]);
                code.expose().chars().nth(usize::try_from(place).unwrap()).unwrap()
            })
            .collect();
        assert_eq!(spelled.len(), 32, "place {place}");
    }
}

#[test]
fn what_people_type_is_folded() {
    for typed in [
        "7R6XKP10",
        "7r6xkp10",
        "7R6X-KP10",
        "-7-R-6-X-K-P-1-0-",
        "7R6XKPIO",
        "7r6xkplo",
        "7R6XKPl0",
        "7r6xkpiO",
    ] {
        assert_eq!(read(typed).as_deref(), Ok("7R6XKP10"), "{typed}");
    }
}

#[test]
fn each_symbol_folds_to_itself() {
    for eight in ["01234567", "89ABCDEF", "GHJKMNPQ", "RSTVWXYZ"] {
        assert_eq!(read(eight).as_deref(), Ok(eight));
        assert_eq!(read(&eight.to_lowercase()).as_deref(), Ok(eight));
    }
}

#[test]
fn other_characters_are_refused_where_they_stand() {
    for (typed, at) in [
        ("7R6XKP1U", 7),
        ("u7R6XKP1", 0),
        ("7R6X KP10", 4),
        (" 7R6XKP10", 0),
        ("7R6XKP1\u{30}\u{301}", 8),
        ("\u{ff17}R6XKP10", 0),
        ("7R6X\u{2010}KP10", 4),
        ("7R6XKP1\0", 7),
        ("7R6XKP1%", 7),
        ("\"7R6XKP10\"", 0),
        ("7R6XKP1\u{131}", 7),
        ("7R6X\u{212a}P10", 4),
    ] {
        assert_eq!(read(typed), Err(DeferredError::CodeSymbol { at }), "{typed:?}");
    }
}

#[test]
fn a_code_has_eight_symbols() {
    for (typed, symbols) in [("", 0), ("-", 0), ("7R6XKP1", 7), ("7R6XKP100", 9), ("7R6X-KP1", 7)] {
        assert_eq!(read(typed), Err(DeferredError::CodeLength { symbols }), "{typed}");
    }
}

#[test]
fn up_to_64_characters_are_looked_at() {
    let padded = |hyphens: usize| format!("7R6XKP10{}", "-".repeat(hyphens));
    assert_eq!(read(&padded(56)).as_deref(), Ok("7R6XKP10"));
    assert_eq!(read(&padded(57)), Err(DeferredError::CodeTooLong { bytes: 65 }));
}

#[test]
fn the_hash_depends_on_code_and_secret() {
    let (secret, other) = (Secret::new([7; 32]), Secret::new([8; 32]));
    let code = InteractionCode::read("7R6XKP10").unwrap();
    let typed = InteractionCode::read("7r6x-kpio").unwrap();
    assert_eq!(code.hash(&secret), typed.hash(&secret));
    assert_ne!(code.hash(&secret), code.hash(&other));
    assert_ne!(code.hash(&secret), InteractionCode::read("7R6XKP11").unwrap().hash(&secret));
}

#[test]
fn the_hash_is_hmac_sha_256_over_label_and_code() {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&[7; 32]).unwrap();
    mac.update(b"aauth interaction code\0ABCDEFGH");
    let code = InteractionCode::read("ABCDEFGH").unwrap();
    assert_eq!(code.hash(&Secret::new([7; 32])).as_bytes()[..], mac.finalize().into_bytes()[..]);
}

#[test]
fn an_id_is_128_bits_in_hexadecimal() {
    let id = PendingId::from_entropy(*b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\xff");
    assert_eq!(id.expose(), "000102030405060708090a0b0c0d0eff");
    assert_eq!(PendingId::parse(id.expose()).unwrap().hash(), id.hash());
    assert_ne!(PendingId::from_entropy([0; 16]).hash(), id.hash());
}

#[test]
fn what_is_no_id_is_refused() {
    let id = "000102030405060708090a0b0c0d0eff";
    for text in [
        "",
        &id.replacen('0', "", 1),
        &format!("{id}0"),
        &id.to_uppercase(),
        "g00102030405060708090a0b0c0d0eff",
        "../../../../../../../../../etc/pa",
    ] {
        assert_eq!(PendingId::parse(text).map(|_| ()), Err(DeferredError::PendingId), "{text}");
    }
}

#[test]
fn debug_shows_neither_code_nor_id() {
    assert_eq!(format!("{:?}", InteractionCode::from_entropy([1; 5])), "***");
    assert_eq!(format!("{:?}", PendingId::from_entropy([1; 16])), "***");
}
