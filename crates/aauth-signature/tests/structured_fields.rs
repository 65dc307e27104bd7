//! What is read here is a structured field (RFC 9651) for the parsed types of `sfv`, with the same members and values,
//! whichever parser reads it here; what is refused here only is refused for a reason of this protocol.
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

use aauth_signature::{AcceptScheme, DRAFT_11, Field, KeyParameter, KeyScheme, SignatureError, SignatureKey};
use aauth_types::Network;
use proptest::prelude::*;
use sfv::{BareItem, Dictionary, InnerList, List, ListEntry, Parser};

/// Texts that are structured fields more often than chance would have it.
fn field() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("sig=".to_owned()),
        Just("sig".to_owned()),
        Just("b=".to_owned()),
        Just("(".to_owned()),
        Just(")".to_owned()),
        Just("\"@method\"".to_owned()),
        Just("\"x-a\"".to_owned()),
        Just(" ".to_owned()),
        Just("\t".to_owned()),
        Just(", ".to_owned()),
        Just(";".to_owned()),
        Just(";created=".to_owned()),
        Just(";p=".to_owned()),
        Just("1.5".to_owned()),
        Just(":AAA=:".to_owned()),
        ":[AE+/=]{0,5}:",
        Just("?1".to_owned()),
        Just("@17".to_owned()),
        Just("%\"%c3%a9\"".to_owned()),
        "-?[0-9]{1,17}",
        "[a-z*][a-z0-9.*_-]{0,3}",
        "\"[ -~]{0,4}\"",
        "[ -~]",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// A member with parameters of every type, well formed or nearly so.
fn member() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        ":[AEab+/=]{0,5}:",
        "-?[0-9]{0,17}(\\.[0-9]{0,4})?",
        "@?-?[0-9]{0,16}",
        "\"[ -~]{0,6}\"",
        "%\"(%c3%a9|%[0-9a-f]{2}|[ -~]){0,2}\"",
        "\\?[01a]",
        "[A-Za-z*][!-~]{0,5}",
    ];
    let parameter = ("; {0,2}[a-z*][a-z0-9._*-]{0,2}", proptest::option::of(value))
        .prop_map(|(name, value)| value.map_or(name.clone(), |value| format!("{name}={value}")));
    let member = ("[a-z*][a-z0-9]{0,2}=x", proptest::collection::vec(parameter, 0..4))
        .prop_map(|(start, parameters)| start + &parameters.concat());
    proptest::collection::vec(member, 1..4).prop_map(|members| members.join(" ,\t"))
}

fn dictionary(text: &str) -> Option<Dictionary> {
    Parser::new(text).parse().ok()
}

fn same(ours: &KeyParameter, theirs: &BareItem) -> bool {
    match (ours, theirs) {
        (KeyParameter::String(a), BareItem::String(b)) => a == b.as_str(),
        (KeyParameter::Token(a), BareItem::Token(b)) => a == b.as_str(),
        (KeyParameter::Integer(a), BareItem::Integer(b)) => *a == i64::from(*b),
        (KeyParameter::Boolean(a), BareItem::Boolean(b)) => a == b,
        (KeyParameter::Date(a), BareItem::Date(b)) => *a == i64::from(b.unix_seconds()),
        (KeyParameter::Decimal(_), BareItem::Decimal(_))
        | (KeyParameter::Bytes(_), BareItem::ByteSequence(_))
        | (KeyParameter::Display(_), BareItem::DisplayString(_)) => true,
        _ => false,
    }
}

fn is_of_this_protocol(error: &SignatureError) -> bool {
    !matches!(error, SignatureError::Malformed { .. })
}

/// One `=` where there should be two or none: no base64 at all, and yet read by `sfv`.
fn half_padded(text: &str) -> bool {
    text.split(':').any(|part| part.ends_with('=') && !part.ends_with("==") && part.len() % 4 != 0)
}

