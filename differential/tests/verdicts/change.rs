//! What makes a request unlike an ordinary one.

use crate::chance::Chance;
use crate::request::{Draft, NOW, Request, resign, respell, x_of};

type Before = fn(&mut Draft, &mut Chance);
type After = fn(&mut Request, &mut Chance);

pub(crate) enum Change {
    /// Made before signing: the signature fits what is sent.
    Signed(Before),
    /// Made after it.
    Altered(After),
}

/// The order of Ed25519's group, little endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn again(request: &mut Request, field: usize, from: &str, to: &str) {
    let changed = request.signed[field].replacen(from, to, 1);
    assert_ne!(changed, request.signed[field], "{from}");
    request.signed[field] = changed;
}

fn cover(draft: &mut Draft, item: &str) {
    draft.covered.insert(0, item.to_owned());
}

fn with_type(draft: &mut Draft, value: &str) {
    draft.request.fields = vec![("content-type", value.to_owned())];
    draft.covered.retain(|item| item != "\"content-type\"");
}

/// Every change by its name.
pub(crate) const CHANGES: &[(&str, Change)] = &[
    ("none", Change::Signed(|_, _| {})),
    ("components in another order", Change::Signed(|draft, chance| chance.shuffle(&mut draft.covered))),
    (
        "created after other parameters",
        Change::Signed(|draft, chance| {
            let mut parameters = vec![";keyid=\"k\"", ";nonce=\"n\"", ";tag=\"t\"", ";alg=\"ed25519\""];
            chance.shuffle(&mut parameters);
            parameters.truncate(1 + chance.below(4));
            draft.parameters = parameters.concat() + &draft.parameters;
        }),
    ),
    (
        "parameters in the order of the RFC's examples",
        Change::Signed(|draft, _| {
            draft.parameters += ";nonce=\"n\";alg=\"ed25519\";keyid=\"k\"";
        }),
    ),
    ("an unknown parameter", Change::Signed(|draft, _| draft.parameters += ";x=1")),
    ("two spaces between components", Change::Signed(|draft, _| draft.space = "  ")),
    (
        "another label",
        Change::Signed(|draft, chance| {
            draft.label = chance.pick(&["sig1", "a", "s_1", "si-g", "s.i"]).to_owned();
        }),
    ),
    ("a label with a star in front", Change::Signed(|draft, _| draft.label = "*s".to_owned())),
    (
        "a component of the four missing",
        Change::Signed(|draft, chance| {
            let missing = chance.pick(&["\"@method\"", "\"@authority\"", "\"@path\"", "\"signature-key\""]);
            draft.covered.retain(|item| item != missing);
        }),
    ),
    (
        "a query uncovered",
        Change::Signed(|draft, _| {
            draft.request.query = Some("a=1".to_owned());
            draft.covered.retain(|item| item != "\"@query\"");
        }),
    ),
    (
        "an empty query uncovered",
        Change::Signed(|draft, _| {
            draft.request.query = Some(String::new());
            draft.covered.retain(|item| item != "\"@query\"");
        }),
    ),
    (
        "an empty query covered",
        Change::Signed(|draft, _| {
            draft.request.query = Some(String::new());
            draft.covered.retain(|item| item != "\"@query\"");
            cover(draft, "\"@query\"");
        }),
    ),
    (
        "no query and @query covered",
        Change::Signed(|draft, _| {
            draft.request.query = None;
            draft.covered.retain(|item| item != "\"@query\"");
            cover(draft, "\"@query\"");
        }),
    ),
    ("created missing", Change::Signed(|draft, _| draft.parameters.clear())),
    (
        "created sixty seconds away",
        Change::Signed(|draft, chance| {
            draft.parameters = format!(";created={}", [NOW - 60, NOW + 60][chance.below(2)]);
        }),
    ),
    (
        "created further away",
        Change::Signed(|draft, chance| {
            let seconds = 61 + i64::try_from(chance.below(100_000)).unwrap();
            draft.parameters = format!(";created={}", [NOW - seconds, NOW + seconds][chance.below(2)]);
        }),
    ),
    (
        "created as a string",
        Change::Signed(|draft, _| draft.parameters = ";created=\"1774923811\"".to_owned()),
    ),
    (
        "created as no number that is whole and positive",
        Change::Signed(|draft, chance| {
            let value = chance.pick(&["1774923811.0", "one", "-1", "?1", "@1774923811"]);
            draft.parameters = format!(";created={value}");
        }),
    ),
    (
        "expires in the past",
        Change::Signed(|draft, chance| {
            draft.parameters +=
                &format!(";expires={}", NOW - i64::try_from(chance.below(1_000)).unwrap() - 1);
        }),
    ),
    ("expires in the future", Change::Signed(|draft, _| draft.parameters += ";expires=9999999999")),
    (
        "a component twice",
        Change::Signed(|draft, chance| {
            let twice = draft.covered[chance.below(draft.covered.len())].clone();
            cover(draft, &twice);
        }),
    ),
    (
        "a component with a parameter",
        Change::Signed(|draft, chance| {
            with_type(draft, "text/plain");
            let parameter = chance.pick(&["sf", "bs", "tr", "req", "key=\"a\"", "x"]);
            cover(draft, &format!("\"content-type\";{parameter}"));
        }),
    ),
    (
        "a component nobody knows",
        Change::Signed(|draft, chance| {
            let item = chance.pick(&["\"@foo\"", "\"@status\"", "\"@query-param\"", "\"@signature-params\""]);
            cover(draft, item);
        }),
    ),
    (
        "a component in capitals",
        Change::Signed(|draft, _| {
            with_type(draft, "text/plain");
            cover(draft, "\"Content-Type\"");
        }),
    ),
    ("a covered field that is absent", Change::Signed(|draft, _| cover(draft, "\"x-absent\""))),
    ("a method in lower case", Change::Signed(|draft, _| draft.request.method.make_ascii_lowercase())),
    ("an authority in capitals", Change::Signed(|draft, _| draft.request.authority.make_ascii_uppercase())),
    (
        "the default port",
        Change::Signed(|draft, _| draft.request.authority = "resource.example:443".to_owned()),
    ),
    (
        "a path that URL parsers change",
        Change::Signed(|draft, chance| {
            draft.request.path = chance.pick(&["/a/../b", "/a/./b", "/a/%2e%2e/b", "/./"]).to_owned();
        }),
    ),
    (
        "a path that they leave alone",
        Change::Signed(|draft, chance| {
            draft.request.path = chance.pick(&["//a", "/a//b", "/%7Ea", "/a;b=c", "/a%2Fb"]).to_owned();
        }),
    ),
    (
        "a field in two lines",
        Change::Signed(|draft, _| {
            draft.request.fields = vec![("x-list", "a".to_owned()), ("x-list", "b, c".to_owned())];
            draft.covered.retain(|item| item != "\"content-type\"");
            cover(draft, "\"x-list\"");
        }),
    ),
    (
        "a field with white space around it",
        Change::Signed(|draft, _| {
            with_type(draft, "\t text/plain  ");
            cover(draft, "\"content-type\"");
        }),
    ),
    (
        "a key that does not say its algorithm",
        Change::Signed(|draft, _| {
            draft.signature_key = draft.signature_key.replace(";alg=\"Ed25519\"", "");
        }),
    ),
    (
        "a key with spaces behind semicolons",
        Change::Signed(|draft, _| {
            draft.signature_key = draft.signature_key.replace(';', "; ");
        }),
    ),
    ("a key with an unknown parameter", Change::Signed(|draft, _| draft.signature_key += ";use=\"sig\"")),
    (
        "a bit of the signature flipped",
        Change::Altered(|request, chance| {
            let bit = chance.below(512);
            resign(request, |bytes| bytes[bit / 8] ^= 1 << (bit % 8));
        }),
    ),
    (
        "a signature too short or too long",
        Change::Altered(|request, chance| {
            let length = [0, 63, 65][chance.below(3)];
            resign(request, |bytes| bytes.resize(length, 0));
        }),
    ),
    (
        "S and the order of the group",
        Change::Altered(|request, _| {
            resign(request, |bytes| {
                let mut carry = 0;
                for (byte, add) in bytes[32..].iter_mut().zip(ORDER) {
                    let sum = u16::from(*byte) + u16::from(add) + carry;
                    *byte = u8::try_from(sum & 0xff).unwrap();
                    carry = sum >> 8;
                }
            })
        }),
    ),
    ("a signature without padding", Change::Altered(|request, _| again(request, 1, "==:", ":"))),
    ("a signature in base64url", Change::Altered(|request, _| respell(request))),
    (
        "bits after the last byte",
        Change::Altered(|request, _| {
            let last = request.signed[1].len() - 4;
            let next = match request.signed[1].as_bytes()[last] {
                b'A' => "B",
                b'Q' => "R",
                b'g' => "h",
                _ => "x",
            };
            request.signed[1].replace_range(last..=last, next);
        }),
    ),
    ("another method", Change::Altered(|request, _| request.method = "OPTIONS".to_owned())),
    ("another authority", Change::Altered(|request, _| request.authority = "other.example".to_owned())),
    ("another path", Change::Altered(|request, _| request.path += "x")),
    ("another query", Change::Altered(|request, _| request.query = Some("b=2".to_owned()))),
    ("spaces in the parameters", Change::Altered(|request, _| again(request, 0, ");created", "); created"))),
    ("spaces in the list", Change::Altered(|request, _| again(request, 0, "(\"", "( \""))),
    ("other spaces in the key", Change::Altered(|request, _| again(request, 2, ";crv", "; crv"))),
    (
        "white space around the three fields",
        Change::Altered(|request, _| {
            for value in &mut request.signed {
                *value = format!(" {value} ");
            }
        }),
    ),
    (
        "another key",
        Change::Altered(|request, chance| {
            let x = x_of(&Draft::ordinary(chance).key);
            let start = request.signed[2].find("x=\"").unwrap() + 3;
            request.signed[2].replace_range(start..start + 43, &x);
        }),
    ),
    (
        "another label in one field",
        Change::Altered(|request, chance| {
            let field = chance.below(3);
            again(request, field, "sig=", "sig2=");
        }),
    ),
    (
        "a second member beside it",
        Change::Altered(|request, chance| {
            let other = Draft { label: "b".to_owned(), ..Draft::ordinary(chance) }.signed();
            for field in 0..2 {
                request.signed[field] = format!("{}, {}", other.signed[field], request.signed[field]);
            }
        }),
    ),
    (
        "the label twice, the good one last",
        Change::Altered(|request, chance| {
            let other = Draft::ordinary(chance).signed();
            request.signed[1] = format!("{}, {}", other.signed[1], request.signed[1]);
        }),
    ),
    (
        "a key with which everybody can forge",
        Change::Altered(|request, _| {
            // The identity: y = 1. R is the identity too, and S nothing.
            let start = request.signed[2].find("x=\"").unwrap() + 3;
            request.signed[2].replace_range(start..start + 43, &format!("AQ{}", "A".repeat(41)));
            resign(request, |bytes| {
                bytes.fill(0);
                bytes[0] = 1;
            });
        }),
    ),
];
