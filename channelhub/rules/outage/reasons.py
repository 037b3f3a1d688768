"""Why something was decided about an outage: codes with their parameters, as they are stored.

`phrasing` says them in a reader's language. The detector knows terms as stems and concept ids; before reasons are
stored, `in_words` puts in the words that customers used.
"""

from collections.abc import Iterable, Mapping

import msgspec

from channelhub.content.lexicon import without_mark


class Reason(msgspec.Struct, frozen=True, kw_only=True, tag_field="code"):
    """One reason. The tag is its code."""


class Burst(Reason, frozen=True, kw_only=True, tag="burst"):
    """So many different customers within the window, where so many were to be expected at that time's traffic.

    `background` is the usual share of messages that fit the outage's words.
    """

    customers: int
    window_min: int
    expected: float
    background: float = 0.0


class SharedTerms(Reason, frozen=True, kw_only=True, tag="shared_terms"):
    """The telling terms, the heaviest first. `similarity` is 0 to 1: 1 has as much of the outage's wording as its
    average report had when it was last judged; None where it says what the outage itself is about."""

    terms: tuple[str, ...]
    similarity: float | None = None


class Channels(Reason, frozen=True, kw_only=True, tag="channels"):
    """How many reports came on which channel."""

    reports: dict[str, int]


class BeforeNoticed(Reason, frozen=True, kw_only=True, tag="before_noticed"):
    """One of the reports by which the outage was noticed."""


class SameBurst(Reason, frozen=True, kw_only=True, tag="same_burst"):
    """Shares none of the telling words, but belongs to the reports that burst with them."""


class NamesNothing(Reason, frozen=True, kw_only=True, tag="names_nothing"):
    """Names no matter, but came while this was reported more densely than anything else."""


class Grew(Reason, frozen=True, kw_only=True, tag="grew"):
    """The distinct customers doubled since the last time."""

    customers: int
    channels: int


class SameMatter(Reason, frozen=True, kw_only=True, tag="same_matter"):
    """Another outage has the same words or the same reports."""

    outage_id: int
    terms: tuple[str, ...]


class Quiet(Reason, frozen=True, kw_only=True, tag="quiet"):
    """Nobody reported it for so long."""

    hours: float


class WentOn(Reason, frozen=True, kw_only=True, tag="went_on"):
    """So many different customers reported it again, so long after a person said that it was mended or over."""

    customers: int
    minutes: int


class ByRule(Reason, frozen=True, kw_only=True, tag="by_rule"):
    """Confirmed by a rule that was switched on: at_once, customers, channels, score (with the figure), or alert."""

    rule: str
    value: float = 0


class Escalated(Reason, frozen=True, kw_only=True, tag="escalated"):
    """So many different customers, weighed by their class, reach a level."""

    level: str
    customers: int
    weighed: float


class ByPerson(Reason, frozen=True, kw_only=True, tag="by_person"):
    """A person decided so. `action` is one of rules.outage.lifecycle or of the people's commands."""

    action: str


#: A text is a reason as a release before stored it: English words.
AnyReason = (
    str
    | Burst
    | SharedTerms
    | Channels
    | BeforeNoticed
    | SameBurst
    | NamesNothing
    | Grew
    | SameMatter
    | Quiet
    | WentOn
    | ByRule
    | Escalated
    | ByPerson
)
Reasons = tuple[AnyReason, ...]


def terms_of(reasons: Iterable[AnyReason]) -> set[str]:
    """The terms that some reasons speak of."""
    return {term for reason in reasons if isinstance(reason, SharedTerms | SameMatter) for term in reason.terms}


def in_words(reasons: Reasons, words: Mapping[str, str]) -> Reasons:
    """The same reasons with customers' words for terms. A term without a word stands for itself."""
    return tuple(
        msgspec.structs.replace(reason, terms=distinct_words(reason.terms, words))
        if isinstance(reason, SharedTerms | SameMatter)
        else reason
        for reason in reasons
    )


def distinct_words(terms: Iterable[str], words: Mapping[str, str]) -> tuple[str, ...]:
    """The word for each term; several terms may be one word."""
    return tuple(dict.fromkeys(words.get(term) or without_mark(term) for term in terms))


_decoder = msgspec.json.Decoder(Reasons)


def encoded(reasons: Reasons) -> str:
    """As they are stored: a JSON list."""
    return msgspec.json.encode(reasons).decode()


def decoded(stored: str) -> Reasons:
    """What `encoded` stored, in this release or one before."""
    return _decoder.decode(stored)
