"""What the affected have in common: values that are far more frequent among them than among everybody else.

A share alone says little: nine of ten pay by card on any day. Each value is compared with its share among the customers
who wrote in the days before and are not affected, by Fisher's exact test (one-sided: the hypergeometric tail), and the
probability is multiplied by the number of values looked at (Bonferroni), so that trying many finds none by chance.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma
from typing import Final

from channelhub.domain import journeys

MOST: Final = 8
ACCOUNT: Final = "account"  # told only where it says more than the channel
MIN_AFFECTED: Final = 4  # customers with the value …
MIN_SHARE: Final = 0.25  # … who are at least this share of the affected whose value is known
MIN_OTHERS: Final = 20  # customers to compare with
MIN_LIFT: Final = 1.5
MAX_P: Final = 0.01
MAX_NAMES: Final = 60  # of attributes that are compared, the most widely known ones
_LONGEST_VALUE: Final = 100  # characters; longer ones are stories, not values
_ENOUGH: Final = 1e-18  # a term so small beside the sum ends it

Traits = Mapping[str, str]  # of one customer: attribute → value


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonTrait:
    """A value that stands out. Counts are customers; `known` ones say anything for the attribute.

    `lift`: how many times as frequent as among the others; where none of them has it, as if one had. `p`: how likely
    chance alone would bring so many, corrected for everything that was looked at.
    """

    name: str
    value: str
    affected: int
    affected_known: int
    others: int
    others_known: int
    lift: float
    p: float


def traits_of(attributes: Mapping[str, str]) -> dict[str, str]:
    """Attributes as they are compared: names in one spelling, values that can be shared by many."""
    found = {}
    for name, value in attributes.items():
        plain, said = _plain(name), " ".join(value.split())
        if plain and said and len(said) <= _LONGEST_VALUE:
            found[plain] = said
    return found


def happened(name: str, attributes: Mapping[str, str]) -> dict[str, str]:
    """What a journey event says of a customer: its attributes, and as `last_payment` that it was a `payment.failed`."""
    return traits_of(attributes) | ({f"last_{journeys.family(name)}": name} if name else {})


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return "_".join(name.lower().split())


def first_known(said: Iterable[tuple[int, Traits]]) -> dict[int, Traits]:
    """One set of traits for each customer: whoever says something of an attribute first decides."""
    found: dict[int, dict[str, str]] = {}
    for customer, traits in said:
        known = found.setdefault(customer, {})
        for name, value in traits.items():
            if value:
                known.setdefault(name, value)
    return dict(found)


def common_traits(affected: Sequence[Traits], others: Sequence[Traits]) -> tuple[CommonTrait, ...]:
    """The values that stand out among the affected, the least likely first; at most `MOST`.

    Of values that are the same customers (a channel and its only account) one is told.
    """
    counts, known = _counted(affected)
    usual, usual_known = _counted(others)
    names = {name for name, _ in known.most_common(MAX_NAMES) if usual_known[name] >= MIN_OTHERS}
    looked_at = sorted((name, value) for name, value in counts if name in names)
    found = []
    for name, value in looked_at:
        trait = _judged(name, value, counts[name, value], known[name], usual[name, value], usual_known[name])
        if trait is not None and (p := min(1.0, trait.p * len(looked_at))) <= MAX_P:
            found.append((p, -trait.lift, name == ACCOUNT, name, value, trait))
    found.sort(key=lambda one: one[:5])
    corrected = [_with_p(trait, p) for p, *_, trait in found]
    return tuple(_distinct(corrected, affected))[:MOST]


def _counted(customers: Iterable[Traits]) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    counts: Counter[tuple[str, str]] = Counter()
    known: Counter[str] = Counter()
    for traits in customers:
        counts.update(traits.items())
        known.update(traits.keys())
    return counts, known


def _judged(name: str, value: str, count: int, known: int, usual: int, usual_known: int) -> CommonTrait | None:
    """None where too few have it, or it is about as usual."""
    if count < MIN_AFFECTED or count < MIN_SHARE * known:
        return None
    lift = (count / known) / (max(usual, 1) / usual_known)
    if lift < MIN_LIFT:
        return None
    return CommonTrait(
        name=name,
        value=value,
        affected=count,
        affected_known=known,
        others=usual,
        others_known=usual_known,
        lift=lift,
        p=tail(count, drawn=known, marked=count + usual, total=known + usual_known),
    )


def tail(at_least: int, *, drawn: int, marked: int, total: int) -> float:
    """How likely `drawn` of `total`, taken blindly, hold at least so many of the `marked` ones."""
    least, most = max(drawn + marked - total, 0), min(drawn, marked)
    if at_least <= least:
        return 1.0
    if at_least > most:
        return 0.0
    if at_least < (drawn + 1) * (marked + 1) // (total + 2):  # below the likeliest count the terms still grow
        return 1.0 - tail(drawn - at_least + 1, drawn=drawn, marked=total - marked, total=total)
    term = exp(
        _log_choose(marked, at_least) + _log_choose(total - marked, drawn - at_least) - _log_choose(total, drawn)
    )
    whole = 0.0
    for count in range(at_least, most + 1):
        whole += term
        term *= (marked - count) * (drawn - count) / ((count + 1) * (total - marked - drawn + count + 1))
        if term < whole * _ENOUGH:
            break
    return min(1.0, whole)


def _log_choose(of: int, some: int) -> float:
    return lgamma(of + 1) - lgamma(some + 1) - lgamma(of - some + 1)


def _with_p(trait: CommonTrait, p: float) -> CommonTrait:
    return CommonTrait(
        name=trait.name,
        value=trait.value,
        affected=trait.affected,
        affected_known=trait.affected_known,
        others=trait.others,
        others_known=trait.others_known,
        lift=round(trait.lift, 2),
        p=p,
    )


def _distinct(found: Iterable[CommonTrait], affected: Sequence[Traits]) -> list[CommonTrait]:
    seen: set[tuple[int, int, frozenset[int]]] = set()
    kept = []
    for trait in found:
        who = frozenset(place for place, traits in enumerate(affected) if traits.get(trait.name) == trait.value)
        same = (trait.others, trait.others_known, who)
        if same not in seen:
            seen.add(same)
            kept.append(trait)
    return kept
