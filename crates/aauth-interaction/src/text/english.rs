//! English.

use super::{Notice, Text};
use crate::consents::RememberFor;

pub(super) static TEXT: Text = Text {
    tag: "en",

    code_title: "Enter your code",
    code_lead: "The agent that you started shows you a code of eight characters. Type it here to see what the agent asks for.",
    code_warning: "Only type a code that you see on your own screen because of something you started yourself. \
        Nobody who calls or writes to you, not even support, needs you to enter a code here.",
    code_label: "Code",
    code_hint: "Capitals and hyphens do not matter.",
    code_button: "Continue",
    code_wrong: "This code does not work. It may be mistyped, too old or already used. Compare it with what the agent shows, \
        or start again there to get a new one.",

    sign_in_title: "Sign in",
    sign_in_lead: "An agent asks for access in your name. Sign in to see what it asks for. Signing in allows nothing yet.",
    user_label: "User name",
    password_label: "Password",
    sign_in_button: "Sign in",
    sign_in_wrong: "The user name or the password is not right.",
    demonstration: "Demonstration only: this sign-in has built-in test users. It must never guard anything real.",

    consent_title: "Allow this access?",
    signed_in_as: "Signed in as",
    sign_out: "Not you? Sign out",
    consents_link: "What you allowed in advance",
    warning_title: "Did you start this yourself, just now, on a device in front of you?",
    warning_compare: "Then the screen of that device shows you exactly this code:",
    warning_trap: "Did the link or the code reach you from someone else, by mail, chat, phone or a web page? Then it is very \
        likely a trap, however friendly or official it looks: you would be giving your access to them. Do not allow it.",
    checked_title: "What we have checked",
    agent_label: "Agent",
    agent_name: "calls itself",
    agent_proof: "It signed this request with the key that it publishes at this address.",
    reads_as: "reads as",
    terms: "Terms of use",
    privacy: "Privacy policy",
    never_seen: "Nobody here has decided about this agent before.",
    seen_since: "Persons here have decided about this agent since",
    never_allowed: "You have never allowed this agent anything before.",
    allowed_since: "You have allowed this agent something before, first on",
    delegate_label: "Acting for the agent",
    resource_label: "Wants to use",
    resource_proof: "This service issued the request itself, for this agent and its key only.",
    time_label: "Time",
    scope_title: "What it would be allowed to do",
    scope_hint: "Untick what you do not want to allow.",
    scope_none: "It asks for no particular right, only to be recognised as acting for you.",
    claims_title: "What the agent says",
    claims_hint: "In its own words. Nobody has checked this.",
    purpose_label: "Purpose",
    you_asked: "You asked",
    it_answered: "It answered",
    waiting: "No answer yet.",
    look_again: "Look again",
    question_title: "Ask the agent something",
    question_label: "Your question",
    question_button: "Send question",
    remember_label: "When it asks for the same next time",
    remember_no: "Ask me again",
    remember_hint: "Only let it go on without you if nobody else uses this agent: whoever else does would act in your name. \
        You can take this back at any time.",
    decide_title: "Your decision",
    allow: "I started this, allow",
    deny: "Do not allow",
    report: "I did not start this: refuse and report",
    changed: "The request has changed since you opened this page. Nothing was decided. Please read it again.",
    nothing_ticked: "Nothing is ticked, so there is nothing to allow. Tick at least one line, or choose not to allow.",
    question_refused: "The question could not be sent. Write between 1 and 1000 characters; the number of questions is limited.",

    consents_title: "What you allowed in advance",
    consents_sign_in: "Sign in to see and take back what agents may do without asking you again.",
    consents_lead: "These agents get the following access without asking you again. If you take one back, the agent must ask you the \
        next time; an access that is running now ends by itself a little later.",
    consents_none: "Nothing. Every agent has to ask you.",
    consents_resource: "It may use",
    consents_scope: "What it may do",
    consents_since: "Allowed on",
    consents_until: "until",
    consents_revoke: "Take back",
    consents_revoked: "Taken back. The agent must ask you the next time.",

    granted: Notice {
        title: "Access allowed",
        lead: "The agent goes on by itself. You can close this page.",
    },
    remembered: Notice {
        title: "Access allowed",
        lead: "The agent goes on by itself, and will not ask you again for the same until the time that you chose. \
            You can close this page.",
    },
    denied: Notice {
        title: "Access not allowed",
        lead: "The agent is told so and gets nothing. You can close this page.",
    },
    reported: Notice {
        title: "Refused and reported",
        lead: "Nothing was allowed, and the report was recorded. If someone sent you here, do not do what else they ask of you. \
            You can close this page.",
    },
    decided: Notice {
        title: "Already decided",
        lead: "This request has been answered before, or its time is over. Nothing was changed now. You can close this page.",
    },
    forbidden: Notice {
        title: "This form was not accepted",
        lead: "It did not come from our page in this browser, or your sign-in has ended. Nothing was changed.",
    },
    limited: Notice { title: "Too many attempts", lead: "Wait some minutes, then try again." },
    unavailable: Notice {
        title: "Not available just now",
        lead: "Nothing was changed. Try again in a moment.",
    },
    not_understood: Notice { title: "This request was not understood", lead: "Nothing was changed." },
    too_large: Notice { title: "Too much text", lead: "Nothing was changed. Go back and send less." },
    onward: Notice {
        title: "Another service asks you",
        lead: "The decision is made on the page of the service that is really used. Nothing has been allowed yet.",
    },
    start_again: "Enter a code",
    back_to_agent: "Back to the agent",

    asked_before: |minutes| match minutes {
        0 => "Asked just now.".to_owned(),
        1 => "Asked 1 minute ago.".to_owned(),
        n => format!("Asked {n} minutes ago."),
    },
    answer_within: |minutes| match minutes {
        0 => "It ends in less than a minute.".to_owned(),
        1 => "You have 1 more minute to answer.".to_owned(),
        n => format!("You have {n} more minutes to answer."),
    },
    remember_for: |time| match time {
        RememberFor::Day => "Allow it for 1 day without asking me",
        RememberFor::Month => "Allow it for 30 days without asking me",
        RememberFor::Year => "Allow it for 1 year without asking me",
    },
};
