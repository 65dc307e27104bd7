//! Inputs that are refused, each with its exact error. Those of `Signature-Key` are in `signature_key.rs`.
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

use aauth_jose::Signer as _;
use aauth_signature::{
    Coverage, DRAFT_11, Field, FieldSyntax, SEED, SEED_DICTIONARY, SignatureError, SignatureKey,
};
use support::{Request, ed25519};

const INPUT: Field = Field::SignatureInput;
const SIGNATURE: Field = Field::Signature;

fn malformed(field: Field, found: &'static str, at: usize) -> SignatureError {
    SignatureError::Malformed { field, found, at }
}

#[test]
fn signature_input_of_every_syntax() {
    use SignatureError as E;
    let bad = |found, at| malformed(INPUT, found, at);
    let kind = |name, expected, at| E::ParameterType { field: INPUT, name, expected, at };
    let integer = |name, at| kind(name, "an integer", at);
    let string = |name, at| kind(name, "a string", at);
    let unsupported = |name, at| E::UnsupportedComponentParameter { name, at };
    let table: Vec<(&str, E)> = vec![
        ("", bad("nothing", 0)),
        ("sig", bad("a label without a value", 3)),
        ("sig=", bad("no inner list", 4)),
        ("sig=1", bad("no inner list", 4)),
        ("sig=\"@method\"", bad("no inner list", 4)),
        ("sig=@method", bad("no inner list", 4)),
        ("sig;created=1", bad("a label without a value", 3)),
        ("=()", bad("no key", 0)),
        ("Sig=()", bad("no key", 0)),
        ("1sig=()", bad("no key", 0)),
        ("-sig=()", bad("no key", 0)),
        ("\"sig\"=()", bad("no key", 0)),
        ("s ig=()", bad("a label without a value", 1)),
        ("sig =()", bad("a label without a value", 3)),
        ("sig= ()", bad("no inner list", 4)),
        ("sig=(", bad("an inner list without end", 5)),
        ("sig=( ", bad("an inner list without end", 5)),
        ("sig=(\"@method\"", bad("an inner list without end", 14)),
        ("sig=(\"@method\" ", bad("an inner list without end", 14)),
        ("sig=(\"@method", bad("a byte that no string has, or no end of a string", 13)),
        ("sig=(\"@method\"\"@path\")", bad("no space between items", 14)),
        ("sig=(\"@method\",\"@path\")", bad("no space between items", 14)),
        ("sig=(\"@method\"\t\"@path\")", bad("no space between items", 14)),
        ("sig=(\t\"@method\")", bad("no string", 5)),
        ("sig=(@method)", bad("no string", 5)),
        ("sig=(method)", bad("no string", 5)),
        ("sig=(:AA==:)", bad("no string", 5)),
        ("sig=(1 2)", bad("no string", 5)),
        ("sig=(('a'))", bad("no string", 5)),
        ("sig=((\"@method\"))", bad("no string", 5)),
        ("sig=(\"@me\\thod\")", bad("an escape that no string has", 10)),
        ("sig=(\"@method\\\")", bad("a byte that no string has, or no end of a string", 16)),
        ("sig=(\"a\u{7f}\")", bad("a byte that no string has, or no end of a string", 7)),
        ("sig=(\"a\tb\")", bad("a byte that no string has, or no end of a string", 7)),
        ("sig=(\"caf\u{e9}\")", bad("a byte that no string has, or no end of a string", 9)),
        ("sig=())", bad("no comma between members", 6)),
        ("sig=() x", bad("no comma between members", 7)),
        ("sig=() ;created=1", bad("no comma between members", 7)),
        ("sig=();", bad("no key", 7)),
        ("sig=();;created=1", bad("no key", 7)),
        ("sig=();Created=1", bad("no key", 7)),
        ("sig=();created =1", integer("created", 7)),
        ("sig=();created= 1", bad("no item", 15)),
        ("sig=();created=", bad("no item", 15)),
        ("sig=();created=1x", bad("no comma between members", 16)),
        ("sig=();created=+1", bad("no item", 15)),
        ("sig=();created=-", bad("no digit", 16)),
        ("sig=();created=--1", bad("no digit", 16)),
        ("sig=();created=.5", bad("no item", 15)),
        ("sig=();created=1.", bad("a decimal of too many or too few digits", 17)),
        ("sig=();created=1.2345", bad("a decimal of too many or too few digits", 21)),
        ("sig=();created=1234567890123.1", bad("a decimal of too many or too few digits", 30)),
        ("sig=();created=1000000000000000", bad("an integer of more than 15 digits", 31)),
        ("sig=();created=99999999999999999999", bad("an integer of more than 15 digits", 35)),
        ("sig=();created", integer("created", 7)),
        ("sig=();created=\"1\"", integer("created", 15)),
        ("sig=();created=1.0", integer("created", 15)),
        ("sig=();created=@1", integer("created", 15)),
        ("sig=();created=one", integer("created", 15)),
        ("sig=();created=?1", integer("created", 15)),
        ("sig=();created=:AA==:", integer("created", 15)),
        ("sig=();expires=\"1\"", integer("expires", 15)),
        ("sig=();expires=1.5", integer("expires", 15)),
        ("sig=();created=-1", E::NegativeTime { name: "created", at: 15 }),
        ("sig=();created=-999999999999999", E::NegativeTime { name: "created", at: 15 }),
        ("sig=();expires=-1", E::NegativeTime { name: "expires", at: 15 }),
        ("sig=();keyid=key", string("keyid", 13)),
        ("sig=();keyid=1", string("keyid", 13)),
        ("sig=();alg=ed25519", string("alg", 11)),
        ("sig=();nonce=:AA==:", string("nonce", 13)),
        ("sig=();tag", string("tag", 7)),
        ("sig=();created=1;created=1", E::DuplicateParameter { field: INPUT, at: 17 }),
        ("sig=();created=1;created=2", E::DuplicateParameter { field: INPUT, at: 17 }),
        ("sig=();x;y=1;x=2", E::DuplicateParameter { field: INPUT, at: 13 }),
        ("sig=();x=?2", bad("no boolean", 10)),
        ("sig=();x=?", bad("no boolean", 10)),
        ("sig=();x=@1.5", bad("a date that is no integer", 13)),
        ("sig=();x=:A:", bad("no byte sequence", 11)),
        ("sig=();x=:A===:", bad("no byte sequence", 14)),
        ("sig=();x=:AA=A:", bad("no byte sequence", 14)),
        ("sig=();x=:AA==", bad("no byte sequence", 14)),
        ("sig=();x=:A-A_:", bad("no byte sequence", 11)),
        ("sig=();x=%\"%C3%A9\"", bad("no display string", 11)),
        ("sig=();x=%\"%c3\"", bad("no display string", 11)),
        ("sig=();x=%\"%c\"", bad("no display string", 11)),
        ("sig=();x=%\"%", bad("no display string", 11)),
        ("sig=();x=%\"a", bad("no display string", 11)),
        ("sig=();x=%\"a\u{7f}\"", bad("no display string", 11)),
        ("sig=();x=%\"a\tb\"", bad("no display string", 11)),
        ("sig=();x=%\"\u{e9}\"", bad("no display string", 11)),
        ("sig=();x=%\"a\" b", bad("no comma between members", 14)),
        ("sig=();x=%a", bad("no display string", 10)),
        ("sig=();x=()", bad("no item", 9)),
        ("sig=(),", bad("nothing after the last comma", 7)),
        (",sig=()", bad("no key", 0)),
        ("sig=(\"@method\" \"@method\")", E::DuplicateComponent { at: 15 }),
        ("sig=(\"a\" \"@path\" \"a\")", E::DuplicateComponent { at: 17 }),
        ("sig=(\"@foo\")", E::UnknownComponent { at: 5 }),
        ("sig=(\"@\")", E::UnknownComponent { at: 5 }),
        ("sig=(\"\")", E::UnknownComponent { at: 5 }),
        ("sig=(\"@Method\")", E::UnknownComponent { at: 5 }),
        ("sig=(\"@method \")", E::UnknownComponent { at: 5 }),
        ("sig=(\"Content-Type\")", E::UnknownComponent { at: 5 }),
        ("sig=(\"content type\")", E::UnknownComponent { at: 5 }),
        ("sig=(\"content-type:\")", E::UnknownComponent { at: 5 }),
        ("sig=(\"a\\\"b\")", E::UnknownComponent { at: 5 }),
        ("sig=(\"@path\" \"@query-params\")", E::UnknownComponent { at: 13 }),
        ("sig=(\"@status\")", E::UnsupportedComponent { name: "@status", at: 5 }),
        ("sig=(\"@query-param\")", E::UnsupportedComponent { name: "@query-param", at: 5 }),
        ("sig=(\"@query-param\";name=\"a\")", E::UnsupportedComponent { name: "@query-param", at: 5 }),
        ("sig=(\"@signature-params\")", E::UnsupportedComponent { name: "@signature-params", at: 5 }),
        ("sig=(\"a\";sf)", unsupported("sf", 9)),
        ("sig=(\"a\";key=\"b\")", unsupported("key", 9)),
        ("sig=(\"a\"; bs)", unsupported("bs", 10)),
        ("sig=(\"a\";req)", unsupported("req", 9)),
        ("sig=(\"a\";tr;sf)", unsupported("tr", 9)),
        ("sig=(\"signature-key\";tr)", unsupported("tr", 21)),
        ("sig=(\"@method\";req)", unsupported("req", 15)),
        ("sig=(\"a\";x)", E::UnknownComponentParameter { at: 9 }),
        ("sig=(\"a\";x=\"y\")", E::UnknownComponentParameter { at: 9 }),
        ("sig=(\"a\";)", bad("no key", 9)),
    ];
    println!("{} malformed values of signature-input, in 3 syntaxes", table.len());
    for (value, expected) in table {
        for syntax in [&SEED, &SEED_DICTIONARY, &DRAFT_11] {
            let read = syntax.read_input(value, None);
            assert_eq!(read, Err(expected.clone()), "{} {value}", syntax.name());
        }
    }
}

