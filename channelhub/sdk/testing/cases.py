"""The cases that a channel may not have: each is played by the rig, or declared with its reason."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from enum import StrEnum
from typing import Protocol, TypeVar

import pytest

LEAST_REASON_CHARS = 12


class Case(StrEnum):
    """What some channels can't do to us. Whatever isn't named here happens on every channel."""

    REORDERED = "messages out of order"
    LOST_ACKNOWLEDGEMENT = "a lost acknowledgement"
    UNKNOWN_EVENT = "an event of an unknown shape"
    DAMAGED_EVENT = "a damaged event"
    EDIT = "an edited message"
    DELETION = "a deleted message"
    OVERSIZE = "an oversize delivery"
    LINK = "a link to another host"
    FILE = "a file that a message names"
    FILE_ELSEWHERE = "a file at another host"
    MISSING_PROOF = "a delivery without proof"
    FALSE_PROOF = "a forged delivery"
    STOLEN_PROOF = "a proof of other bytes"
    OLD_PROOF = "a replayed delivery"
    ASK_RATE_LIMITED = "asking: 429 with Retry-After"
    ASK_SERVER_ERROR = "asking: 5xx"
    ASK_HANGS = "asking: no answer"
    ASK_TRUNCATED = "asking: an answer cut off"
    ASK_HTML = "asking: a page instead of an answer"
    ASK_RESET = "asking: a connection reset"
    ASK_UNTRUSTED = "asking: a certificate that nobody trusts"
    ASK_BAD_DAY = "asking: half of all requests fail"
    SEND_REFUSED = "sending: connections refused"
    SEND_LOST_ANSWER = "sending: a lost answer"
    SEND_RATE_LIMITED = "sending: 429 with Retry-After"
    SEND_SERVER_ERROR = "sending: 5xx"
    SEND_HANGS = "sending: no answer"
    SEND_TRUNCATED = "sending: an answer cut off"
    SEND_HTML = "sending: a page instead of an answer"
    SEND_RESET = "sending: a connection reset"
    SEND_UNTRUSTED = "sending: a certificate that nobody trusts"
    FILE_OF_OURS = "a file of ours"


#: Files that messages only name.
FILES = (Case.FILE, Case.FILE_ELSEWHERE)
#: A delivery of somebody else, for a connector that is called.
PROOFS = (Case.MISSING_PROOF, Case.FALSE_PROOF, Case.STOLEN_PROOF, Case.OLD_PROOF)
#: Bad days of a vendor that the connector asks for messages.
ASKING = tuple(case for case in Case if case.name.startswith("ASK_"))
#: Bad days of a vendor that the connector sends through.
SENDING = tuple(case for case in Case if case.name.startswith("SEND_"))
#: What a service over HTTP can answer, and a mail server can't.
HTTP_ONLY = (
    Case.ASK_RATE_LIMITED,
    Case.ASK_HTML,
    Case.SEND_RATE_LIMITED,
    Case.SEND_HTML,
)


class Declaring(Protocol):
    """What a rig declares."""

    @property
    def not_applicable(self) -> Mapping[Case, str]: ...


Rigged = TypeVar("Rigged", bound=Declaring)


class NotPlayed(Exception):
    """The rig hasn't got what a case needs; `needs` is the method or attribute to give it."""

    def __init__(self, needs: str) -> None:
        super().__init__(f"the rig has no {needs}")
        self.needs = needs


def because(reason: str, *cases: Case) -> dict[Case, str]:
    """One reason for several cases: `not_applicable = because("we are called, and ask for nothing", *ASKING)`."""
    return dict.fromkeys(cases, reason)


@asynccontextmanager
async def playing(channel: AbstractAsyncContextManager[Rigged], case: Case) -> AsyncIterator[Rigged]:
    """The entered rig of a test of this case; skips the test where the rig declares that its channel can't have it.

    Fails where the rig neither plays the case nor declares it.
    """
    declared = getattr(channel, "not_applicable", None)
    if declared is not None:
        skip_if_declared(declared, case)  # before a server is started for nothing
    async with channel as rig:
        skip_if_declared(rig.not_applicable, case)
        try:
            yield rig
        except NotPlayed as exc:
            raise AssertionError(
                f"the rig doesn't play {case.value!r}: give it {exc.needs}, or say in not_applicable[Case.{case.name}] "
                "why this channel can't have it"
            ) from exc


def skip_if_declared(not_applicable: Mapping[Case, str], case: Case) -> None:
    """Skip the test where the rig declares that its channel can't have this case. Fails where it doesn't say why."""
    reason = not_applicable.get(case)
    if reason is None:
        return
    assert len(reason) >= LEAST_REASON_CHARS, f"not_applicable[Case.{case.name}] has to say why: {reason!r}"
    pytest.skip(f"n.a.: {reason}")
