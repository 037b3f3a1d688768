"""What `send` says when the vendor fails: whether the message surely wasn't taken, never will be, or may have been."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import ClassVar

import pytest

from channelhub.domain.outbound import OutgoingFile
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from channelhub.sdk.testing.cases import Case, playing, skip_if_declared
from channelhub.sdk.testing.faults import Fault
from channelhub.sdk.testing.hub import MemoryHub
from channelhub.sdk.testing.receiving import TEXT
from channelhub.sdk.testing.rig import Rig, SenderRig
from channelhub.sdk.testing.supervised import running
from channelhub.sdk.testing.vendor import RETRY_AFTER_S

SEND_DEADLINE_S = 30.0
_PNG = (
    b"\x89PNG\r\n\x1a\n"
    b"\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\xdac\xf8\x0f\x00\x01\x01\x01\x00\x1c\xb0\x8c\x99"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
#: A picture of one pixel, which every channel with files takes.
FILE = OutgoingFile(
    filename="лампа.png",
    content_type="image/png",
    size=len(_PNG),
    sha256=hashlib.sha256(_PNG).hexdigest(),
    content=_PNG,
)
#: After these nobody can have taken the message.
SURE_REFUSALS = frozenset({Fault.RATE_LIMITED, Fault.UNTRUSTED})


class SendingContract:
    """See SenderContract."""

    rig: ClassVar[Callable[[], AbstractAsyncContextManager[Rig]]]

    @pytest.mark.asyncio
    async def test_sends_once_what_it_is_given(self) -> None:
        async with type(self).rig() as rig, MemoryHub() as hub:
            async with running(rig, hub):
                failure = await _send(sender(rig), hub)

            assert failure is None, f"send() raised {failure!r}"
            assert list(sender(rig).sent()) == [TEXT]

    @pytest.mark.asyncio
    async def test_unavailable_when_the_channel_surely_did_not_take_it(self) -> None:
        async with playing(type(self).rig(), Case.SEND_REFUSED) as rig, MemoryHub() as hub:
            await sender(rig).refuse_connections()
            failure = await _send(sender(rig), hub)

            assert isinstance(failure, Unavailable), f"a refused connection is Unavailable, not {failure!r}"
            assert not sender(rig).sent()

    @pytest.mark.asyncio
    async def test_not_unavailable_when_the_channel_may_have_taken_it(self) -> None:
        async with playing(type(self).rig(), Case.SEND_LOST_ANSWER) as rig, MemoryHub() as hub:
            await sender(rig).lose_answers()
            failure = await _send(sender(rig), hub)

            assert list(sender(rig).sent()) == [TEXT], "the rig's channel takes it once before it breaks"
            assert failure is not None, "send() returned although no answer came"
            if not rig.plugin.manifest.is_repeat_safe:
                assert not isinstance(failure, Unavailable), (
                    "Unavailable says that it was not taken: it would be doubled"
                )

    @pytest.mark.asyncio
    async def test_sending_waits_as_long_as_a_rate_limit_says(self) -> None:
        failure = await self._fails(Case.SEND_RATE_LIMITED, Fault.RATE_LIMITED)

        told_s = failure.retry_after_s if isinstance(failure, Unavailable) else None
        assert told_s is not None, "Retry-After isn't passed on: give it to Unavailable(retry_after_s=…)"
        assert told_s >= RETRY_AFTER_S, f"the vendor asks for {RETRY_AFTER_S} s, and we come again after {told_s:g}"

    @pytest.mark.asyncio
    async def test_sending_tells_a_server_error(self) -> None:
        await self._fails(Case.SEND_SERVER_ERROR, Fault.SERVER_ERROR)

    @pytest.mark.asyncio
    async def test_sending_ends_when_no_answer_comes(self) -> None:
        await self._fails(Case.SEND_HANGS, Fault.HANGS)

    @pytest.mark.asyncio
    async def test_sending_tells_a_truncated_answer(self) -> None:
        await self._fails(Case.SEND_TRUNCATED, Fault.TRUNCATED)

    @pytest.mark.asyncio
    async def test_sending_tells_a_page_instead_of_an_answer(self) -> None:
        await self._fails(Case.SEND_HTML, Fault.HTML_OK)

    @pytest.mark.asyncio
    async def test_sending_tells_a_reset_connection(self) -> None:
        await self._fails(Case.SEND_RESET, Fault.RESET_BEFORE)

    @pytest.mark.asyncio
    async def test_sending_trusts_no_unknown_certificate(self) -> None:
        await self._fails(Case.SEND_UNTRUSTED, Fault.UNTRUSTED)

    @pytest.mark.asyncio
    async def test_sends_a_file_with_its_words_once(self) -> None:
        async with self._with_files() as rig, MemoryHub() as hub:
            async with running(rig, hub):
                failure = await _send(sender(rig), hub, FILE)

            assert failure is None, f"send() raised {failure!r}"
            assert [text for text in sender(rig).sent() if text] == [TEXT]
            assert list(sender(rig).sent_files()) == [FILE.content]

    @pytest.mark.asyncio
    async def test_sending_a_file_tells_a_server_error(self) -> None:
        async with self._with_files() as rig, MemoryHub() as hub:
            skip_if_declared(rig.not_applicable, Case.SEND_SERVER_ERROR)
            await rig.befall(Fault.SERVER_ERROR)
            failure = await _send(sender(rig), hub, FILE)

            assert failure is not None, "send() returned although the vendor failed"
            assert not isinstance(failure, Rejected | AuthFailed), f"{failure!r}: a bad day passes, it is no refusal"
            assert not sender(rig).sent_files()

    @asynccontextmanager
    async def _with_files(self) -> AsyncIterator[Rig]:
        async with playing(type(self).rig(), Case.FILE_OF_OURS) as rig:
            if not rig.plugin.manifest.can_send_files:
                pytest.skip("n.a.: its manifest says that it sends no files")
            yield rig

    async def _fails(self, case: Case, fault: Fault) -> Exception:
        """What `send` raised, if that is right for the fault."""
        async with playing(type(self).rig(), case) as rig, MemoryHub() as hub:
            await rig.befall(fault)
            failure = await _send(sender(rig), hub)

            assert failure is not None, f"send() returned although the vendor failed: {fault}"
            assert not isinstance(failure, Rejected | AuthFailed), f"{failure!r}: a bad day passes, it is no refusal"
            if fault in SURE_REFUSALS:
                assert isinstance(failure, Unavailable), f"surely not taken, and so Unavailable, not {failure!r}"
                assert not sender(rig).sent(), f"it was taken although: {fault}"
            elif not rig.plugin.manifest.is_repeat_safe and fault not in rig.sure_refusals:
                assert not isinstance(failure, Unavailable), f"it may have been taken: it would be doubled ({fault})"
            return failure


def sender(rig: Rig) -> SenderRig:
    """The rig of a connector that sends."""
    assert isinstance(rig, SenderRig), "a connector that sends is tested with a SenderRig"
    return rig


async def _send(rig: SenderRig, hub: MemoryHub, *files: OutgoingFile) -> Exception | None:
    """What `send` of a connector raised for one message; None where it returned."""
    connector = await rig.build(hub)
    send = getattr(connector, "send", None)
    assert send is not None, "the manifest says can_send, and the connector has no send()"
    sending = asyncio.ensure_future(send(replace(rig.outbound(TEXT), attachments=files)))
    done, _ = await asyncio.wait({sending}, timeout=SEND_DEADLINE_S)
    if not done:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        raise AssertionError(f"send() didn't end within {SEND_DEADLINE_S:g} s")
    failure = sending.exception()
    assert failure is None or isinstance(failure, Exception)
    return failure