#[test]
fn labels_and_members_of_signature_input() {
    use SignatureError as E;
    let several = |at| E::SeveralMembers { field: INPUT, at };
    let mismatch = E::LabelMismatch { field: INPUT };
    let table: [(&FieldSyntax, &str, Option<&str>, E); 12] = [
        (&SEED, "a=(), b=()", None, several(4)),
        (&SEED, "a=(), b=()", Some("b"), several(4)),
        (&SEED, "a=(\"@path\");x=\"1,2\",b", None, several(19)),
        (&SEED_DICTIONARY, "a=(), b=()", Some("a"), several(4)),
        (&SEED, "a=(), a=()", None, E::DuplicateLabel { field: INPUT, at: 6 }),
        (&DRAFT_11, "a=(), a=()", Some("a"), E::DuplicateLabel { field: INPUT, at: 6 }),
        (&SEED, "xsig=()", Some("sig"), mismatch.clone()),
        (&SEED, "sig1=()", Some("sig"), mismatch.clone()),
        (&DRAFT_11, "xsig=(), sig1=()", Some("sig"), mismatch),
        (&SEED, "si-g=()", None, malformed(INPUT, "a character that no label has", 2)),
        (&SEED, "*sig=()", None, malformed(INPUT, "a character that no label has", 0)),
        (&DRAFT_11, "a=(),b=(),c=(),d=(),e=()", Some("a"), E::TooManyLabels { field: INPUT, limit: 4 }),
    ];
    for (syntax, value, label, expected) in table {
        assert_eq!(syntax.read_input(value, label), Err(expected), "{} {value}", syntax.name());
    }
    assert_eq!(DRAFT_11.read_input("a=1;x, b=(\"@path\"), c", Some("b")).unwrap().label(), "b");
}

