//! The signature base: the exact bytes that are signed (RFC 9421 section 2.5).

use http::HeaderName;

use crate::SignatureError;
use crate::component::Component;
use crate::field::{Field, trimmed};
use crate::head::RequestHead;
use crate::input::SignatureInput;

/// Builds the signature base of `input` over `head`.
///
/// `@signature-params` is the text of `input` as it was received; nothing is serialised again.
///
/// # Errors
/// `FieldAbsent`: a covered field is not in the request. `ForbiddenByte`: a covered value has a control character
/// other than a tab, or a byte beyond ASCII, either of which could forge a line. `Authority`, `RequestTarget`: the
/// head is not one of an HTTP request.
pub fn signature_base(head: &RequestHead<'_>, input: &SignatureInput<'_>) -> Result<Vec<u8>, SignatureError> {
    build(head, input, None)
}

/// The base of a signer that leaves the `?` of `@query` out; `None` where that cannot be told from a proper base.
///
/// Whoever signed `?x` properly has signed the line that `??x` gets here, so a query that begins with `?` has none.
pub(crate) fn without_query_mark(
    head: &RequestHead<'_>,
    input: &SignatureInput<'_>,
    base: &[u8],
) -> Option<Vec<u8>> {
    let at = input.components().iter().position(|component| *component == Component::Query)?;
    if head.query().unwrap_or("").starts_with('?') {
        return None;
    }
    // Values hold no line break, so the line of a component is the one at its place.
    let start = base.split_inclusive(|b| *b == b'\n').take(at).map(<[u8]>::len).sum::<usize>();
    let (before, rest) = base.split_at_checked(start)?;
    let rest = rest.strip_prefix(b"\"@query\": ?")?;
    Some([before, b"\"@query\": ", rest].concat())
}

/// The same, with `key` in place of the field `signature-key` when it is given: a signer has not sent it yet.
pub(crate) fn build(
    head: &RequestHead<'_>,
    input: &SignatureInput<'_>,
    key: Option<&str>,
) -> Result<Vec<u8>, SignatureError> {
    head.check_target()?;
    let mut base = Vec::with_capacity(estimate(head, input, key));
    for (index, component) in input.components().iter().enumerate() {
        base.push(b'"');
        base.extend_from_slice(component.name().as_bytes());
        base.extend_from_slice(b"\": ");
        let start = base.len();
        match (component, key) {
            (Component::Field(name), Some(key)) if name.as_str() == Field::SignatureKey.as_str() => {
                base.extend_from_slice(key.as_bytes());
            }
            (Component::Field(name), _) => push_field(&mut base, head, name, index)?,
            _ => push_derived(&mut base, head, component)?,
        }
        check_bytes(base.get(start..).unwrap_or(&[]), index)?;
        base.push(b'\n');
    }
    base.extend_from_slice(b"\"@signature-params\": ");
    base.extend_from_slice(input.text().as_bytes());
    Ok(base)
}

/// Refuses what could begin another line, or be read as something else elsewhere.
fn check_bytes(value: &[u8], index: usize) -> Result<(), SignatureError> {
    let forbidden = |b: &u8| !matches!(b, b' '..=b'~' | b'\t');
    // Without an early end the comparison runs on several bytes at once; tokens are long.
    if !value.iter().fold(false, |found, b| found | forbidden(b)) {
        return Ok(());
    }
    match value.iter().position(forbidden) {
        Some(at) => Err(SignatureError::ForbiddenByte { index, at }),
        None => Ok(()),
    }
}

/// Enough for the usual request, so that the base is allocated once.
fn estimate(head: &RequestHead<'_>, input: &SignatureInput<'_>, key: Option<&str>) -> usize {
    let sent = head.fields.get(Field::SignatureKey.as_str()).map_or(0, http::HeaderValue::len);
    let parts = [key.map_or(sent, str::len), input.text().len().saturating_mul(2), head.target.len(), 256];
    parts.into_iter().fold(head.authority.len(), usize::saturating_add)
}

fn push_field(
    base: &mut Vec<u8>,
    head: &RequestHead<'_>,
    name: &HeaderName,
    index: usize,
) -> Result<(), SignatureError> {
    let mut lines = head.fields.get_all(name).iter();
    let first = lines.next().ok_or(SignatureError::FieldAbsent { index })?;
    base.extend_from_slice(trimmed(first.as_bytes()));
    for line in lines {
        base.extend_from_slice(b", ");
        base.extend_from_slice(trimmed(line.as_bytes()));
    }
    Ok(())
}

/// RFC 9421 section 2.2.
fn push_derived(
    base: &mut Vec<u8>,
    head: &RequestHead<'_>,
    component: &Component,
) -> Result<(), SignatureError> {
    match component {
        Component::Method => base.extend_from_slice(head.method.as_str().as_bytes()),
        Component::Scheme => base.extend_from_slice(head.scheme.as_str().as_bytes()),
        Component::Authority => base.extend_from_slice(head.normal_authority()?.as_bytes()),
        Component::Path => base.extend_from_slice(head.path().as_bytes()),
        Component::Query => {
            base.push(b'?');
            base.extend_from_slice(head.query().unwrap_or("").as_bytes());
        }
        Component::RequestTarget => push_target(base, head),
        Component::TargetUri => {
            base.extend_from_slice(head.scheme.as_str().as_bytes());
            base.extend_from_slice(b"://");
            base.extend_from_slice(head.normal_authority()?.as_bytes());
            push_target(base, head);
        }
        Component::Field(_) => {}
    }
    Ok(())
}

fn push_target(base: &mut Vec<u8>, head: &RequestHead<'_>) {
    base.extend_from_slice(head.path().as_bytes());
    if let Some(query) = head.query() {
        base.push(b'?');
        base.extend_from_slice(query.as_bytes());
    }
}
