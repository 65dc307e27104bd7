//! German.

use super::{Notice, Text};
use crate::consents::RememberFor;

pub(super) static TEXT: Text = Text {
    tag: "de",

    code_title: "Code eingeben",
    code_lead: "Der Agent, den Sie gestartet haben, zeigt Ihnen einen Code aus acht Zeichen. Geben Sie ihn hier ein, um zu sehen, \
        worum der Agent bittet.",
    code_warning: "Geben Sie nur einen Code ein, den Sie auf Ihrem eigenen Bildschirm sehen, weil Sie selbst etwas gestartet haben. \
        Niemand, der Sie anruft oder Ihnen schreibt, auch kein Support, braucht hier einen Code von Ihnen.",
    code_label: "Code",
    code_hint: "Groß- und Kleinschreibung und Bindestriche spielen keine Rolle.",
    code_button: "Weiter",
    code_wrong: "Dieser Code gilt nicht. Vielleicht ist er vertippt, zu alt oder schon benutzt. Vergleichen Sie ihn mit dem, was der \
        Agent zeigt, oder beginnen Sie dort neu, um einen anderen zu erhalten.",

    sign_in_title: "Anmelden",
    sign_in_lead: "Ein Agent bittet um Zugriff in Ihrem Namen. Melden Sie sich an, um zu sehen, worum es geht. Mit der Anmeldung ist noch \
        nichts erlaubt.",
    user_label: "Benutzername",
    password_label: "Passwort",
    sign_in_button: "Anmelden",
    sign_in_wrong: "Benutzername oder Passwort stimmt nicht.",
    demonstration: "Nur zur Vorführung: Diese Anmeldung hat eingebaute Testbenutzer. Sie darf nie etwas Echtes schützen.",

    consent_title: "Diesen Zugriff erlauben?",
    signed_in_as: "Angemeldet als",
    sign_out: "Nicht Sie? Abmelden",
    consents_link: "Was Sie im Voraus erlaubt haben",
    warning_title: "Haben Sie das selbst gestartet, eben gerade, auf einem Gerät vor Ihnen?",
    warning_compare: "Dann zeigt Ihnen der Bildschirm dieses Geräts genau diesen Code:",
    warning_trap: "Kam der Link oder der Code von jemand anderem, per Mail, Chat, Telefon oder über eine Webseite? Dann ist es sehr \
        wahrscheinlich eine Falle, so freundlich oder amtlich sie auch aussieht: Sie würden Ihren Zugriff weitergeben. Erlauben Sie es nicht.",
    checked_title: "Was wir geprüft haben",
    agent_label: "Agent",
    agent_name: "nennt sich",
    agent_proof: "Er hat diese Anfrage mit dem Schlüssel unterschrieben, den er unter dieser Adresse veröffentlicht.",
    reads_as: "liest sich als",
    terms: "Nutzungsbedingungen",
    privacy: "Datenschutz",
    never_seen: "Hier hat noch niemand über diesen Agenten entschieden.",
    seen_since: "Über diesen Agenten wird hier entschieden seit dem",
    never_allowed: "Sie haben diesem Agenten noch nie etwas erlaubt.",
    allowed_since: "Sie haben diesem Agenten schon einmal etwas erlaubt, zuerst am",
    delegate_label: "Handelt für den Agenten",
    resource_label: "Möchte nutzen",
    resource_proof: "Dieser Dienst hat die Anfrage selbst ausgestellt, nur für diesen Agenten und seinen Schlüssel.",
    time_label: "Zeit",
    scope_title: "Was er dann dürfte",
    scope_hint: "Nehmen Sie den Haken weg, wo Sie etwas nicht erlauben möchten.",
    scope_none: "Er bittet um kein bestimmtes Recht, nur darum, als Ihr Agent erkannt zu werden.",
    claims_title: "Was der Agent sagt",
    claims_hint: "In seinen eigenen Worten. Niemand hat das geprüft.",
    purpose_label: "Zweck",
    you_asked: "Sie fragten",
    it_answered: "Er antwortete",
    waiting: "Noch keine Antwort.",
    look_again: "Noch einmal nachsehen",
    question_title: "Den Agenten etwas fragen",
    question_label: "Ihre Frage",
    question_button: "Frage senden",
    remember_label: "Wenn er beim nächsten Mal um dasselbe bittet",
    remember_no: "Mich wieder fragen",
    remember_hint: "Lassen Sie ihn nur dann ohne Rückfrage weitermachen, wenn niemand sonst diesen Agenten benutzt: Wer es doch tut, \
        handelt in Ihrem Namen. Sie können das jederzeit zurücknehmen.",
    decide_title: "Ihre Entscheidung",
    allow: "Ich habe das gestartet, erlauben",
    deny: "Nicht erlauben",
    report: "Das habe ich nicht gestartet: ablehnen und melden",
    changed: "Die Anfrage hat sich geändert, seit Sie diese Seite geöffnet haben. Nichts ist entschieden. Bitte lesen Sie sie noch einmal.",
    nothing_ticked: "Nichts ist angehakt, also gibt es nichts zu erlauben. Haken Sie mindestens eine Zeile an, oder erlauben Sie es nicht.",
    question_refused: "Die Frage konnte nicht gesendet werden. Schreiben Sie 1 bis 1000 Zeichen; die Zahl der Fragen ist begrenzt.",

    consents_title: "Was Sie im Voraus erlaubt haben",
    consents_sign_in: "Melden Sie sich an, um zu sehen und zurückzunehmen, was Agenten ohne Rückfrage dürfen.",
    consents_lead: "Diese Agenten erhalten den folgenden Zugriff, ohne Sie noch einmal zu fragen. Wenn Sie etwas zurücknehmen, muss der \
        Agent beim nächsten Mal fragen; ein laufender Zugriff endet etwas später von selbst.",
    consents_none: "Nichts. Jeder Agent muss Sie fragen.",
    consents_resource: "Er darf nutzen",
    consents_scope: "Was er darf",
    consents_since: "Erlaubt am",
    consents_until: "bis",
    consents_revoke: "Zurücknehmen",
    consents_revoked: "Zurückgenommen. Der Agent muss beim nächsten Mal fragen.",

    granted: Notice {
        title: "Zugriff erlaubt",
        lead: "Der Agent macht von selbst weiter. Sie können diese Seite schließen.",
    },
    remembered: Notice {
        title: "Zugriff erlaubt",
        lead: "Der Agent macht von selbst weiter und fragt Sie nach demselben erst wieder, wenn die gewählte Zeit um ist. \
            Sie können diese Seite schließen.",
    },
    denied: Notice {
        title: "Zugriff nicht erlaubt",
        lead: "Der Agent erfährt es und erhält nichts. Sie können diese Seite schließen.",
    },
    reported: Notice {
        title: "Abgelehnt und gemeldet",
        lead: "Nichts wurde erlaubt, und die Meldung ist festgehalten. Wenn jemand Sie hierher geschickt hat, tun Sie auch sonst nicht, was \
            er verlangt. Sie können diese Seite schließen.",
    },
    decided: Notice {
        title: "Schon entschieden",
        lead: "Diese Anfrage ist bereits beantwortet, oder ihre Zeit ist um. Jetzt wurde nichts geändert. Sie können diese Seite schließen.",
    },
    forbidden: Notice {
        title: "Dieses Formular wurde nicht angenommen",
        lead: "Es kam nicht von unserer Seite in diesem Browser, oder Ihre Anmeldung ist abgelaufen. Nichts wurde geändert.",
    },
    limited: Notice {
        title: "Zu viele Versuche",
        lead: "Warten Sie einige Minuten und versuchen Sie es dann noch einmal.",
    },
    unavailable: Notice {
        title: "Gerade nicht verfügbar",
        lead: "Nichts wurde geändert. Versuchen Sie es gleich noch einmal.",
    },
    not_understood: Notice {
        title: "Diese Anfrage war nicht verständlich", lead: "Nichts wurde geändert."
    },
    too_large: Notice {
        title: "Zu viel Text",
        lead: "Nichts wurde geändert. Gehen Sie zurück und senden Sie weniger.",
    },
    onward: Notice {
        title: "Ein anderer Dienst fragt Sie",
        lead: "Entschieden wird auf der Seite des Dienstes, der wirklich genutzt wird. Noch ist nichts erlaubt.",
    },
    start_again: "Code eingeben",
    back_to_agent: "Zurück zum Agenten",

    asked_before: |minutes| match minutes {
        0 => "Eben angefragt.".to_owned(),
        1 => "Vor 1 Minute angefragt.".to_owned(),
        n => format!("Vor {n} Minuten angefragt."),
    },
    answer_within: |minutes| match minutes {
        0 => "Endet in weniger als einer Minute.".to_owned(),
        1 => "Sie haben noch 1 Minute für die Antwort.".to_owned(),
        n => format!("Sie haben noch {n} Minuten für die Antwort."),
    },
    remember_for: |time| match time {
        RememberFor::Day => "1 Tag lang ohne Rückfrage erlauben",
        RememberFor::Month => "30 Tage lang ohne Rückfrage erlauben",
        RememberFor::Year => "1 Jahr lang ohne Rückfrage erlauben",
    },
};
