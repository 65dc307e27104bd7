//! What a person does on the page.

use crate::agent::Open;
use crate::driver::Browser;

/// The headings by which the pages are known.
pub(crate) mod heading {
    pub(crate) const CODE: &str = "Enter your code";
    pub(crate) const SIGN_IN: &str = "Sign in";
    pub(crate) const CONSENT: &str = "Allow this access?";
    pub(crate) const ALLOWED: &str = "Access allowed";
    pub(crate) const NOT_ALLOWED: &str = "Access not allowed";
    pub(crate) const REPORTED: &str = "Refused and reported";
    pub(crate) const DECIDED: &str = "Already decided";
    pub(crate) const NOT_ACCEPTED: &str = "This form was not accepted";
    pub(crate) const GRANTS: &str = "What you allowed in advance";
    pub(crate) const LIMITED: &str = "Too many attempts";
}

/// The buttons and boxes.
pub(crate) mod control {
    pub(crate) const ALLOW: &str = "button[value=grant]";
    pub(crate) const DENY: &str = "button[value=deny]";
    pub(crate) const REPORT: &str = "button[value=report]";
    pub(crate) const SIGN_IN: &str = "button.first";
    pub(crate) const CODE: &str = "input#code";
    pub(crate) const ASK: &str = "button[value=ask]";
}

impl Browser {
    /// Follows the link and signs in; ends on the consent page.
    pub(crate) async fn arrive(&self, open: &Open) {
        self.go(&open.link).await;
        self.reaches(heading::SIGN_IN).await;
        self.sign_in("ada", "a password").await;
        self.reaches(heading::CONSENT).await;
    }

    pub(crate) async fn sign_in(&self, name: &str, password: &str) {
        self.fill("#username", name).await;
        self.fill("#password", password).await;
        self.send(control::SIGN_IN).await;
    }

    pub(crate) async fn type_code(&self, code: &str) {
        self.element(control::CODE).await.clear().await.unwrap();
        self.fill(control::CODE, code).await;
        self.send(control::SIGN_IN).await;
    }
}
