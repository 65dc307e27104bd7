//! Users for demonstrations.

use core::fmt;
use core::future::ready;

use aauth_types::Secret;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::{Begin, FormKind, SignIn, SignInFuture, Subject};
use crate::InteractionError;

/// Names and passwords in memory. **For demonstrations and tests only**: passwords are neither hashed nor changeable,
/// and the page says so to everyone who sees it.
pub struct TestUsers(Vec<(Subject, Secret<String>)>);

impl TestUsers {
    /// Takes pairs of name and password, and logs a warning that they are there.
    ///
    /// # Errors
    /// `Subject`: a name that is none.
    pub fn demonstration_only<N, P>(users: impl IntoIterator<Item = (N, P)>) -> Result<Self, InteractionError>
    where
        N: Into<String>,
        P: Into<String>,
    {
        tracing::warn!("sign-in with built-in test users is on: for demonstration only");
        let users = users.into_iter().map(|(name, password)| {
            let name = Subject::new(name)?;
            Ok((name, Secret::new(password.into())))
        });
        users.collect::<Result<_, _>>().map(Self)
    }

    fn find(&self, name: &str, password: &str) -> Option<Subject> {
        let mut found = u64::MAX;
        // Every user is compared, so that the time tells nothing about names.
        for (at, (known, secret)) in (0_u64..).zip(&self.0) {
            let name_fits = known.as_str().as_bytes().ct_eq(name.as_bytes());
            let fits: Choice = name_fits & secret.expose().as_bytes().ct_eq(password.as_bytes());
            found = u64::conditional_select(&found, &at, fits);
        }
        let at = usize::try_from(found).ok()?;
        self.0.get(at).map(|(name, _)| name.clone())
    }
}

impl SignIn for TestUsers {
    fn begin(&self, _: &str) -> Begin {
        Begin::Form(FormKind::Demonstration)
    }

    fn check<'a>(&'a self, name: &'a str, password: &'a str) -> SignInFuture<'a, Option<Subject>> {
        Box::pin(ready(Ok(self.find(name, password))))
    }
}

impl fmt::Debug for TestUsers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TestUsers({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_pair_is_known() {
        let users = TestUsers::demonstration_only([("ada", "one"), ("bob", "two")]).unwrap();
        assert_eq!(users.find("bob", "two").map(|s| s.as_str().to_owned()).as_deref(), Some("bob"));
        for (name, password) in [("ada", "two"), ("eve", "one"), ("", ""), ("ada", "")] {
            assert_eq!(users.find(name, password), None, "{name}");
        }
    }
}
