"""Links become customers: a pure function of what is live, whatever the order of arrival."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from channelhub.domain.people import GLOBAL_KINDS, KNOWING, Evidence, Identity, Link
from channelhub.rules.identity import CROWD, SHARED_NEIGHBOURS
from channelhub.rules.resemblance import are_relatives

_SITES = "\0"  # no account is called so


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
    customer ids, signed by sites or named by one trusted account, are never joined but by an agent. An address that is
    contested stays with the first of its links, and joins it to nobody further.
    """
    by_id = {node.id: node for node in nodes}
    live = [one for one in links if one.revoked_us is None and one.evidence.is_verified]
    numbered = _numbered(by_id, live)
    contested = _contested(by_id, live, numbered)
    settled: set[int] = set()
    crowded = shared(by_id, live)
    parent = {node.id: node.id for node in nodes}
    numbers = {node.id: numbered.get(node.id, frozenset()) for node in nodes}
    found: list[Link] = []
    for one in sorted(live, key=lambda one: (one.evidence.strength, one.at_us, one.id)):
        is_decision = one.evidence is Evidence.AGENT
        if one.left_id not in by_id or one.right_id not in by_id:
            continue
        ends = {one.left_id, one.right_id}
        if not is_decision and ends & (crowded | settled):
            continue
        left, right = _root(parent, one.left_id), _root(parent, one.right_id)
        if left == right or (not is_decision and _are_two(numbers[left], numbers[right])):
            continue
        parent[right] = left
        numbers[left] |= numbers[right]
        if not is_decision:
            settled |= ends & contested
        found.append(one)
    return found


def _numbered(nodes: Mapping[int, Node], live: Iterable[Link]) -> dict[int, frozenset[tuple[str, str]]]:
    """Whose number among customers an identity is: (who gives such numbers, the number). Sites that sign are one."""
    found: dict[int, frozenset[tuple[str, str]]] = {}
    for one in live:
        for end in (one.left_id, one.right_id):
            node = nodes.get(end)
            if node is not None and node.kind == "external" and one.evidence in KNOWING:
                giver = _SITES if one.evidence is Evidence.SITE_SIGNED else node.scope
                found[end] = found.get(end, frozenset()) | {(giver, node.value), (node.scope, node.value)}
    return found


def _contested(
    nodes: Mapping[int, Node], live: Iterable[Link], numbered: Mapping[int, frozenset[tuple[str, str]]]
) -> set[int]:
    """Addresses of several people or records: proved of customers with different numbers, vouched for by a channel for
    different people of it, or under two names of one family."""
    numbers: dict[int, frozenset[tuple[str, str]]] = defaultdict(frozenset)
    names: dict[int, set[str]] = defaultdict(set)
    contested: set[int] = set()
    for one in live:
        if one.evidence is Evidence.AGENT or one.left_id not in nodes or one.right_id not in nodes:
            continue
        for own, other in ((one.left_id, one.right_id), (one.right_id, one.left_id)):
            if nodes[own].kind not in GLOBAL_KINDS:
                continue
            given = numbered.get(other, frozenset()) | _vouched(nodes[other], one.evidence)
            if _are_two(numbers[own], given) or any(are_relatives(one.name, name) for name in names[own]):
                contested.add(own)
            numbers[own] |= given
            names[own] |= {one.name} - {""}
    return contested


def _vouched(node: Node, evidence: Evidence) -> frozenset[tuple[str, str]]:
    """Whose phone a channel says it is: nobody there has it beside them."""
    is_vouched = evidence is Evidence.CHANNEL_CONTACT and node.kind not in GLOBAL_KINDS
    return frozenset({(f"{node.kind}\0{node.scope}", node.value)}) if is_vouched else frozenset()


def _are_two(left: frozenset[tuple[str, str]], right: frozenset[tuple[str, str]]) -> bool:
    """Whether two groups have different numbers of one giver."""
    return any(giver == other and number != another for giver, number in left for other, another in right)


def _root(parent: dict[int, int], node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node
