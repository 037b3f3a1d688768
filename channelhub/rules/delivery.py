"""What becomes of a message that we sent, as reports come in, in whatever order."""

from collections.abc import Iterable

from channelhub.domain.outbound import OutboxState as S
from channelhub.domain.outbound import SentParts

#: A later one in this list says more than an earlier one. A failure counts more than a relay's word that it was
#: delivered; who read it, has it.
_ORDER = (S.UNCERTAIN, S.SENT, S.DELAYED, S.DELIVERED, S.FAILED, S.READ)


def state_after(state: S, reported: Iterable[S]) -> S:
    """The state once these reports are known. What waits to be sent, or is being sent, stays as it is."""
    if state not in _ORDER:
        return state
    return max((state, *reported), key=_ORDER.index)


def state_of_parts(state: S, reported: Iterable[tuple[str, S]], parts: SentParts) -> S:
    """The same for an answer in several messages; each report with the name of the part that it is about, or none.

    One part that failed makes the answer failed, whatever is said of the others. It is delivered and read as its last
    part is. That a part was sent says nothing of an answer of which parts are missing.
    """
    if state not in _ORDER:
        return state
    own: dict[str, S] = {}
    whole: list[S] = []  # also: that a part is late
    for name, status in reported:
        if name and name in parts.names:
            own[name] = state_after(own.get(name, S.UNCERTAIN), [status])
            whole += [status] if status is S.DELAYED else []
        elif (parts.is_whole and (not name or "" in parts.names)) or (status is S.FAILED and not name):
            whole.append(status)
    if S.FAILED in own.values():
        return S.FAILED
    if not parts.is_whole:
        return state_after(state, [one for one in whole if one is S.FAILED])
    before = S.SENT if state is S.FAILED and S.READ in own.values() else state
    return state_after(before, [*whole, own.get(parts.last, before)])


def which_part(name: str, parts: SentParts) -> str:
    """`part 2 of 3`; empty where the name is none of theirs."""
    return f"part {parts.names.index(name) + 1} of {parts.total}" if name and name in parts.names else ""
