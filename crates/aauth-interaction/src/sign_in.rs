//! Who the person is: the embedding server's business.

mod test_users;

use core::fmt;
use core::future::{Future, ready};
use core::pin::Pin;

use http::request::Parts;
use serde::{Deserialize, Serialize};

use crate::InteractionError;

pub use test_users::TestUsers;

/// What the methods of [`SignIn`] return.
pub type SignInFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, InteractionError>> + Send + 'a>>;

/// How the embedding server knows the person.
///
/// Whatever is returned becomes the `sub` of the auth token and owns the decision: a wrong subject is a wrong person's
/// consent. The decision form is bound to browser session and subject, so a change of account in between is noticed.
///
/// Two ways to use it: recognise your own session (`recognise`, with `begin` leading to your own page), or let this
/// crate show its form of name and password (`check`).
pub trait SignIn: Send + Sync + 'static {
    /// Who the request's own session says the person is, if the embedding server has sessions of its own.
    ///
    /// Asked on every request, first. The default knows nobody.
    ///
    /// # Errors
    /// `SignIn`: the answer could not be found; the person sees a page that says so (503).
    fn recognise<'a>(&'a self, request: &'a Parts) -> SignInFuture<'a, Option<Subject>> {
        let _ = request;
        Box::pin(ready(Ok(None)))
    }

    /// What to do with a person whom nobody knows. The default shows the form of name and password.
    ///
    /// `return_to`: where your own page must send the browser afterwards, this page with its code. It is as good as the code:
    /// keep it out of logs.
    fn begin(&self, return_to: &str) -> Begin {
        let _ = return_to;
        Begin::Form(FormKind::Real)
    }

    /// Checks name and password of the form; `None` when they do not fit. The default knows nobody.
    ///
    /// Called only within the limits on attempts. Take the same time for an unknown name as for a wrong password.
    ///
    /// # Errors
    /// `SignIn`: the check could not be made; the person sees a page that says so (503).
    fn check<'a>(&'a self, name: &'a str, password: &'a str) -> SignInFuture<'a, Option<Subject>> {
        let _ = (name, password);
        Box::pin(ready(Ok(None)))
    }
}

/// How a sign-in begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// With this crate's form.
    Form(FormKind),
    /// With a page of the embedding server: 303 to this address.
    Elsewhere(String),
}

/// What the form says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormKind {
    /// Nothing.
    Real,
    /// That it is for demonstration only.
    Demonstration,
}

/// The person, by the name that the embedding server gives: 1 to 255 characters without controls.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Subject(String);

impl Subject {
    /// Takes the name.
    ///
    /// # Errors
    /// `Subject`: empty, longer than 255 bytes or with a control character.
    pub fn new(name: impl Into<String>) -> Result<Self, InteractionError> {
        let name = name.into();
        if name.is_empty() || name.len() > 255 || name.chars().any(char::is_control) {
            return Err(InteractionError::Subject);
        }
        Ok(Self(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Shows no name: logs are not about persons.
impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(***)")
    }
}