#[test]
fn display_strings_are_kept_as_received() {
    for text in [r#"%"""#, r#"%" a\ ~""#, r#"%"%c3%a9%22%0a""#, r#"%"a,%e2%82%acb""#] {
        let value = format!("sig=();x={text};created=1");
        for syntax in [&SEED_DICTIONARY, &DRAFT_11] {
            let input = syntax.read_input(&value, None).unwrap();
            assert_eq!(input.parameters().collect::<Vec<_>>(), [("x", text), ("created", "1")]);
        }
    }
}

#[test]
fn the_escapes_of_a_string_are_resolved() {
    let table = [
        (r#""a\\\"b""#, r#"a\"b"#),
        (r#""\\""#, r"\"),
        (r#""\\\\""#, r"\\"),
        (r#""\"""#, "\""),
        (r#""""#, ""),
    ];
    for (text, expected) in table {
        let value = format!("sig=();nonce={text}");
        assert_eq!(SEED.read_input(&value, None).unwrap().nonce(), Some(expected), "{text}");
    }
}

#[test]
fn any_blanks_may_stand_around_the_comma_of_members() {
    for blanks in [",", " ,", ",\t", "  ,", ",\t\t", " \t ,\t  ", "\t,  "] {
        let value = format!("a=(){blanks}b=()");
        assert_eq!(DRAFT_11.read_input(&value, Some("b")).unwrap().label(), "b", "{value:?}");
    }
}

const URL: &str = "2_i12baYGJq8rTnIQrRltTs8NQKufOF6G98SXwHtaoG1Ygq-cOd1c5vsp70u1bfJ1MEZZWd68zee4AOVTxJbCA";
const STD: &str = "2/i12baYGJq8rTnIQrRltTs8NQKufOF6G98SXwHtaoG1Ygq+cOd1c5vsp70u1bfJ1MEZZWd68zee4AOVTxJbCA";

#[test]
fn signatures_read_in_the_spellings_of_their_syntax() {
    let bytes = SEED.read_signature(&format!("sig=:{URL}:"), None).unwrap().1;
    for text in [URL.to_owned(), format!("{URL}=="), STD.to_owned(), format!("{STD}==")] {
        for syntax in [&SEED, &SEED_DICTIONARY] {
            assert_eq!(syntax.read_signature(&format!(" sig=:{text}: "), Some("sig")), Ok(("sig", bytes)));
        }
    }
    assert_eq!(DRAFT_11.read_signature(&format!("sig=:{STD}==:"), None), Ok(("sig", bytes)));
    assert_eq!(
        DRAFT_11.read_signature(&format!("x=1, sig=:{STD}==:;p=2 , y"), Some("sig")),
        Ok(("sig", bytes))
    );
    assert_eq!(SEED.write_signature("sig", &bytes).unwrap(), format!("sig=:{URL}:"));
    assert_eq!(SEED_DICTIONARY.write_signature("sig", &bytes).unwrap(), format!("sig=:{STD}==:"));
    assert_eq!(DRAFT_11.write_signature("sig", &bytes).unwrap(), format!("sig=:{STD}==:"));
}

#[test]
fn signatures_in_other_spellings_are_refused() {
    use SignatureError as E;
    let bad = |found, at| malformed(SIGNATURE, found, at);
    let encoding = E::SignatureEncoding { at: 5 };
    let mixed = URL.replacen('-', "+", 1);
    let trailing = format!("{}B", &URL[..85]);
    let std_trailing = format!("{}B==", &STD[..85]);
    let table: Vec<(&FieldSyntax, String, E)> = vec![
        (&SEED, format!("sig=:{mixed}:"), encoding.clone()),
        (&SEED, format!("sig=:{trailing}:"), encoding.clone()),
        (&SEED, format!("sig=:{std_trailing}:"), encoding.clone()),
        (&SEED, format!("sig=:{URL}=:"), encoding.clone()),
        (&SEED, format!("sig=:{URL}===:"), encoding.clone()),
        (&SEED, format!("sig=:=={URL}:"), encoding.clone()),
        (&SEED, format!("sig=:{} {}:", &URL[..40], &URL[40..]), encoding.clone()),
        (&SEED, format!("sig=:{}:", &URL[..85]), encoding.clone()),
        (&SEED, format!("sig=:{}:", &STD[..84]), E::SignatureLength { found: 63 }),
        (&SEED, format!("sig=:{}AA:", STD), E::SignatureLength { found: 66 }),
        (&SEED, "sig=::".into(), E::SignatureLength { found: 0 }),
        (&SEED, format!("sig=:{URL}"), bad("no end of the value", 91)),
        (&SEED, format!("sig={URL}"), bad("no colon", 4)),
        (&SEED, format!("sig=\"{URL}\""), bad("no colon", 4)),
        (&SEED, format!("sig=:{URL}::"), bad("something after the last colon", 92)),
        (&SEED, format!("sig=:{URL}:;a=1"), bad("something after the last colon", 92)),
        (&SEED, format!("sig=:{URL}: x"), bad("something after the last colon", 92)),
        (&SEED, format!("sig=:{URL}:, b=:{URL}:"), E::SeveralMembers { field: SIGNATURE, at: 92 }),
        (&SEED, format!("x sig=:{URL}:"), bad("a label without a value", 1)),
        (&SEED, format!("Sig=:{URL}:"), bad("no key", 0)),
        (&SEED, format!("si-g=:{URL}:"), bad("a character that no label has", 2)),
        (&SEED, "sig".into(), bad("a label without a value", 3)),
        (&SEED, String::new(), bad("no key", 0)),
        (&DRAFT_11, format!("sig=:{URL}:"), bad("no byte sequence", 6)),
        (&DRAFT_11, format!("sig=:{STD}:"), encoding.clone()),
        (&DRAFT_11, format!("sig=:{std_trailing}:"), encoding),
        (&DRAFT_11, format!("sig=:{STD}=:"), bad("no byte sequence", 92)),
        (&DRAFT_11, "sig=:AAAA:".into(), E::SignatureLength { found: 3 }),
        (&DRAFT_11, format!("sig=:{STD}AA:"), E::SignatureLength { found: 66 }),
        (&DRAFT_11, "sig=token".into(), bad("no byte sequence", 4)),
        (&DRAFT_11, "sig=(:AAAA:)".into(), bad("no byte sequence", 4)),
        (&DRAFT_11, "sig".into(), bad("a label without a value", 3)),
        (&DRAFT_11, String::new(), bad("nothing", 0)),
        (&DRAFT_11, format!("sig=:{STD}==:, sig=1"), E::DuplicateLabel { field: SIGNATURE, at: 96 }),
        (&DRAFT_11, format!("sig=:{STD}==:,"), bad("nothing after the last comma", 95)),
    ];
    println!("{} refused signatures", table.len());
    for (syntax, value, expected) in table {
        assert_eq!(syntax.read_signature(&value, None), Err(expected), "{} {value}", syntax.name());
    }
    for (syntax, value) in [(&SEED, format!("xsig=:{URL}:")), (&DRAFT_11, format!("xsig=:{STD}==:"))] {
        let foreign = syntax.read_signature(&value, Some("sig"));
        assert_eq!(foreign, Err(E::LabelMismatch { field: SIGNATURE }));
    }
}

fn signed(syntax: &'static FieldSyntax) -> Request {
    let signer = ed25519();
    Request::get().signed(&SignatureKey::Hwk(signer.public_jwk()), syntax, &Coverage::new(), &signer)
}

#[test]
fn requests_with_fields_missing_or_repeated() {
    let missing = |field| Err(SignatureError::MissingField { field });
    let read = |request: &Request, syntax| request.parse(syntax).map(|_| ());
    for syntax in [&SEED, &SEED_DICTIONARY, &DRAFT_11] {
        assert_eq!(read(&Request::get(), syntax), Err(SignatureError::Unsigned));
        for field in [Field::SignatureKey, Field::SignatureInput, Field::Signature] {
            let mut request = signed(syntax);
            request.fields.remove(field.as_str());
            assert_eq!(read(&request, syntax), missing(field));
        }
        let mut only_signature = signed(syntax);
        only_signature.fields.remove("signature-key");
        only_signature.fields.remove("signature-input");
        assert_eq!(read(&only_signature, syntax), missing(Field::SignatureKey));
    }
    for field in [Field::SignatureKey, Field::SignatureInput, Field::Signature] {
        for syntax in [&SEED, &SEED_DICTIONARY] {
            let request = signed(syntax);
            let value = request.text(field.as_str()).to_owned();
            let repeated = request.with(field.as_str(), &value);
            assert_eq!(read(&repeated, syntax), Err(SignatureError::RepeatedField { field }));
        }
        let request = signed(&DRAFT_11);
        let value = request.text(field.as_str()).to_owned();
        let at = value.len() + 2;
        let repeated = request.with(field.as_str(), &value);
        assert_eq!(read(&repeated, &DRAFT_11), Err(SignatureError::DuplicateLabel { field, at }));
    }
}

#[test]
fn the_label_must_be_the_same_in_all_three_fields() {
    for syntax in [&SEED, &SEED_DICTIONARY, &DRAFT_11] {
        for field in [Field::SignatureInput, Field::Signature] {
            let request = signed(syntax);
            let value = request.text(field.as_str()).replacen("sig=", "xsig=", 1);
            let request = request.replacing(field.as_str(), &value);
            assert_eq!(request.parse(syntax).map(|_| ()), Err(SignatureError::LabelMismatch { field }));
        }
        let request = signed(syntax);
        let value = request.text("signature-key").replacen("sig=", "xsig=", 1);
        let request = request.replacing("signature-key", &value);
        let field = Field::SignatureInput;
        assert_eq!(request.parse(syntax).map(|_| ()), Err(SignatureError::LabelMismatch { field }));
    }
}

#[test]
fn bytes_beyond_ascii_are_in_none_of_the_fields() {
    for field in [Field::SignatureKey, Field::SignatureInput, Field::Signature] {
        for at in [0, 1, 7] {
            let request = signed(&SEED);
            let mut value = request.text(field.as_str()).to_owned();
            value.insert(at, '\u{ef}');
            let expected = malformed(field, "a byte that is not printable ascii", at);
            let request = request.replacing(field.as_str(), &value);
            assert_eq!(request.parse(&SEED).map(|_| ()), Err(expected));
        }
    }
}

#[test]
fn a_request_of_one_syntax_is_none_of_another() {
    let inner_list = signed(&SEED);
    for syntax in [&SEED_DICTIONARY, &DRAFT_11] {
        let expected = malformed(Field::SignatureKey, "no scheme", 3);
        assert_eq!(inner_list.parse(syntax).map(|_| ()), Err(expected));
    }
    let expected = malformed(Field::SignatureKey, "no \"=(\" after the label", 4);
    assert_eq!(signed(&DRAFT_11).parse(&SEED).map(|_| ()), Err(expected));
    assert_eq!(
        signed(&SEED_DICTIONARY).parse(&DRAFT_11).map(|_| ()),
        Err(SignatureError::UnsupportedAlgorithm)
    );
}