/// A key for the second time, after which the first member no longer counts for `sfv`.
fn repeats(theirs: &Option<Dictionary>, text: &str) -> bool {
    theirs.as_ref().is_some_and(|theirs| theirs.len() < text.split(',').count())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn inputs_that_are_read_are_dictionaries(text in field()) {
        let theirs = dictionary(&text);
        match DRAFT_11.read_input(&text, None) {
            Ok(input) => {
                let theirs = theirs.expect("sfv reads it");
                let Some(ListEntry::InnerList(InnerList { items, params })) = theirs.get(input.label()) else {
                    panic!("no inner list");
                };
                let names: Vec<_> = items.iter().map(|item| item.bare_item.as_string().unwrap().as_str()).collect();
                let ours: Vec<_> = input.components().iter().map(|component| component.name()).collect();
                prop_assert_eq!(ours, names);
                let ours: Vec<_> = input.parameters().map(|(name, _)| name.to_owned()).collect();
                let names: Vec<_> = params.keys().map(|key| key.as_str().to_owned()).collect();
                prop_assert_eq!(ours, names);
            }
            Err(error) if is_of_this_protocol(&error) || half_padded(&text) || repeats(&theirs, &text) => {}
            Err(_) => {
                let first = theirs.as_ref().and_then(|theirs| theirs.values().next());
                let strings = |list: &InnerList| list.items.iter().all(|item| item.bare_item.as_string().is_some());
                prop_assert!(!matches!(first, Some(ListEntry::InnerList(list)) if strings(list)), "{}", text);
            }
        }
    }

    #[test]
    fn keys_that_are_read_are_dictionaries_of_tokens(text in prop_oneof![field(), member()]) {
        let text = text.replace("sig=(", "sig=x");
        let theirs = dictionary(&text);
        match DRAFT_11.read_key(&text, None, Network::Public) {
            Ok((label, SignatureKey::Other { scheme, parameters })) => {
                let theirs = theirs.expect("sfv reads it");
                let Some(ListEntry::Item(item)) = theirs.get(label) else { panic!("no item") };
                prop_assert_eq!(item.bare_item.as_token().map(|token| token.as_str()), Some(scheme.as_str()));
                prop_assert_eq!(parameters.len(), item.params.len());
                for ((name, ours), (key, theirs)) in parameters.iter().zip(&item.params) {
                    prop_assert_eq!(name, key.as_str());
                    prop_assert!(same(ours, theirs), "{} {}", name, text);
                }
            }
            Ok(_) => {}
            Err(error) if is_of_this_protocol(&error) || half_padded(&text) || repeats(&theirs, &text) => {}
            Err(_) => {
                let first = theirs.as_ref().and_then(|theirs| theirs.values().next());
                prop_assert!(
                    !matches!(first, Some(ListEntry::Item(item)) if item.bare_item.as_token().is_some()),
                    "{}",
                    text
                );
            }
        }
    }

    #[test]
    fn lists_of_tokens_are_read_alike(text in "(jwt|hwk|x|, |,| |\t|;a|;b=1|\"q\"|\\(|1){0,8}") {
        let theirs = Parser::new(&text).parse::<List>().ok().and_then(|list| {
            list.iter()
                .map(|entry| match entry {
                    ListEntry::Item(item) => item.bare_item.as_token().map(|token| token.as_str().to_owned()),
                    ListEntry::InnerList(_) => None,
                })
                .collect::<Option<Vec<_>>>()
        });
        let known = theirs.map(|words| {
            AcceptScheme::new(words.iter().filter_map(|word| KeyScheme::from_word(word)))
        });
        match AcceptScheme::parse(&text) {
            Err(error) if is_of_this_protocol(&error) => {}
            ours => prop_assert_eq!(ours.ok(), known, "{}", text),
        }
    }
}

#[test]
fn what_sfv_refuses_is_told_in_words_and_place() {
    let string = "a byte that no string has, or no end of a string";
    let decimal = "a decimal of too many or too few digits";
    let table = [
        ("a=x;", "no key", 4),
        ("a=x b", "no comma between members", 4),
        ("a=x , ", "nothing after the last comma", 5),
        ("a=x, b=(1\"2\")", "no space between items", 9),
        ("a=x, b=(1", "an inner list without end", 9),
        ("a=", "no item", 2),
        ("a=x;b=?2", "no boolean", 7),
        ("a=x;b=\"\t\"", string, 7),
        ("a=x;b=\"c", string, 8),
        ("a=x;b=\"\\", "an escape that no string has", 8),
        ("a=x;b=\"\\c\"", "an escape that no string has", 8),
        ("a=x;b=:AAAA", "no byte sequence", 11),
        ("a=x;b=:A_==:", "no byte sequence", 8),
        ("a=x;b=-", "no digit", 7),
        ("a=x;b=1234567890123456", "an integer of more than 15 digits", 21),
        ("a=x;b=1234567890123.1", decimal, 19),
        ("a=x;b=1.2345", decimal, 11),
        ("a=x;b=1.", decimal, 7),
        ("a=x;b=@1.5", "a date that is no integer", 6),
        ("a=x;b=%c", "no display string", 7),
        ("a=x;b=%\"%ff\"", "no display string", 8),
        ("a=x;b=%\"\t\"", "no display string", 8),
        ("a=x;b=%\"c", "no display string", 9),
    ];
    for (value, found, at) in table {
        let expected = SignatureError::Malformed { field: Field::SignatureKey, found, at };
        assert_eq!(DRAFT_11.read_key(value, None, Network::Public), Err(expected), "{value}");
    }
}
