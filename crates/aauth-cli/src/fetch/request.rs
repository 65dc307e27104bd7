//! The request that the options describe.

use std::path::Path;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};

use super::FetchArgs;
use crate::failure::Failure;
use crate::input;

/// Makes the request. A body that names no type is a form, as `curl` has it.
pub(super) fn build(args: &FetchArgs) -> Result<Request<Bytes>, Failure> {
    let mut fields = HeaderMap::new();
    for line in &args.headers {
        let (name, value) = field(line)?;
        fields
            .try_append(name, value)
            .map_err(|_| Failure::usage("head_too_long", "too many header lines"))?;
    }
    let body = match &args.data {
        None => Bytes::new(),
        Some(data) => Bytes::from(bytes_of(data)?),
    };
    if args.data.is_some() && !fields.contains_key(CONTENT_TYPE) {
        fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    }
    let method = match &args.method {
        Some(name) => Method::from_bytes(name.as_bytes())
            .map_err(|_| Failure::usage("method", "the method is not a token"))?,
        None if args.data.is_some() => Method::POST,
        None => Method::GET,
    };
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() =
        args.url.parse().map_err(|_| Failure::usage("url", "the url cannot be called: no url"))?;
    *request.headers_mut() = fields;
    Ok(request)
}

fn field(line: &str) -> Result<(HeaderName, HeaderValue), Failure> {
    let (name, value) = line
        .split_once(':')
        .ok_or_else(|| Failure::usage("header_name", "a header field is written NAME: VALUE"))?;
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| Failure::usage("header_name", "a header name is not a token"))?;
    let value = HeaderValue::from_str(value.trim())
        .map_err(|_| Failure::usage("header_value", "a header value has a control character"))?;
    Ok((name, value))
}

fn bytes_of(data: &str) -> Result<Vec<u8>, Failure> {
    match data.strip_prefix('@') {
        None => Ok(data.as_bytes().to_vec()),
        Some(file) => input::read(Some(Path::new(file))),
    }
}
