//! Why two verifiers differ.

/// One reason for which a peer's verdict is not this workspace's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Coverage,
    Time,
    Reserialised,
    MethodFolded,
    PortKept,
    Base64,
    ComponentParameters,
    LastWins,
    InlineAlgorithm,
    LabelAlphabet,
    OneMember,
    EmptyQuery,
    AbsentQuery,
    ExpiresIgnored,
    CreatedUnquoted,
    PathNormalised,
    Untrimmed,
    SmallOrder,
}

impl Class {
    pub(crate) const ALL: [Self; 18] = [
        Self::Coverage,
        Self::Time,
        Self::Reserialised,
        Self::MethodFolded,
        Self::PortKept,
        Self::Base64,
        Self::ComponentParameters,
        Self::LastWins,
        Self::InlineAlgorithm,
        Self::LabelAlphabet,
        Self::OneMember,
        Self::EmptyQuery,
        Self::AbsentQuery,
        Self::ExpiresIgnored,
        Self::CreatedUnquoted,
        Self::PathNormalised,
        Self::Untrimmed,
        Self::SmallOrder,
    ];

    /// Its name on the page, and what each side does.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Coverage => (
                "coverage",
                "`httpsig` leaves it to its caller which components must be covered. Here the four are demanded, and \
                 `@query` wherever there is a `?`.",
            ),
            Self::Time => (
                "time",
                "`httpsig` leaves `created` to its caller. Here it is needed, and at most 60 s away.",
            ),
            Self::Reserialised => (
                "written anew",
                "`httpsig` builds `@signature-params` from what it understood: parameters in one fixed order, \
                 unknown ones dropped, single spaces. Here the received text is signed: what a signer wrote in another order \
                 or spacing verifies, and what was respaced on the way does not.",
            ),
            Self::MethodFolded => (
                "method folded",
                "`httpsig` puts `@method` into capitals. RFC 9421 section 2.2.1 takes it as it is, and so does this verifier.",
            ),
            Self::PortKept => (
                "port kept",
                "`httpsig` takes the authority from its caller and leaves the default port in it. Here it is dropped, \
                 by RFC 9421 section 2.2.3.",
            ),
            Self::Base64 => (
                "base64",
                "Both peers read `Signature` without padding, `aauth-core` also in base64url, `httpsig` also with bits set \
                 after the last byte. Here a signature of the draft has one spelling.",
            ),
            Self::ComponentParameters => (
                "component parameters",
                "`httpsig` supports `sf`, `key` and `req`. Here every parameter of a component is refused by name.",
            ),
            Self::LastWins => (
                "last wins",
                "Of a label that is there twice `httpsig` takes the last, as RFC 8941 says of dictionaries. Here it \
                 is refused, because RFC 9421 wants labels unique.",
            ),
            Self::InlineAlgorithm => (
                "inline algorithm",
                "A key in the field must say its `alg` in draft -11. `aauth-core` does not ask for it, and `httpsig` does \
                 not read the field.",
            ),
            Self::LabelAlphabet => (
                "label alphabet",
                "A key of a dictionary may begin with `*` and hold dots (RFC 8941 section 3.2). `aauth-core` reads \
                 letters, digits, `_` and `-`.",
            ),
            Self::OneMember => (
                "one member",
                "Where several signatures are there `aauth-core` wants to be told which one. Here it is the one that \
                 `Signature-Key` names.",
            ),
            Self::EmptyQuery => (
                "empty query",
                "`aauth-core` demands `@query` for a query that is not empty. Here a `?` is enough.",
            ),
            Self::AbsentQuery => (
                "absent query",
                "`aauth-core` refuses `@query` where the target has none. RFC 9421 section 2.2.7 gives it the value \
                 `?`, and so does this verifier.",
            ),
            Self::ExpiresIgnored => {
                ("expires ignored", "`aauth-core` does not look at `expires`. Here a signature ends with it.")
            }
            Self::CreatedUnquoted => (
                "created unquoted",
                "`aauth-core` reads a `created` that stands in quotes. Here it is an integer or an error.",
            ),
            Self::PathNormalised => (
                "path normalised",
                "`aauth-core` takes the path through a URL parser, which resolves dots. Here the target stays as it \
                 was sent.",
            ),
            Self::Untrimmed => (
                "untrimmed",
                "`aauth-core` takes the three fields without white space around them from its HTTP library. Here it is removed.",
            ),
            Self::SmallOrder => (
                "small order",
                "`aauth-core` accepts the key with which everybody can sign everything. Here no key of small order is read.",
            ),
        }
    }
}
