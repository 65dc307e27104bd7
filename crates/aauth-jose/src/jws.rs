//! Compact JWS (RFC 7515 section 7.1): read, verified, made.

use crate::{AlgNames, Header, JoseError, Signer, VerifyingKey, b64};

/// The longest compact JWS that is read or made: 8 KiB.
pub const MAX_JWS: usize = 8 * 1024;

/// A compact JWS whose syntax was checked and whose signature was **not**.
///
/// The payload is bytes; whoever reads claims from it before [`Jws::verify`] must treat them as anybody's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jws<'a> {
    header: Header,
    signing_input: &'a str,
    /// The payload, then the signature.
    decoded: Vec<u8>,
    payload_length: usize,
}

impl<'a> Jws<'a> {
    /// Reads the three segments and the header.
    ///
    /// # Errors
    /// `TooLong`: more than [`MAX_JWS`] bytes. `Segments`, `EmptySegment`, `Base64`: not three non-empty segments of
    /// canonical base64url. `Json`, `Absent`, `WrongType`, `Critical`, `Unencoded`: the header.
    ///
    /// Source: RFC 7515 sections 5.2 and 7.1; a member twice is refused as section 4 allows.
    pub fn parse(text: &'a str) -> Result<Self, JoseError> {
        if text.len() > MAX_JWS {
            return Err(JoseError::TooLong { subject: "jws", limit: MAX_JWS, found: text.len() });
        }
        let mut segments = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (segments.next(), segments.next(), segments.next(), segments.next())
        else {
            return Err(JoseError::Segments { found: text.split('.').count() });
        };
        // Before anything is decoded: an unsigned token gives no other answer, whatever it holds.
        for (segment, text) in [("header", header), ("payload", payload), ("signature", signature)] {
            if text.is_empty() {
                return Err(JoseError::EmptySegment { segment });
            }
        }
        // Two dots were counted: there is a last one.
        let signing_input = text.rsplit_once('.').map_or("", |(before, _)| before);
        let payload_start = header.len().saturating_add(1);
        let signature_start = signing_input.len().saturating_add(1);
        // Room for each segment and for the last two together.
        let mut decoded = Vec::with_capacity(text.len());
        b64::decode_into(&mut decoded, "header", 0, header)?;
        let header = Header::read(&decoded)?;
        decoded.clear();
        b64::decode_into(&mut decoded, "payload", payload_start, payload)?;
        let payload_length = decoded.len();
        b64::decode_into(&mut decoded, "signature", signature_start, signature)?;
        Ok(Self { header, signing_input, decoded, payload_length })
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The decoded payload.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        self.decoded.get(..self.payload_length).unwrap_or(&[])
    }

    /// The bytes that are signed: header and payload as received, with the dot between them.
    #[must_use]
    pub fn signing_input(&self) -> &'a [u8] {
        self.signing_input.as_bytes()
    }

    /// The decoded signature, of any length.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        self.decoded.get(self.payload_length..).unwrap_or(&[])
    }

    /// Verifies the signature. The algorithm is the key's; the header may only agree with it.
    ///
    /// # Errors
    /// `UnsupportedAlgorithm`: `names` has no such `alg`. `AlgorithmMismatch`: `alg` is not the key's.
    /// `SignatureLength`, `SignatureMismatch`.
    ///
    /// Source: RFC 8725 section 3.1.
    pub fn verify(&self, key: &VerifyingKey, names: &AlgNames) -> Result<(), JoseError> {
        if names.read(self.header.alg())? != key.algorithm() {
            return Err(JoseError::AlgorithmMismatch);
        }
        key.verify(self.signing_input(), self.signature())
    }
}

/// The text to be signed: header and payload in base64url, with a dot between them.
///
/// The header's members are written in lexical order, so that equal values give equal bytes.
#[must_use]
pub fn signing_input(header: &Header, payload: &[u8]) -> String {
    let mut text = b64::encode(header.to_json().as_bytes());
    text.push('.');
    text.push_str(&b64::encode(payload));
    text
}

/// Puts the signature behind the text that [`signing_input`] made.
///
/// # Errors
/// `SignatureLength`: other than 64 bytes, as when a key service answers in DER. `TooLong`: the result would have
/// more than [`MAX_JWS`] bytes, and nobody would read it.
pub fn attach(signing_input: String, signature: &[u8]) -> Result<String, JoseError> {
    if signature.len() != 64 {
        return Err(JoseError::SignatureLength { found: signature.len() });
    }
    let mut text = signing_input;
    text.push('.');
    text.push_str(&b64::encode(signature));
    if text.len() > MAX_JWS {
        return Err(JoseError::TooLong { subject: "jws", limit: MAX_JWS, found: text.len() });
    }
    Ok(text)
}

/// Signs `payload` with a signer that answers at once; `alg` and `kid` are the signer's.
///
/// # Errors
/// `UnsupportedAlgorithm`: `names` has no name for the signer's algorithm. `TooLong`. What the signer answers.
pub fn sign(
    payload: &[u8],
    typ: Option<&str>,
    names: &AlgNames,
    signer: &dyn Signer,
) -> Result<String, JoseError> {
    let alg = names.name(signer.algorithm()).ok_or(JoseError::UnsupportedAlgorithm)?;
    let input = signing_input(&Header::new(alg, signer.kid(), typ), payload);
    let signature = signer.sign(input.as_bytes())?;
    attach(input, &signature)
}
