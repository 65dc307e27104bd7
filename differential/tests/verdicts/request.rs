//! A request as texts, and a signer that knows neither this workspace's signature base nor the peers'.

use aauth_jose::{Algorithm, Signer as _, SigningKey};
use aauth_types::Secret;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

use crate::chance::Chance;

pub(crate) const NOW: i64 = 1_774_923_811;

/// What is sent.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) authority: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) fields: Vec<(&'static str, String)>,
    /// `Signature-Input`, `Signature` and `Signature-Key`.
    pub(crate) signed: [String; 3],
}

impl Request {
    pub(crate) fn target(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    /// The lines of one field, without the white space around them.
    pub(crate) fn lines(&self, name: &str) -> Vec<String> {
        let lines = self.fields.iter().filter(|(known, _)| *known == name);
        lines.map(|(_, value)| value.trim().to_owned()).collect()
    }
}

/// What the signer writes and signs.
pub(crate) struct Draft {
    pub(crate) request: Request,
    pub(crate) key: SigningKey,
    pub(crate) label: String,
    /// Items of the inner list as they are written, quotes and all.
    pub(crate) covered: Vec<String>,
    /// Between the items.
    pub(crate) space: &'static str,
    /// From the first semicolon.
    pub(crate) parameters: String,
    pub(crate) signature_key: String,
}

impl Draft {
    /// An ordinary request of the draft with an inline key.
    pub(crate) fn ordinary(chance: &mut Chance) -> Self {
        let mut seed = [0; 32];
        for part in seed.chunks_mut(8) {
            part.copy_from_slice(&chance.number().to_be_bytes());
        }
        let key = SigningKey::from_seed(Algorithm::Ed25519, Secret::new(seed), None).unwrap();
        let query = match chance.below(3) {
            0 => Some(chance.pick(&["a=1", "a=1&b=%20", "q=a%2Fb&q=", "x"]).to_owned()),
            _ => None,
        };
        let mut fields = Vec::new();
        let mut covered: Vec<String> =
            ["\"@method\"", "\"@authority\"", "\"@path\""].map(str::to_owned).into();
        if query.is_some() {
            covered.push("\"@query\"".to_owned());
        }
        if chance.below(2) == 0 {
            fields.push(("content-type", chance.pick(&["application/json", "text/plain"]).to_owned()));
            covered.push("\"content-type\"".to_owned());
        }
        covered.push("\"signature-key\"".to_owned());
        let request = Request {
            method: chance.pick(&["GET", "POST", "PUT", "DELETE", "PATCH"]).to_owned(),
            authority: chance
                .pick(&["resource.example", "a.resource.example", "resource.example:8443"])
                .to_owned(),
            path: chance.pick(&["/", "/data", "/data/7", "/a%20b", "/data/"]).to_owned(),
            query,
            fields,
            signed: Default::default(),
        };
        let created = NOW - i64::try_from(chance.below(60)).unwrap();
        Self {
            request,
            label: "sig".to_owned(),
            covered,
            space: " ",
            parameters: format!(";created={created}"),
            signature_key: format!("hwk;kty=\"OKP\";crv=\"Ed25519\";x=\"{}\";alg=\"Ed25519\"", x_of(&key)),
            key,
        }
    }

    pub(crate) fn signed(self) -> Request {
        let list = format!("({}){}", self.covered.join(self.space), self.parameters);
        let key = format!("{}={}", self.label, self.signature_key);
        let mut base: String =
            self.covered.iter().map(|item| format!("{item}: {}\n", self.value(item, &key))).collect();
        base += &format!("\"@signature-params\": {list}");
        let signature = self.key.sign(base.as_bytes()).unwrap();
        let mut request = self.request;
        request.signed = [
            format!("{}={list}", self.label),
            format!("{}=:{}:", self.label, BASE64_STANDARD.encode(signature)),
            key,
        ];
        request
    }

    /// RFC 9421 section 2.2, for what this signer covers.
    fn value(&self, item: &str, key: &str) -> String {
        match item.split(';').next().unwrap().trim_matches('"') {
            "@method" => self.request.method.clone(),
            "@authority" => {
                let lower = self.request.authority.to_ascii_lowercase();
                lower.strip_suffix(":443").map_or(lower.clone(), str::to_owned)
            }
            "@path" => self.request.path.clone(),
            "@query" => format!("?{}", self.request.query.clone().unwrap_or_default()),
            "signature-key" => key.to_owned(),
            name => self.request.lines(&name.to_ascii_lowercase()).join(", "),
        }
    }
}

pub(crate) fn x_of(key: &SigningKey) -> String {
    let jwk = key.public_jwk().to_json();
    jwk.split_once("\"x\":\"").unwrap().1.split_once('"').unwrap().0.to_owned()
}

/// The 64 bytes of a `Signature` that was written by [`Draft::signed`], changed.
pub(crate) fn resign(request: &mut Request, change: impl FnOnce(&mut Vec<u8>)) {
    let (label, text) = request.signed[1].split_once("=:").unwrap();
    let mut bytes = BASE64_STANDARD.decode(text.trim_end_matches(':')).unwrap();
    change(&mut bytes);
    request.signed[1] = format!("{label}=:{}:", BASE64_STANDARD.encode(bytes));
}

/// The same signature in base64url without padding.
pub(crate) fn respell(request: &mut Request) {
    let (label, text) = request.signed[1].split_once("=:").unwrap();
    let bytes = BASE64_STANDARD.decode(text.trim_end_matches(':')).unwrap();
    request.signed[1] = format!("{label}=:{}:", BASE64_URL_SAFE_NO_PAD.encode(bytes));
}
