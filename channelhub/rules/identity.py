"""Who wrote: handles become identity keys, evidence becomes links, links become customers.

Everything here is a pure function of what is live, whatever the order of arrival (design §6).
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import idna
import phonenumbers

from channelhub.domain.people import GLOBAL_KINDS, Evidence, Handle, Identity, IdentityKey, Link, Sender, Suggestion

SHARED_NEIGHBOURS = 4  # more distinct identities of one kind than this, and an address is a family's or an office's
CROWD = 64  # an address with more neighbours than this joins nobody, so it needs no further links
MAX_VALUE = 256
DEVICE = "device"
ANONYMOUS = "anonymous"  # the kind of a sender without any address
AUTOMATIC_ACTOR = "channelhub"
_SITES = "\0"  # no account is called so
_NUMBERING = (Evidence.SITE_SIGNED, Evidence.TRUSTED_ACCOUNT)
UNDO_WITHIN_US = 24 * 3600 * 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One handle of a message's sender, normalized."""

    key: IdentityKey
    shown: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What grouping needs to know of an identity."""

    id: int
    kind: str
    first_us: int
    scope: str
    value: str

    @classmethod
    def of(cls, one: Identity) -> "Node":
        return cls(id=one.id, kind=one.key.kind, first_us=one.first_us, scope=one.key.scope, value=one.key.value)


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


def connect(found: Sequence[Claim], *, at_us: int) -> tuple[list[Link], list[Suggestion]]:
    """What one message says of its sender's handles: links where both ends are verified, else suggestions."""
    links: list[Link] = []
    suggestions: list[Suggestion] = []
    first, *others = found
    for other in others:
        left, right = sorted((identity_id(first.key), identity_id(other.key)))
        weaker = max(first.evidence, other.evidence, key=lambda evidence: evidence.strength)
        if weaker.is_verified:
            links.append(link(left, right, weaker, actor=AUTOMATIC_ACTOR, at_us=at_us))
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


def link(left: int, right: int, evidence: Evidence, *, actor: str, at_us: int, reason: str = "") -> Link:
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


def shared(nodes: Mapping[int, Node], links: Iterable[Link]) -> set[int]:
    """Addresses that several people use: too many neighbours of one kind (a family's phone, info@), or of any."""
    neighbours: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for one in links:
        if one.revoked_us is None and one.evidence is not Evidence.AGENT:
            for own, other in ((one.left_id, one.right_id), (one.right_id, one.left_id)):
                if own in nodes and other in nodes:
                    neighbours[own][nodes[other].kind].add(other)
    return {
        own
        for own, by_kind in neighbours.items()
        if sum(map(len, by_kind.values())) > CROWD
        or (nodes[own].kind in GLOBAL_KINDS and any(len(others) > SHARED_NEIGHBOURS for others in by_kind.values()))
    }


def customers(nodes: Collection[Node], links: Collection[Link]) -> dict[int, int]:
    """Each identity's customer: the oldest identity of those that live evidence joins."""
    parent = {node.id: node.id for node in nodes}
    for one in joining(nodes, links):
        parent[_root(parent, one.right_id)] = _root(parent, one.left_id)
    groups: dict[int, list[Node]] = defaultdict(list)
    for node in nodes:
        groups[_root(parent, node.id)].append(node)
    oldest = {root: min(group, key=lambda node: (node.first_us, node.id)).id for root, group in groups.items()}
    return {node.id: oldest[_root(parent, node.id)] for node in nodes}


def path(nodes: Collection[Node], links: Collection[Link], left: int, right: int) -> list[Link]:
    """The links by which two identities are one customer, from one end to the other; none where they are two."""
    beside: dict[int, list[tuple[Link, int]]] = defaultdict(list)
    for one in joining(nodes, links):
        beside[one.left_id].append((one, one.right_id))
        beside[one.right_id].append((one, one.left_id))
    came: dict[int, tuple[Link, int]] = {}
    frontier, seen = [left], {left}
    while frontier and right not in seen:
        own = frontier.pop()
        for one, other in beside[own]:
            if other not in seen:
                seen.add(other)
                came[other] = (one, own)
                frontier.append(other)
    found: list[Link] = []
    while right in came:
        one, right = came[right]
        found.append(one)
    return found[::-1]


def joining(nodes: Collection[Node], links: Collection[Link]) -> list[Link]:
    """The links that make customers, each between two that none before it joined.

    Strongest evidence first. Links at shared addresses count for nothing, and two identities with different
    customer ids, signed by sites or named by one trusted account, are never joined but by an agent.
    """
    by_id = {node.id: node for node in nodes}
    live = [one for one in links if one.revoked_us is None and one.evidence.is_verified]
    numbered = _numbered(by_id, live)
    crowded = shared(by_id, live)
    parent = {node.id: node.id for node in nodes}
    numbers = {node.id: numbered.get(node.id, frozenset()) for node in nodes}
    found: list[Link] = []
    for one in sorted(live, key=lambda one: (one.evidence.strength, one.at_us, one.id)):
        is_decision = one.evidence is Evidence.AGENT
        if one.left_id not in by_id or one.right_id not in by_id:
            continue
        if not is_decision and (one.left_id in crowded or one.right_id in crowded):
            continue
        left, right = _root(parent, one.left_id), _root(parent, one.right_id)
        if left == right or (not is_decision and _are_two(numbers[left], numbers[right])):
            continue
        parent[right] = left
        numbers[left] |= numbers[right]
        found.append(one)
    return found


def _numbered(nodes: Mapping[int, Node], live: Iterable[Link]) -> dict[int, frozenset[tuple[str, str]]]:
    """Whose number among customers an identity is: (who gives such numbers, the number). Sites that sign are one."""
    found: dict[int, frozenset[tuple[str, str]]] = {}
    for one in live:
        for end in (one.left_id, one.right_id):
            node = nodes.get(end)
            if node is not None and node.kind == "external" and one.evidence in _NUMBERING:
                giver = _SITES if one.evidence is Evidence.SITE_SIGNED else node.scope
                found[end] = found.get(end, frozenset()) | {(giver, node.value), (node.scope, node.value)}
    return found


def _are_two(left: frozenset[tuple[str, str]], right: frozenset[tuple[str, str]]) -> bool:
    """Whether two groups have different numbers of one giver."""
    return any(giver == other and number != another for giver, number in left for other, another in right)


def _root(parent: dict[int, int], node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


def parse_key(text: str, *, default_region: str) -> tuple[str, str] | None:
    """`email:ann@example.com` as (kind, normalized value); None when it isn't `kind:value`."""
    kind, colon, value = text.partition(":")
    if not (colon and kind and value):
        return None
    key = normalize(Handle(kind=kind.strip().lower(), value=value), account="", default_region=default_region)
    return (key.kind, key.value) if key else None
