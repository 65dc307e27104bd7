//! The modes of the token endpoint: what each verifies before the policy is asked.

use aauth_jose::Jwks;
use aauth_roles::{AccessRequest, Mode, Refusal};
use aauth_types::{KeyRef, Secret, UnixTime};

use crate::server::{Server, Signed};

impl Server {
    /// Verifies all that the request shows. A resource token is recorded as used at the very end, so that a request that is
    /// refused for another reason does not use it up.
    pub(crate) async fn verified(&self, signed: &Signed, mode: &Mode) -> Result<AccessRequest, Refusal> {
        let (role, now) = (&self.settings.required.role, self.settings.clock.now());
        let access = match mode {
            Mode::Access { resource_token } => self.access(signed, resource_token, now).await?,
            Mode::Chain { resource_token, upstream_token } => {
                self.chain(signed, resource_token, upstream_token, now).await?
            }
            Mode::SelfAccess { scope } => role.self_access(&signed.caller, scope)?,
            Mode::Refresh { auth_token } => {
                role.refresh(&signed.caller, auth_token.expose(), &self.settings.required.keys.set(), now)?
            }
            // A mode that a later version knows.
            _ => return Err(Refusal::ModeNotOffered),
        };
        if let Some(token) = access.token() {
            self.use_once(token, now).await?;
        }
        Ok(access)
    }

    async fn access(
        &self,
        signed: &Signed,
        text: &Secret<String>,
        now: UnixTime,
    ) -> Result<AccessRequest, Refusal> {
        let role = &self.settings.required.role;
        let token = role.resource_token(&signed.caller, text.expose(), now)?;
        let keys =
            self.settings.required.resolver.jwks(token.key_ref()).await.map_err(|_| Refusal::ResourceKeys)?;
        role.access(&signed.caller, &token, &keys, now)
    }

    async fn chain(
        &self,
        signed: &Signed,
        resource_token: &Secret<String>,
        upstream_token: &Secret<String>,
        now: UnixTime,
    ) -> Result<AccessRequest, Refusal> {
        let role = &self.settings.required.role;
        // Refused for its issuer first: nothing is fetched for a mode that is not offered.
        let upstream = role.upstream_token(&signed.caller, upstream_token.expose(), now)?;
        let access = self.access(signed, resource_token, now).await?;
        let keys = self.upstream_keys(upstream.key_ref()).await?;
        role.chain(access, &upstream, &keys, now)
    }

    /// Its own keys a server need not fetch.
    async fn upstream_keys(&self, key: &KeyRef) -> Result<Jwks, Refusal> {
        let required = &self.settings.required;
        if key.issuer == *required.role.id() {
            return Ok(required.keys.set());
        }
        let keys = required.resolver.jwks(key).await.map_err(|_| Refusal::UpstreamKeys)?;
        Ok(Jwks::clone(&keys))
    }
}
