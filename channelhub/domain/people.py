"""Who writes: the handles a channel gives, and the identities and customers made of them."""

from dataclasses import dataclass
from enum import StrEnum


class Evidence(StrEnum):
    """Why a handle is believed to be its sender's, strongest first (design §6)."""

    SITE_SIGNED = "site-signed"  # the site's HMAC identity token
    TRUSTED_ACCOUNT = "trusted-account"  # named by an account the administrator trusts
    CHANNEL_ID = "channel-id"  # the channel's own opaque id of the sender
    CHANNEL_CONTACT = "channel-contact"  # a phone the channel vouches for (Telegram's own contact)
    DMARC = "dmarc"  # mail whose From domain passed an aligned check
    CALLER = "caller"  # the number an SMS or a call came from
    AGENT = "agent"  # an agent said so
    CLAIMED = "claimed"  # the sender says so

    @property
    def is_verified(self) -> bool:
        return self is not Evidence.CLAIMED

    @property
    def strength(self) -> int:
        """Smaller is stronger."""
        return _ORDER[self]


_ORDER = {evidence: place for place, evidence in enumerate(Evidence)}

#: By which a customer is known, and not only that an address is theirs.
KNOWING = frozenset({Evidence.SITE_SIGNED, Evidence.TRUSTED_ACCOUNT})

#: Kinds of handles whose values mean the same person on every account; all others are scoped to their account.
GLOBAL_KINDS = frozenset({"email", "phone"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Handle:
    """One address as a channel gave it: `email`, `phone`, `telegram`, `external`, `device`, …

    `value` is as written; the comparison key is made by `rules.identity.normalize`.
    """

    kind: str
    value: str
    evidence: Evidence = Evidence.CLAIMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The writer of a message. The first handle is the address that wrote; the others are what was said about it."""

    name: str = ""
    handles: tuple[Handle, ...] = ()
    origin: str = ""  # where unverified votes are capped: IPv4 /24, IPv6 /64, device token, first external relay


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityKey:
    """What makes two handles the same identity: kind, scope (an account's name, or empty) and normalized value."""

    kind: str
    scope: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One address of a person, with the latest name and language its messages gave.

    `id` is derived from the key, so it is the same whatever arrived first; `customer_id` is the id of the oldest
    identity of its customer.
    """

    id: int
    key: IdentityKey
    shown: str  # as first written
    name: str
    name_us: int  # when that name was given, microseconds UTC
    language: str
    language_us: int
    first_us: int  # the earliest thing known of it
    evidence: Evidence  # the strongest with which it was ever named
    customer_id: int


class Revocation(StrEnum):
    """Why a link counts no more."""

    APART = "apart"  # a person said that they are two
    UNDONE = "undone"  # an acceptance was taken back: of the two it says nothing
    TAKEN_OUT = "taken-out"  # with everything that held one identity in its customer
    KEPT_OUT = "kept-out"  # it never counted: it keeps evidence to come from joining the two

    @property
    def passes_on(self) -> "Revocation | None":
        """How evidence of the same two that comes later is revoked at once; None: it counts."""
        return {Revocation.UNDONE: None, Revocation.KEPT_OUT: Revocation.TAKEN_OUT}.get(self, self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Evidence that two identities are one person; never deleted, only revoked."""

    id: int
    left_id: int
    right_id: int
    evidence: Evidence
    score: float
    actor: str
    at_us: int
    reason: str = ""
    name: str = ""  # of the sender in the first message that is this evidence
    revoked_us: int | None = None
    revocation: Revocation | None = None
    taken_out_id: int | None = None  # the identity that was taken out of its customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """Why two identities may be one person, as a code.

    `kind`: the kind of an address; `order`, `device`, `address` (of mail, how it begins), `name`. `how`: `claimed` as
    the sender's own, `proved` to be both's, `shared` by both, or how alike the names are: `same`, `similar`, `partial`,
    `different`.
    """

    kind: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A claimed connection that a person may accept or reject.

    Stored is what was claimed, or what a person said of the two (then `score` is 0); `clues` are put together when a
    card is read.
    """

    id: int
    left_id: int
    right_id: int
    reason: str  # the kind of what was claimed, as a code
    score: float
    at_us: int
    state: str = "open"  # open | accepted | rejected | shared: one end is an address that many gave
    settled_us: int | None = None  # when a person accepted or rejected it
    clues: tuple[Clue, ...] = ()
