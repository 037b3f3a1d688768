"""Finds the topics of complaints: the words that say most about most of them, taken greedily.

Each round takes the key, or the pair of keys that come together more than by chance, that explains the most: the number
of complaints that have it times the bits that knowing it is worth. It is grown by the words that come with it, its
complaints are taken out, and the next round sees what is left. Concepts let three languages meet.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from itertools import combinations
from math import log2
from typing import Final

from channelhub.content.features import is_concept
from channelhub.rules.topics.model import MOST_KEYS, WEEK_US, Member, Said, Topic, Weeks

MOST_TOPICS: Final = 50
LEAST_CUSTOMERS: Final = 3
MOST_OF_CUSTOMER: Final = 3  # complaints of one customer in a week
MOST_OF_ORIGIN: Final = 3  # unverified complaints of one origin in a day: a mail provider's network has many people
_DAY_US: Final = WEEK_US // 7
_LEAST_LIFT: Final = 1.5
_GROWN_SHARE, _GROWN_LIFT, _MOST_GROWN = 0.2, 2.0, 6
_STEM_WORTH: Final = 0.7  # of a concept's, which speaks for three languages
_OTHERS: Final = 20  # complaints of anything else that are added in thought: a few of one matter say what it is, too
_Item = tuple[str, ...]  # one key or two


def group(said: Iterable[Said], *, now_us: int, weeks: int) -> Weeks:
    """The topics of the last `weeks` weeks; a week is seven days, and the newest one ends now.

    Nobody makes a topic alone: of one customer three complaints in a week count, of one unverified origin three in
    a day, of one text one.
    """
    within = [one for one in said if 0 <= (now_us - one.at_us) // WEEK_US < weeks]
    within.sort(key=lambda one: (one.at_us, one.message_id))
    wrote: list[set[int]] = [set() for _ in range(weeks)]
    complained: list[set[int]] = [set() for _ in range(weeks)]
    for one in within:
        wrote[(now_us - one.at_us) // WEEK_US].add(one.customer)
    complaints = list(_fair(within, now_us))
    for one in complaints:
        complained[(now_us - one.at_us) // WEEK_US].add(one.customer)
    topics = _Grouping(complaints, now_us).topics()
    return Weeks(wrote=[len(one) for one in wrote], complained=[len(one) for one in complained], topics=topics)


def _fair(said: Sequence[Said], now_us: int) -> Iterator[Said]:
    """The complaints that count."""
    customers: Counter[tuple[int, int]] = Counter()
    origins: Counter[tuple[int, str]] = Counter()
    templates: set[tuple[int, str]] = set()
    for one in said:
        week, day = (now_us - one.at_us) // WEEK_US, (now_us - one.at_us) // _DAY_US
        if not one.keys or customers[week, one.customer] >= MOST_OF_CUSTOMER:
            continue
        if one.origin and origins[day, one.origin] >= MOST_OF_ORIGIN:
            continue
        if one.template and (week, one.template) in templates:
            continue
        customers[week, one.customer] += 1
        origins[day, one.origin] += 1
        templates.add((week, one.template))
        yield one


class _Grouping:
    """`_left` are the complaints that no topic has yet, by their places; counts are of those."""

    def __init__(self, complaints: Sequence[Said], now_us: int) -> None:
        self._complaints = complaints
        self._now_us = now_us
        common = Counter(key for one in complaints for key in one.keys)
        self._keys = [_telling(one.keys, common) for one in complaints]
        self._total = len(complaints) + _OTHERS
        self._usual = common
        self._left = set(range(len(complaints)))
        self._places: dict[str, set[int]] = {}
        every: Counter[_Item] = Counter()
        for place, keys in enumerate(self._keys):
            every.update(_items(keys))
            for key in keys:
                self._places.setdefault(key, set()).add(place)
        self._bits = {item: self._worth(item, count) for item, count in every.items() if count >= LEAST_CUSTOMERS}
        self._counts = {item: every[item] for item, bits in self._bits.items() if bits > 0}
        self._best = [(-count * self._bits[item], item) for item, count in self._counts.items()]
        heapify(self._best)

    def topics(self) -> list[Topic]:
        found: list[Topic] = []
        while len(found) < MOST_TOPICS and (item := self._next()):
            places = self._having(item)
            if len({self._complaints[place].customer for place in places}) < LEAST_CUSTOMERS:
                continue
            keys = self._grown(item, places)
            places |= self._attached(item, keys)
            found.append(self._topic(keys, places))
            self._take(places)
        return found

    def _next(self) -> _Item | None:
        """What explains the most of what is left. Counts only fall, so what stood highest is counted anew and put back
        until one keeps its place."""
        while self._best:
            worth, item = heappop(self._best)
            count = self._counts[item]
            now = -count * self._bits[item]
            if now == worth:
                return item
            if count >= LEAST_CUSTOMERS:
                heappush(self._best, (now, item))
        return None

    def _worth(self, item: _Item, count: int) -> float:
        """The bits that knowing these keys is worth; none for a pair that comes together by chance."""
        if len(item) == 2:
            first, second = (self._usual[key] for key in item)
            if count * self._total < _LEAST_LIFT * first * second:
                return 0.0
        return sum(log2(self._total / self._usual[key]) * (1.0 if is_concept(key) else _STEM_WORTH) for key in item)

    def _having(self, item: _Item) -> set[int]:
        return set.intersection(*(self._places[key] for key in item)) & self._left

    def _grown(self, item: _Item, places: set[int]) -> dict[str, float]:
        """The keys of the item with those that come with it, and their weights."""
        weights = dict.fromkeys(item, 1.0)
        beside = Counter(key for place in places for key in self._keys[place])
        ranked = []
        for key, count in beside.items():
            share = count / len(places)
            lift = share * self._total / self._usual[key]
            if key not in weights and share >= _GROWN_SHARE and lift >= _GROWN_LIFT:
                ranked.append((-share, key))
        return weights | {key: -share for share, key in sorted(ranked)[:_MOST_GROWN]}

    def _attached(self, item: _Item, keys: dict[str, float]) -> set[int]:
        """Complaints with one of the item's keys and another of the topic's."""
        return {
            place
            for key in item
            for place in self._places[key] & self._left
            if sum(other in keys for other in self._keys[place]) >= 2
        }

    def _topic(self, keys: dict[str, float], places: set[int]) -> Topic:
        members = []
        for place in sorted(places):
            one = self._complaints[place]
            members.append(
                Member(
                    message_id=one.message_id,
                    customer=one.customer,
                    week=(self._now_us - one.at_us) // WEEK_US,
                    language=one.language,
                    channel=one.channel,
                    fit=sum(keys.get(key, 0.0) for key in self._keys[place]),
                )
            )
        return Topic(keys=keys, members=members)

    def _take(self, places: set[int]) -> None:
        self._left -= places
        for place in places:
            for item in _items(self._keys[place]):
                if item in self._counts:
                    self._counts[item] -= 1


def _telling(keys: Sequence[str], common: Counter[str]) -> tuple[str, ...]:
    """The keys that others have too, concepts first, then the commoner stems."""
    shared = {key for key in keys if common[key] >= LEAST_CUSTOMERS}
    ranked = sorted(shared, key=lambda key: (not is_concept(key), -common[key], key))
    return tuple(sorted(ranked[:MOST_KEYS]))


def _items(keys: Sequence[str]) -> Iterator[_Item]:
    for key in keys:
        yield (key,)
    yield from combinations(keys, 2)
