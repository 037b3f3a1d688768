"""Where an answer goes that was not read in its chat: to an address that its visitor left there."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.domain.people import Identity, Link, Suggestion

KIND = "email"
MAX_FILES_BYTES = 18 * 1024 * 1024  # in base64 they fit into the 25 MiB that mail servers commonly take


def address(
    visitor_id: int, links: Iterable[Link], suggestions: Iterable[Suggestion], known: Mapping[int, Identity]
) -> Identity | None:
    """The visitor's mail address: one that is verified, else the one they typed last; none that an agent rejected.

    A typed one is only claimed, and gets nothing but a copy of what can be read in the chat where it was typed.
    """
    verified = [
        (one.at_us, other)
        for one in links
        if one.revoked_us is None and (other := _other(one.left_id, one.right_id, visitor_id, known)) is not None
    ]
    typed = [
        (one.at_us, other)
        for one in suggestions
        if one.state in ("open", "shared")
        and (other := _other(one.left_id, one.right_id, visitor_id, known)) is not None
    ]
    return max(verified or typed, key=lambda found: (found[0], found[1].id), default=(0, None))[1]


def _other(left_id: int, right_id: int, visitor_id: int, known: Mapping[int, Identity]) -> Identity | None:
    """The mail address at the other end."""
    if visitor_id not in (left_id, right_id):
        return None
    other = known.get(right_id if left_id == visitor_id else left_id)
    return other if other is not None and other.key.kind == KIND else None


def words(answers: Sequence[Outbound]) -> str:
    """What was answered, the oldest first."""
    return "\n\n".join(one.text.strip() for one in answers if one.text.strip())


def files(answers: Sequence[Outbound]) -> tuple[OutgoingFile, ...]:
    """The answers' files, as many as a mail takes."""
    found: list[OutgoingFile] = []
    size = 0
    for one in (file for answer in answers for file in answer.attachments):
        if size + one.size <= MAX_FILES_BYTES:
            found.append(one)
            size += one.size
    return tuple(found)


def is_ours(address: str, own: Collection[str]) -> bool:
    """Whether a mail to it would come back to us."""
    return address.casefold() in own
