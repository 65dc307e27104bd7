//! `Retry-After`: how long a server wants to be left alone.

use core::time::Duration;

use aauth_types::UnixTime;
use http::HeaderMap;
use http::header::RETRY_AFTER;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::parsing::Parsed;
use time::{Date, PrimitiveDateTime};

const IMF: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
const RFC_850: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:long], [day]-[month repr:short]-[year repr:last_two] [hour]:[minute]:[second] GMT"
);
const ASCTIME: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short] [month repr:short] [day padding:space] [hour]:[minute]:[second] [year]"
);

/// Reads `Retry-After`: seconds, or the time left until a date (zero when it has passed).
///
/// `None` when it is absent or neither. The value is not capped; more seconds than fit are read as the most that fit.
///
/// Source: RFC 9110 sections 10.2.3 and 5.6.7 (all three forms of a date).
#[must_use]
pub fn retry_after(fields: &HeaderMap, now: UnixTime) -> Option<Duration> {
    let text = fields.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let until = [IMF, ASCTIME].iter().find_map(|form| PrimitiveDateTime::parse(text, form).ok());
    let until = until.or_else(|| rfc_850(text, now))?;
    Some(UnixTime::from(until.assume_utc()).saturating_duration_since(now))
}

/// A year that seems more than 50 years ahead is the last one in the past with these digits.
fn rfc_850(text: &str, now: UnixTime) -> Option<PrimitiveDateTime> {
    let mut parsed = Parsed::new();
    let rest = parsed.parse_items(text.as_bytes(), RFC_850).ok()?;
    if !rest.is_empty() {
        return None;
    }
    let this_year = time::OffsetDateTime::from_unix_timestamp(now.as_secs()).ok()?.year();
    let century = this_year.saturating_sub(this_year.rem_euclid(100));
    let mut year = century.saturating_add(i32::from(parsed.year_last_two()?));
    if year > this_year.saturating_add(50) {
        year = year.saturating_sub(100);
    }
    let date = Date::from_calendar_date(year, parsed.month()?, parsed.day()?.get()).ok()?;
    date.with_hms(parsed.hour_24()?, parsed.minute()?, parsed.second()?).ok()
}
