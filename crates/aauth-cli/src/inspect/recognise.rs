//! What a text looks like.

use aauth_challenge::Capability;
use aauth_jose::DRAFT_11;
use aauth_signature::KeyScheme;

use crate::failure::Failure;

/// What can be explained, JSON apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    SignatureInput,
    Signature,
    SignatureKey,
    Challenge,
    ContentDigest,
    SignatureError,
    AcceptScheme,
    AcceptAlg,
    Capabilities,
    Access,
    Token,
}

const NAMES: [(&str, Subject); 12] = [
    ("signature-input", Subject::SignatureInput),
    ("signature", Subject::Signature),
    ("signature-key", Subject::SignatureKey),
    ("aauth", Subject::Challenge),
    ("aauth-challenge", Subject::Challenge),
    ("aauth-requirement", Subject::Challenge),
    ("content-digest", Subject::ContentDigest),
    ("signature-error", Subject::SignatureError),
    ("accept-signature-scheme", Subject::AcceptScheme),
    ("accept-signature-alg", Subject::AcceptAlg),
    ("aauth-capabilities", Subject::Capabilities),
    ("aauth-access", Subject::Access),
];

/// Says what the text is: by the name before the colon, if there is one, or by its looks.
///
/// # Errors
/// `unrecognised`
pub(super) fn recognise(text: &str) -> Result<(Subject, &str), Failure> {
    if let Some((name, value)) = text.split_once(':')
        && let Some((_, subject)) = NAMES.iter().find(|row| name.trim_end().eq_ignore_ascii_case(row.0))
    {
        return Ok((*subject, value.trim_matches([' ', '\t'])));
    }
    let subject = by_looks(text).ok_or_else(|| {
        Failure::new("unrecognised", None, "the input looks like nothing that this command explains")
    })?;
    Ok((subject, text))
}

fn by_looks(text: &str) -> Option<Subject> {
    if is_token(text) {
        return Some(Subject::Token);
    }
    let has_member = |name: &str| text.split(',').any(|member| member.trim_start().starts_with(name));
    if has_member("require=") || has_member("requirement=") {
        return Some(Subject::Challenge);
    }
    match text.split_once('=') {
        None => list_by_looks(text),
        Some(("error", _)) => Some(Subject::SignatureError),
        Some((label, member)) => Some(match member.strip_prefix('(').map(str::trim_start) {
            Some(list) if list.starts_with("scheme") => Subject::SignatureKey,
            Some(_) => Subject::SignatureInput,
            None if member.starts_with(':') && label.starts_with("sha-") => Subject::ContentDigest,
            None if member.starts_with(':') => Subject::Signature,
            None if member.starts_with(|c: char| c.is_ascii_alphabetic()) => Subject::SignatureKey,
            None => return None,
        }),
    }
}

/// A list is what the first of its words belongs to.
fn list_by_looks(text: &str) -> Option<Subject> {
    let first = text.split([',', ';']).next()?.trim();
    let alg = || DRAFT_11.read(first).ok().map(|_| Subject::AcceptAlg);
    let scheme = || KeyScheme::from_word(first).map(|_| Subject::AcceptScheme);
    let capability = || Capability::from_word(first).map(|_| Subject::Capabilities);
    scheme().or_else(alg).or_else(capability)
}

fn is_token(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    text.split('.').count() == 3 && text.split('.').all(is_part)
}
