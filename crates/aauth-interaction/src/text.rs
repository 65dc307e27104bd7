//! Every word that a person reads, in each language.

mod english;
mod german;

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;

use crate::consents::RememberFor;

/// A language of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Language {
    /// `en`, also for whoever asks for a language that there is not.
    #[default]
    English,
    /// `de`.
    German,
}

impl Language {
    /// Chooses by `Accept-Language` (RFC 9110 section 12.5.4): the highest weight that there is, else English.
    #[must_use]
    pub(crate) fn choose(fields: &HeaderMap) -> Self {
        let mut best: Option<(Self, u16)> = None;
        let lines = fields.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
        for range in lines.flat_map(|line| line.split(',')).take(64) {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default();
            let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1000, thousandths);
            if let Some(language) = Self::of(tag)
                && weight > best.map_or(0, |(_, known)| known)
            {
                best = Some((language, weight));
            }
        }
        best.map_or(Self::English, |(language, _)| language)
    }

    /// The tag for `lang` and `Content-Language`.
    #[must_use]
    pub(crate) fn tag(self) -> &'static str {
        self.text().tag
    }

    fn of(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        [Self::English, Self::German]
            .into_iter()
            .find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }

    pub(crate) fn text(self) -> &'static Text {
        match self {
            Self::English => &english::TEXT,
            Self::German => &german::TEXT,
        }
    }
}

fn thousandths(weight: &str) -> u16 {
    let (whole, rest) = weight.split_once('.').unwrap_or((weight, ""));
    if whole == "1" {
        return 1000;
    }
    let digits = rest.chars().chain("000".chars()).take(3);
    digits.fold(0_u16, |sum, digit| {
        let digit = digit.to_digit(10).and_then(|digit| u16::try_from(digit).ok()).unwrap_or(0);
        sum.saturating_mul(10).saturating_add(digit)
    })
}

/// The words of one language. A field is one place on one page.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) tag: &'static str,

    pub(crate) code_title: &'static str,
    pub(crate) code_lead: &'static str,
    pub(crate) code_warning: &'static str,
    pub(crate) code_label: &'static str,
    pub(crate) code_hint: &'static str,
    pub(crate) code_button: &'static str,
    pub(crate) code_wrong: &'static str,

    pub(crate) sign_in_title: &'static str,
    pub(crate) sign_in_lead: &'static str,
    pub(crate) user_label: &'static str,
    pub(crate) password_label: &'static str,
    pub(crate) sign_in_button: &'static str,
    pub(crate) sign_in_wrong: &'static str,
    pub(crate) demonstration: &'static str,

    pub(crate) consent_title: &'static str,
    pub(crate) signed_in_as: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) consents_link: &'static str,
    pub(crate) warning_title: &'static str,
    pub(crate) warning_compare: &'static str,
    pub(crate) warning_trap: &'static str,
    pub(crate) checked_title: &'static str,
    pub(crate) agent_label: &'static str,
    pub(crate) agent_name: &'static str,
    pub(crate) agent_proof: &'static str,
    pub(crate) reads_as: &'static str,
    pub(crate) terms: &'static str,
    pub(crate) privacy: &'static str,
    pub(crate) never_seen: &'static str,
    pub(crate) seen_since: &'static str,
    pub(crate) never_allowed: &'static str,
    pub(crate) allowed_since: &'static str,
    pub(crate) delegate_label: &'static str,
    pub(crate) resource_label: &'static str,
    pub(crate) resource_proof: &'static str,
    pub(crate) time_label: &'static str,
    pub(crate) scope_title: &'static str,
    pub(crate) scope_hint: &'static str,
    pub(crate) scope_none: &'static str,
    pub(crate) claims_title: &'static str,
    pub(crate) claims_hint: &'static str,
    pub(crate) purpose_label: &'static str,
    pub(crate) you_asked: &'static str,
    pub(crate) it_answered: &'static str,
    pub(crate) waiting: &'static str,
    pub(crate) look_again: &'static str,
    pub(crate) question_title: &'static str,
    pub(crate) question_label: &'static str,
    pub(crate) question_button: &'static str,
    pub(crate) remember_label: &'static str,
    pub(crate) remember_no: &'static str,
    pub(crate) remember_hint: &'static str,
    pub(crate) decide_title: &'static str,
    pub(crate) allow: &'static str,
    pub(crate) deny: &'static str,
    pub(crate) report: &'static str,
    pub(crate) changed: &'static str,
    pub(crate) nothing_ticked: &'static str,
    pub(crate) question_refused: &'static str,

    pub(crate) consents_title: &'static str,
    pub(crate) consents_sign_in: &'static str,
    pub(crate) consents_lead: &'static str,
    pub(crate) consents_none: &'static str,
    pub(crate) consents_resource: &'static str,
    pub(crate) consents_scope: &'static str,
    pub(crate) consents_since: &'static str,
    pub(crate) consents_until: &'static str,
    pub(crate) consents_revoke: &'static str,
    pub(crate) consents_revoked: &'static str,

    pub(crate) granted: Notice,
    pub(crate) remembered: Notice,
    pub(crate) denied: Notice,
    pub(crate) reported: Notice,
    pub(crate) decided: Notice,
    pub(crate) forbidden: Notice,
    pub(crate) limited: Notice,
    pub(crate) unavailable: Notice,
    pub(crate) not_understood: Notice,
    pub(crate) too_large: Notice,
    /// The person is asked by another server.
    pub(crate) onward: Notice,
    pub(crate) start_again: &'static str,
    pub(crate) back_to_agent: &'static str,

    asked_before: fn(u64) -> String,
    answer_within: fn(u64) -> String,
    pub(crate) remember_for: fn(RememberFor) -> &'static str,
}

/// A page that only says something.
#[derive(Debug)]
pub(crate) struct Notice {
    pub(crate) title: &'static str,
    pub(crate) lead: &'static str,
}

impl Text {
    /// `asked`: seconds since the request.
    pub(crate) fn age(&self, asked: u64) -> String {
        (self.asked_before)(minutes(asked))
    }

    /// `left`: seconds until the request ends.
    pub(crate) fn left(&self, left: u64) -> String {
        (self.answer_within)(minutes(left))
    }
}

/// Whole minutes, rounded so that nobody is promised time that there is not.
fn minutes(seconds: u64) -> u64 {
    seconds.checked_div(60).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn chosen(value: &'static str) -> Language {
        Language::choose(&HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static(value))]))
    }

    #[test]
    fn the_highest_weight_wins() {
        assert_eq!(chosen("de-AT,de;q=0.9,en;q=0.8"), Language::German);
        assert_eq!(chosen("en;q=0.8, de;q=0.9"), Language::German);
        assert_eq!(chosen("fr, en;q=0.3, de;q=0.25"), Language::English);
        assert_eq!(chosen("DE"), Language::German);
    }

    #[test]
    fn what_there_is_not_is_english() {
        for other in ["fr", "*", "", ";;q=9,,", "de;q=0"] {
            assert_eq!(chosen(other), Language::English, "{other}");
        }
        assert_eq!(Language::choose(&HeaderMap::new()), Language::English);
    }
}
