"""Votes as a snapshot keeps them: packed in blocks that are written once, because votes don't change but are forgotten.

Only which outage a vote belongs to does change; that is kept beside the blocks.
"""

from collections.abc import Iterator, Sequence
from sys import intern

import msgspec

from channelhub.rules.outage.votes import Vote

_BLOCK = 4096  # votes: some 300 kB


class VoteBlock(msgspec.Struct, frozen=True, array_like=True):
    """Consecutive votes, packed. `first` and `last` are their numbers in `Counters`."""

    first: int
    last: int
    votes: bytes


class _Packed(msgspec.Struct, array_like=True):
    """`words` are all texts of the block; votes name them by their places in it."""

    words: list[str]
    votes: list["_PackedVote"]


class _PackedVote(msgspec.Struct, array_like=True, gc=False):
    message_id: int
    at_us: int
    customer: int
    origin: int
    channel: int
    language: int
    problem: float
    length: int
    terms: tuple[int, ...]
    stale: tuple[int, ...]


_decoder = msgspec.msgpack.Decoder(_Packed)


def pack(votes: Sequence[Vote], first: int) -> tuple[VoteBlock, ...]:
    """The votes in blocks; `first` is the number of the first of them."""
    blocks = []
    for at in range(0, len(votes), _BLOCK):
        part = votes[at : at + _BLOCK]
        blocks.append(VoteBlock(first=first + at, last=first + at + len(part) - 1, votes=_packed(part)))
    return tuple(blocks)


def unpack(block: VoteBlock) -> Iterator[Vote]:
    """The votes of a block, none of them in an outage. Raises msgspec.DecodeError where it holds none."""
    packed = _decoder.decode(block.votes)
    words = [intern(word) for word in packed.words]
    for one in packed.votes:
        yield Vote(
            message_id=one.message_id,
            at_us=one.at_us,
            customer=one.customer,
            origin=words[one.origin],
            channel=words[one.channel],
            language=words[one.language],
            problem=one.problem,
            words=one.length,
            terms=tuple([words[term] for term in one.terms]),
            stale=tuple([words[term] for term in one.stale]),
        )


def _packed(votes: Sequence[Vote]) -> bytes:
    places: dict[str, int] = {}

    def place(word: str) -> int:
        return places.setdefault(word, len(places))

    packed = [
        _PackedVote(
            message_id=vote.message_id,
            at_us=vote.at_us,
            customer=vote.customer,
            origin=place(vote.origin),
            channel=place(vote.channel),
            language=place(vote.language),
            problem=vote.problem,
            length=vote.words,
            terms=tuple(map(place, vote.terms)),
            stale=tuple(map(place, vote.stale)),
        )
        for vote in votes
    ]
    return msgspec.msgpack.encode(_Packed(words=list(places), votes=packed))
