"""Similar messages: what an agent sees beside a contact, and how a membership is explained.

An inverted index finds at most 64 candidates by the words they share, rarer words counting more; only those are
compared as texts. Comparing with every recent message would cost a hundred times as much and rank no better.
"""

from collections import deque
from dataclasses import dataclass
from heapq import nlargest
from math import log

from rapidfuzz.fuzz import token_set_ratio

from channelhub.content.features import Features

MAX_CANDIDATES = 64
_POSTINGS = 256  # newest messages kept per term: more would only make the term's weight smaller
_TEXT_CHARS = 400
_EVERYWHERE = 0.2  # a term in more than this share of messages finds nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """`score` is 0 to 1; `shared_terms` are the common stems and concepts, the most telling first."""

    id: int
    score: float
    shared_terms: tuple[str, ...]


class SimilarIndex:
    """The newest `max_messages` messages. Memory is bounded by it; `nearest` costs the same however full it is."""

    def __init__(self, max_messages: int = 50_000) -> None:
        self._max_messages = max_messages
        self._messages: dict[int, tuple[tuple[str, ...], str]] = {}  # oldest first
        self._postings: dict[str, deque[int]] = {}
        self._counts: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._messages)

    def add(self, id: int, features: Features, text: str) -> None:  # noqa: A002
        """Put a message in. Adding the same id again replaces it."""
        if id in self._messages:
            self._remove(id)
        elif len(self._messages) >= self._max_messages:
            self._remove(next(iter(self._messages)))
        self._messages[id] = (features.terms, text[:_TEXT_CHARS].lower())
        for term in features.terms:
            self._postings.setdefault(term, deque(maxlen=_POSTINGS)).append(id)
            self._counts[term] = self._counts.get(term, 0) + 1

    def nearest(self, features: Features, text: str, limit: int) -> list[Similar]:
        """The most similar messages, best first; those that share no telling word are not among them."""
        weights = self._weights(features.terms)
        found: dict[int, float] = {}
        for term, weight in weights.items():
            for id_ in self._postings.get(term, ()):
                found[id_] = found.get(id_, 0.0) + weight
        own = text[:_TEXT_CHARS].lower()
        whole = sum(weights.values()) or 1.0
        ranked = []
        for id_, weight in nlargest(MAX_CANDIDATES, found.items(), key=lambda pair: (pair[1], pair[0])):
            terms, other = self._messages[id_]
            shared = tuple(sorted((t for t in terms if t in weights), key=lambda t: (-weights[t], t)))
            alike = (weight / whole + token_set_ratio(own, other) / 100) / 2
            ranked.append(Similar(id=id_, score=round(min(1.0, alike), 4), shared_terms=shared))
        ranked.sort(key=lambda similar: (-similar.score, -similar.id))
        return ranked[:limit]

    def _weights(self, terms: tuple[str, ...]) -> dict[str, float]:
        total = len(self._messages)
        common = max(2.0, _EVERYWHERE * total)
        return {
            term: log(1 + total / self._counts[term])
            for term in terms
            if term in self._counts and (self._counts[term] <= common or total < 10)
        }

    def _remove(self, id_: int) -> None:
        terms, _ = self._messages.pop(id_)
        for term in terms:
            self._counts[term] -= 1
            posting = self._postings[term]
            if posting and posting[0] == id_:
                posting.popleft()
            elif id_ in posting:
                posting.remove(id_)
            if not self._counts[term]:
                del self._counts[term], self._postings[term]
