"""What becomes of a message that we sent, as reports come in, in whatever order."""

from collections.abc import Iterable

from channelhub.domain.outbound import OutboxState as S

#: A later one in this list says more than an earlier one. A failure counts more than a relay's word that it was
#: delivered; who read it, has it.
_ORDER = (S.UNCERTAIN, S.SENT, S.DELAYED, S.DELIVERED, S.FAILED, S.READ)


def state_after(state: S, reported: Iterable[S]) -> S:
    """The state once these reports are known. What waits to be sent, or is being sent, stays as it is."""
    if state not in _ORDER:
        return state
    return max((state, *reported), key=_ORDER.index)
