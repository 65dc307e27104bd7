//! The address of a database, with what it takes to enter.

use core::fmt;
use core::str::FromStr;

use sqlx::postgres::PgConnectOptions;

use crate::SqlError;

/// `postgres://user:password@host:port/database?sslmode=verify-full`: shown as `***`, whatever is asked.
///
/// `sslmode` is `disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`; the default of PostgreSQL's
/// clients, `prefer`, protects from nobody who can change packets. Over a network use `verify-full`, with `sslrootcert`
/// for an authority of your own; `sslcert` and `sslkey` name a client's certificate. A Unix socket is
/// `postgres:///database?host=/run/postgresql`. `options[search_path]=NAME` chooses the schema.
///
/// What is absent comes from PostgreSQL's own variables (`PGPASSWORD` and others) and password file.
#[derive(Clone)]
pub struct DatabaseUrl(PgConnectOptions);

impl DatabaseUrl {
    /// Reads an address.
    ///
    /// # Errors
    /// `Url`: no address of this form, or a parameter that is not in the list above; a slip in `sslmode` must not go
    /// unnoticed. The error repeats nothing of the address.
    pub fn parse(text: &str) -> Result<Self, SqlError> {
        if !["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
            return Err(SqlError::Url { what: "does not begin with postgres://" });
        }
        let parameters = text.split_once('?').map_or("", |(_, parameters)| parameters);
        let unknown = |parameter: &&str| {
            let name = parameter.split_once('=').map_or(*parameter, |(name, _)| name);
            !name.is_empty() && !PARAMETERS.contains(&name) && !name.starts_with("options[")
        };
        if parameters.split('&').any(|parameter| unknown(&parameter)) {
            return Err(SqlError::Url { what: "has a parameter that is not known" });
        }
        text.parse().map(Self).map_err(|_| SqlError::Url { what: "is not of the form that is expected" })
    }

    pub(super) fn options(&self) -> &PgConnectOptions {
        &self.0
    }
}

impl FromStr for DatabaseUrl {
    type Err = SqlError;

    fn from_str(text: &str) -> Result<Self, SqlError> {
        Self::parse(text)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(***)")
    }
}

/// What `PgConnectOptions` reads; it would pass over others, and write them to the log.
const PARAMETERS: [&str; 18] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_address_is_shown() {
        let url =
            DatabaseUrl::parse("postgres://carol:hunter2@db.example/aauth?sslmode=verify-full").unwrap();
        assert_eq!(format!("{url:?} {url:#?}"), "DatabaseUrl(***) DatabaseUrl(***)");
    }

    #[test]
    fn what_is_wrong_is_told_without_repeating_it() {
        for (text, expected) in [
            ("mysql://carol:hunter2@db/x", "does not begin with postgres://"),
            ("postgres://carol:hunter2@db:x/x", "is not of the form that is expected"),
            ("postgres://carol:hunter2@db/x?sslmod=verify-full", "has a parameter that is not known"),
            ("postgres://carol@db/x?passwd=hunter2", "has a parameter that is not known"),
            ("postgres://carol:hunter2@db/x?sslmode=verify", "is not of the form that is expected"),
        ] {
            let error = DatabaseUrl::parse(text).unwrap_err();
            assert!(matches!(error, SqlError::Url { what } if what == expected), "{error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }
}
