//! The one setting that admits loopback http.

/// Where identifiers and addresses may lead.
///
/// Everything that weakens a check for local use hangs on this one value: `http` identifiers on loopback,
/// connections to loopback addresses, and cookies without `Secure`. Choose it once, when a program starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Network {
    /// `https` and public names only.
    #[default]
    Public,
    /// Also `http://127.0.0.1:PORT`, `http://[::1]:PORT` and `http://localhost:PORT`.
    ///
    /// For tests and demonstrations on one machine. In production a peer could name your own loopback services.
    InsecureLoopback,
}
