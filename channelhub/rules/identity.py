"""Who wrote: handles become identity keys, and what a message says of them becomes links and suggestions."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import idna
import phonenumbers

from channelhub.domain.people import GLOBAL_KINDS, Evidence, Handle, IdentityKey, Link, Sender, Suggestion

SHARED_NEIGHBOURS = 4  # more distinct identities of one kind than this, and an address is a family's or an office's
CROWD = 64  # an address with more neighbours than this joins nobody, so it needs no further links
MAX_VALUE = 256
MAX_NAME = 200
DEVICE = "device"
ANONYMOUS = "anonymous"  # the kind of a sender without any address
AUTOMATIC_ACTOR = "channelhub"
UNDO_WITHIN_US = 24 * 3600 * 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One handle of a message's sender, normalized."""

    key: IdentityKey
    shown: str
    evidence: Evidence


def identity_id(key: IdentityKey) -> int:
    """63 bits of the key's digest: the same identity has the same id in every order of arrival."""
    return digest_id("identity", key.kind, key.scope, key.value)


@lru_cache(maxsize=4096)  # a batch asks for each id several times
def digest_id(*parts: str | int) -> int:
    """A positive 63-bit id from what names a thing."""
    text = "\0".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest()) >> 1 or 1


@lru_cache(maxsize=1024)  # a batch asks for each sender twice
def normalize(handle: Handle, *, account: str, default_region: str) -> IdentityKey | None:
    """The comparison key of a handle; None when the value can't be one of its kind.

    email: domain lower-cased and IDNA-encoded, local part case-folded. phone: E.164 (ITU-T) with the region's country
    where none is given. Other kinds are scoped to the account.
    """
    value = _bounded(" ".join(handle.value.split()))
    if handle.kind == "email":
        value = _email(value)
    elif handle.kind == "phone":
        value = _phone(value, default_region)
    if not value:
        return None
    return IdentityKey(kind=handle.kind, scope="" if handle.kind in GLOBAL_KINDS else account, value=value)


def _bounded(value: str) -> str:
    """A value too long to be kept whole ends in a digest, so that two that begin alike stay two."""
    if len(value) <= MAX_VALUE:
        return value
    digest = hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{value[: MAX_VALUE - len(digest) - 1]}~{digest}"


def _email(value: str) -> str:
    """`value` has no white space but single spaces."""
    local, at, domain = value.strip("<>").rpartition("@")
    if not (local and at and domain) or " " in value:
        return ""
    return f"{local.casefold()}@{_domain(domain)}"


@lru_cache(maxsize=4096)
def _domain(written: str) -> str:
    """A mail domain as DNS spells it. Remembered: most customers share a few domains."""
    domain = written.rstrip(".").lower()
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain.encode("ascii", "backslashreplace").decode()


def _phone(value: str, default_region: str) -> str:
    try:
        number = phonenumbers.parse(value, default_region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def claims(sender: Sender, *, account: str, fallback: str, default_region: str) -> tuple[Claim, ...]:
    """The sender's handles as keys, the one that wrote first. Without any, `fallback` names an anonymous sender."""
    found: dict[IdentityKey, Claim] = {}
    for handle in sender.handles:
        key = normalize(handle, account=account, default_region=default_region)
        if key is None or (found and is_device(handle)):
            continue
        known = found.get(key)
        if known is None:
            found[key] = Claim(key=key, shown=_shown(handle), evidence=handle.evidence)
        elif handle.evidence.strength < known.evidence.strength:
            found[key] = Claim(key=key, shown=known.shown, evidence=handle.evidence)
    if not found:
        value = _bounded(fallback)
        key = IdentityKey(kind=ANONYMOUS, scope=account, value=value)
        found[key] = Claim(key=key, shown=value, evidence=Evidence.CHANNEL_ID)
    return tuple(found.values())


def is_device(handle: Handle) -> bool:
    """Whether a handle only says where somebody wrote from: beside another address it is a clue, no address."""
    return handle.kind == DEVICE and not handle.evidence.is_verified


def _shown(handle: Handle) -> str:
    """As written, without the angle brackets of mail; a reply goes to it."""
    value = handle.value.strip()[:MAX_VALUE]
    return value.strip("<>") if handle.kind == "email" else value


def connect(found: Sequence[Claim], *, at_us: int, name: str = "") -> tuple[list[Link], list[Suggestion]]:
    """What one message says of its sender's handles: links where both ends are verified, else suggestions."""
    links: list[Link] = []
    suggestions: list[Suggestion] = []
    first, *others = found
    for other in others:
        left, right = sorted((identity_id(first.key), identity_id(other.key)))
        weaker = max(first.evidence, other.evidence, key=lambda evidence: evidence.strength)
        if weaker.is_verified:
            links.append(link(left, right, weaker, actor=AUTOMATIC_ACTOR, at_us=at_us, name=name))
        else:
            claimed = other if not other.evidence.is_verified else first
            suggestions.append(
                Suggestion(
                    id=digest_id("suggestion", left, right),
                    left_id=left,
                    right_id=right,
                    reason=claimed.key.kind,
                    score=0.5,
                    at_us=at_us,
                )
            )
    return links, suggestions


def link(
    left: int, right: int, evidence: Evidence, *, actor: str, at_us: int, reason: str = "", name: str = ""
) -> Link:
    """A link between two identities; the same evidence for the same pair is the same link."""
    left, right = sorted((left, right))
    return Link(
        id=digest_id("link", left, right, evidence),
        left_id=left,
        right_id=right,
        evidence=evidence,
        score=1.0,
        actor=actor,
        at_us=at_us,
        reason=reason or f"named together ({evidence})",
        name=name[:MAX_NAME],
    )


def is_typed_by_many(neighbours: Mapping[str, int]) -> bool:
    """Whether an address that was claimed with so many identities of each kind is several people's."""
    return any(count > SHARED_NEIGHBOURS for count in neighbours.values())


def is_undo(link: Link, suggestion: Suggestion | None, *, now_us: int) -> bool:
    """Whether revoking an agent's link only takes back that a suggestion was accepted, and so leaves it open."""
    return (
        link.evidence is Evidence.AGENT
        and suggestion is not None
        and suggestion.state == "accepted"
        and suggestion.settled_us is not None
        and now_us - suggestion.settled_us <= UNDO_WITHIN_US
    )


def parse_key(text: str, *, default_region: str) -> tuple[str, str] | None:
    """`email:ann@example.com` as (kind, normalized value); None when it isn't `kind:value`."""
    kind, colon, value = text.partition(":")
    if not (colon and kind and value):
        return None
    key = normalize(Handle(kind=kind.strip().lower(), value=value), account="", default_region=default_region)
    return (key.kind, key.value) if key else None
