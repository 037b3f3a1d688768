"""Votes as a snapshot keeps them: packed in blocks that are written once, because votes don't change but are forgotten.

Only which outage a vote belongs to does change; that is kept beside the blocks.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from sys import intern

import msgspec

from channelhub.rules.outage.votes import Vote

_BLOCK = 4096  # votes: some 300 kB


class VoteBlock(msgspec.Struct, frozen=True, array_like=True):
    """Consecutive votes, packed. `first` and `last` are their numbers in `Counters`."""

    first: int
    last: int
    votes: bytes


class _Packed(msgspec.Struct, array_like=True, frozen=True):
    """A list for each field, with an entry for each vote. `texts` has every text once; the others name its places."""

    texts: list[str]
    message_ids: list[int]
    at_us: list[int]
    customers: list[int]
    origins: list[int]
    channels: list[int]
    terms: list[tuple[int, ...]]
    problems: list[float]
    words: list[int]
    languages: list[int]
    stale: dict[int, tuple[int, ...]]  # of the votes that have any, by their place in the block


_decoder = msgspec.msgpack.Decoder(_Packed)


def pack(votes: Sequence[Vote], first: int) -> tuple[VoteBlock, ...]:
    """The votes in blocks; `first` is the number of the first of them."""
    blocks = []
    for at in range(0, len(votes), _BLOCK):
        part = votes[at : at + _BLOCK]
        blocks.append(VoteBlock(first=first + at, last=first + at + len(part) - 1, votes=_packed(part)))
    return tuple(blocks)


def unpack(block: VoteBlock) -> list[Vote]:
    """The votes of a block, none of them in an outage. Raises msgspec.DecodeError where it holds none.

    It is field by field because a restart waits for a million of them.
    """
    packed = _decoder.decode(block.votes)
    text = [intern(text) for text in packed.texts].__getitem__
    votes = list(
        map(
            Vote,
            packed.message_ids,
            packed.at_us,
            packed.customers,
            map(text, packed.origins),
            map(text, packed.channels),
            [tuple(map(text, places)) for places in packed.terms],
            packed.problems,
            packed.words,
            map(text, packed.languages),
        )
    )
    for at, places in packed.stale.items():
        votes[at].stale = tuple(map(text, places))
    return votes


def joined(blocks: Iterable[VoteBlock], first: int, following: int, held: Mapping[int, int]) -> list[Vote]:
    """The votes from number `first` up to before `following`; `held` says by number which outage one is in.

    Raises ValueError where one is missing.
    """
    votes: list[Vote] = []
    for block in sorted(blocks, key=lambda block: block.first):
        at = first + len(votes)
        if block.last < at or block.first >= following:
            continue
        if block.first > at:
            break
        votes += islice(unpack(block), at - block.first, following - block.first)
    if len(votes) != following - first:
        raise ValueError("an outage snapshot misses some of its votes")
    for number, outage_id in held.items():
        votes[number - first].outage_id = outage_id
    return votes


def _packed(votes: Sequence[Vote]) -> bytes:
    places: dict[str, int] = {}

    def place(text: str) -> int:
        return places.setdefault(text, len(places))

    packed = _Packed(
        texts=[],
        message_ids=[vote.message_id for vote in votes],
        at_us=[vote.at_us for vote in votes],
        customers=[vote.customer for vote in votes],
        origins=[place(vote.origin) for vote in votes],
        channels=[place(vote.channel) for vote in votes],
        terms=[tuple(map(place, vote.terms)) for vote in votes],
        problems=[vote.problem for vote in votes],
        words=[vote.words for vote in votes],
        languages=[place(vote.language) for vote in votes],
        stale={at: tuple(map(place, vote.stale)) for at, vote in enumerate(votes) if vote.stale},
    )
    packed.texts.extend(places)
    return msgspec.msgpack.encode(packed)
