"""Pairwise precision and recall of identities put together, and who was put together with an impersonator."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from bench.identity.playing import Played
from bench.identity.population import World

GOAL_PRECISION = 0.999
GOAL_RECALL = 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Of one seed, or of several added up. Pairs are of identities that the hub met."""

    automatic: int  # pairs that the hub put together by itself
    automatic_right: int
    traced: int  # pairs of one person between which something left a trace
    traced_automatic: int  # of these, put together by the hub
    traced_settled: int  # and with right suggestions accepted
    impersonated: int  # pairs of an impersonator's and somebody else's address, put together by the hub
    right: int  # suggestions
    wrong: int
    most_wrong: int
    customers: int
    messages: int
    process_us: float

    @property
    def precision(self) -> float:
        return self.automatic_right / self.automatic if self.automatic else 1.0

    @property
    def recall(self) -> float:
        return self.traced_settled / self.traced if self.traced else 1.0

    @property
    def is_reached(self) -> bool:
        return self.precision >= GOAL_PRECISION and self.recall >= GOAL_RECALL and self.impersonated == 0


def score(world: World, played: Played) -> Scores:
    pairs = list(_together(played.automatic))
    traced = _traced(world, played.automatic)
    return Scores(
        automatic=len(pairs),
        automatic_right=sum(bool(world.owners[left] & world.owners[right]) for left, right in pairs),
        traced=len(traced),
        traced_automatic=sum(played.automatic[left] == played.automatic[right] for left, right in traced),
        traced_settled=sum(played.settled[left] == played.settled[right] for left, right in traced),
        impersonated=sum(
            bool((world.owners[left] ^ world.owners[right]) & world.impersonators) for left, right in pairs
        ),
        right=played.right,
        wrong=played.wrong,
        most_wrong=played.most_wrong,
        customers=len(set(played.automatic.values())),
        messages=len(world.deliveries),
        process_us=played.process_us,
    )


def added(found: list[Scores]) -> Scores:
    """Several seeds as one."""
    total = {name: sum(getattr(one, name) for one in found) for name in Scores.__slots__}
    total["most_wrong"] = max(one.most_wrong for one in found)
    total["process_us"] /= len(found)
    return Scores(**total)


def _together(customers: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    groups: dict[int, list[int]] = defaultdict(list)
    for identity_id, customer_id in customers.items():
        groups[customer_id].append(identity_id)
    for group in groups.values():
        yield from combinations(sorted(group), 2)


def _traced(world: World, met: Mapping[int, int]) -> set[tuple[int, int]]:
    """Pairs of one person's identities that traces lead between, one after another. What several own counts for none:
    it can stand on one card only."""
    beside: dict[tuple[int, int], set[int]] = defaultdict(set)
    for person, left, right in world.traces:
        if left in met and right in met and len(world.owners[left]) == len(world.owners[right]) == 1:
            beside[person, left].add(right)
            beside[person, right].add(left)
    found: set[tuple[int, int]] = set()
    for person, start in beside:
        seen, frontier = {start}, [start]
        while frontier:
            for other in beside[person, frontier.pop()] - seen:
                seen.add(other)
                frontier.append(other)
        found |= {(start, other) for other in seen if start < other}
    return found
