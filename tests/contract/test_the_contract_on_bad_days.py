"""The suite rejects planted connectors that can't stand a bad day, each by the tests that are meant for its fault."""

import re
from collections.abc import Sequence
from dataclasses import replace

import aiohttp
import msgspec
import pytest
from aiohttp import web

from channelhub.domain.inbound import DeletedMessage, EditedMessage, Inbound, Unknown
from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Cursor, Deliver, Health, HealthReport
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable, Unparseable
from channelhub.sdk.hooks import Refused, store
from channelhub.sdk.media import MediaRequest
from channelhub.sdk.proof import is_fresh, is_signed
from channelhub.sdk.testing import ASKING, FILES, ConnectorContract, SenderContract, because
from channelhub.sdk.testing import PROOFS as REFUSALS
from channelhub.sdk.testing.arriving import ArrivingContract
from channelhub.sdk.testing.bad_days import AskingContract
from channelhub.sdk.testing.fetching import FetchingContract
from channelhub.sdk.testing.proving import ProvingContract
from tests.contract.planted import Bad, failures, parsed, pulled, pushed
from tests.contract.pulled import PATIENCE, Pulled, PullRig
from tests.contract.pushed import MAX_BODY_BYTES, SECRET, SIGNATURE, STAMP, Line, Pushed, PushRig, parse

AT_ONCE = 4
REORDERED = "test_messages_out_of_order_are_all_stored_once"
LOST_ANSWER = "test_lost_acknowledgement_doubles_nothing"
UNKNOWN = "test_unknown_event_is_stored_and_shown_once"
DAMAGED = "test_damaged_event_is_stored_and_shown_once"
EDIT = "test_edit_is_a_later_version_of_the_same_message"
DELETION = "test_deletion_names_the_message_and_leaves_it"
OVERSIZE = "test_oversize_delivery_is_refused_or_cut_and_holds_up_nobody"
LINK = "test_addresses_in_a_message_are_not_followed"
NO_PROOF = "test_delivery_without_proof_is_refused"
FORGED = "test_forged_delivery_is_refused"
STOLEN = "test_proof_of_other_bytes_is_refused"
REPLAYED = "test_replayed_delivery_is_refused"
PROOFS = (NO_PROOF, FORGED, STOLEN, REPLAYED)
ASK_LIMIT = "test_asking_waits_as_long_as_a_rate_limit_says"
ASK_ERROR = "test_asking_outlives_a_server_error"
ASK_HANGS = "test_asking_ends_when_no_answer_comes"
ASK_CUT = "test_asking_outlives_a_truncated_answer"
ASK_PAGE = "test_asking_outlives_a_page_instead_of_an_answer"
ASK_RESET = "test_asking_outlives_a_reset_connection"
ASK_TLS = "test_asking_trusts_no_unknown_certificate"
BAD_DAY = "test_bad_day_loses_nothing_and_doubles_nothing"
FETCHED = "test_file_is_fetched_whole_and_within_its_bound"
ELSEWHERE = "test_file_at_another_host_is_not_fetched"
PLAYS_FILES = "test_plays_files_if_it_has_them_fetched"
CHECK_ERROR = "test_check_tells_that_the_vendor_fails"
CHECK_HANGS = "test_check_ends_when_no_answer_comes"
ASKED = (ASK_LIMIT, ASK_ERROR, ASK_HANGS, ASK_CUT, ASK_PAGE, ASK_RESET, ASK_TLS)
SEND_LIMIT = "test_sending_waits_as_long_as_a_rate_limit_says"
SEND_ERROR = "test_sending_tells_a_server_error"
FILE_ERROR = "test_sending_a_file_tells_a_server_error"
SEND_HANGS = "test_sending_ends_when_no_answer_comes"
SEND_CUT = "test_sending_tells_a_truncated_answer"
SEND_PAGE = "test_sending_tells_a_page_instead_of_an_answer"
SEND_RESET = "test_sending_tells_a_reset_connection"
SEND_TLS = "test_sending_trusts_no_unknown_certificate"
SENDING = {name for name in dir(SenderContract) if name.startswith("test_sending_")}
TRIED = SENDING | {
    name
    for part in (ArrivingContract, FetchingContract, ProvingContract, AskingContract)
    for name in vars(part)
    if name.startswith("test_")
}


# Pushed


class DropsWhatIsOlder(Pushed):
    newest = 0

    async def take(self, body: bytes) -> web.StreamResponse:
        number = int(re.sub(rb"\D", b"", body[:12]) or b"0")
        if number < self.newest:
            return web.Response(status=204)
        answer = await super().take(body)
        self.newest = number
        return answer


class ConflictOnRepetition(Pushed):
    async def take(self, body: bytes) -> web.StreamResponse:
        [receipt] = await store(self.deliver, [self.raw(body)])
        return web.Response(status=409 if receipt.is_duplicate else 204)


class SwallowsUnknownKinds(Pushed):
    async def take(self, body: bytes) -> web.StreamResponse:
        if b"hologram" in body:
            return web.Response(status=204)
        return await super().take(body)


class RefusesUnknownKinds(Pushed):
    async def take(self, body: bytes) -> web.StreamResponse:
        if b"hologram" in body:
            raise Refused(422, "There is no such kind.")
        return await super().take(body)


class RefusesUnreadable(Pushed):
    async def take(self, body: bytes) -> web.StreamResponse:
        try:
            msgspec.json.decode(body, type=Line)
        except msgspec.MsgspecError as exc:
            raise Refused(400, "This is not a line.") from exc
        return await super().take(body)


class NamesAnEditLikeItsMessage(Pushed):
    def raw(self, body: bytes) -> RawMessage:
        raw = super().raw(body)
        of = re.search(rb'"of": "(m\d+)"', body)
        return replace(raw, delivery_id=of[1].decode()) if of else raw


class ReadsEverything(Pushed):
    async def read(self, request: web.Request) -> bytes:
        return await request.read()


class CutsWithoutASign(Pushed):
    """Never tells the channel that a body is too large, and keeps nothing of it."""

    async def read(self, request: web.Request) -> bytes:
        body = await request.read()
        if len(body) > MAX_BODY_BYTES:
            raise Refused(503, "Not now.")
        return body


class FollowsAddresses(Pushed):
    async def take(self, body: bytes) -> web.StreamResponse:
        answer = await super().take(body)
        for url in re.findall(rb"http://[^\s\"]+", body):
            try:
                async with self.context.http.get(url.decode(), timeout=PATIENCE) as photo:
                    await photo.read()
            except aiohttp.ClientError:
                self.context.log.warning("photo.missing")
        return answer


class TakesUnsigned(Pushed):
    def is_genuine(self, request: web.Request, body: bytes) -> bool:
        return SIGNATURE not in request.headers or super().is_genuine(request, body)


class LooksForASignature(Pushed):
    def is_genuine(self, request: web.Request, body: bytes) -> bool:
        return SIGNATURE in request.headers and is_fresh(request.headers[STAMP], self.context.now().timestamp())


class ForgetsTheAge(Pushed):
    def is_genuine(self, request: web.Request, body: bytes) -> bool:
        signed = request.headers.get(STAMP, "").encode() + b":" + body
        return is_signed(request.headers.get(SIGNATURE, ""), signed, secret=Secret(SECRET))


class StoresBeforeVerifying(Pushed):
    async def read(self, request: web.Request) -> bytes:
        body = await super().read(request)
        await store(self.deliver, [self.raw(body)])
        return body


class AnswersForbidden(Pushed):
    async def receive(self, request: web.Request) -> web.StreamResponse:
        answer = await super().receive(request)
        return web.Response(status=403) if answer.status == 401 else answer


# Pulled


class SkipsWhatIsOlder(Pulled):
    async def take(self, deliver: Deliver, raws: Sequence[RawMessage], cursor: Cursor) -> None:
        rising = [raw for at, raw in enumerate(raws) if all(_number(raw) > _number(one) for one in raws[:at])]
        await super().take(deliver, rising, cursor)


def _number(raw: RawMessage) -> int:
    return int(raw.delivery_id)


class SkipsUnreadable(Pulled):
    async def take(self, deliver: Deliver, raws: Sequence[RawMessage], cursor: Cursor) -> None:
        await super().take(deliver, [raw for raw in raws if raw.body.endswith(b"}")], cursor)


class ForgetsRetryAfter(Pulled):
    def refuse_failures(self, answer: aiohttp.ClientResponse) -> None:
        if answer.status >= 400:
            raise Unavailable(f"the queue failed ({answer.status})")


class GivesUpOnABadDay(Pulled):
    def refuse_failures(self, answer: aiohttp.ClientResponse) -> None:
        if answer.status >= 500:
            raise AuthFailed("the queue doesn't want us")
        super().refuse_failures(answer)


class GoesOnBehindAFailure(Pulled):
    """Takes the message of a failed answer for the fault."""

    skipped = 0

    async def ask(self, offset: str) -> list[tuple[int, str]]:
        try:
            return await super().ask(str(max(int(offset), self.skipped)))
        except Unavailable:
            self.skipped = int(offset) + 1
            raise


class AsksForTheSizeFirst(Pulled):
    async def media(self, file: MediaReference) -> MediaRequest:
        async with self.context.http.head(file.reference, timeout=PATIENCE) as answer:
            return MediaRequest(url=file.reference, size=answer.content_length)


class NamesAnotherSize(Pulled):
    async def media(self, file: MediaReference) -> MediaRequest:
        return MediaRequest(url=file.reference, size=7)


class CheckLeavesTheErrorToOthers(Pulled):
    async def check(self) -> HealthReport:
        async with self.context.http.get(f"{self.url}/ping", timeout=PATIENCE) as answer:
            answer.raise_for_status()
        return HealthReport(health=Health.OK)


class CheckIsContentWithAnyAnswer(Pulled):
    async def check(self) -> HealthReport:
        report = await super().check()
        return HealthReport(health=Health.OK) if report.detail.startswith("HTTP") else report


class TakesFailuresForSilence(Pulled):
    async def ask(self, offset: str) -> list[tuple[int, str]]:
        try:
            return await super().ask(offset)
        except Unavailable:
            return []


class WaitsForEver(Pulled):
    async def ask(self, offset: str) -> list[tuple[int, str]]:
        try:
            async with self.context.http.get(f"{self.url}/updates", params={"offset": offset}) as answer:
                self.refuse_failures(answer)
                return msgspec.json.decode(await answer.read(), type=list[tuple[int, str]])
        except (aiohttp.ClientError, msgspec.MsgspecError) as exc:
            raise Unavailable("the queue can't be asked") from exc


class TrustsAnybody(Pulled):
    async def ask(self, offset: str) -> list[tuple[int, str]]:
        url = f"{self.url}/updates"
        try:
            async with self.context.http.get(url, params={"offset": offset}, timeout=PATIENCE, ssl=False) as answer:
                self.refuse_failures(answer)
                return msgspec.json.decode(await answer.read(), type=list[tuple[int, str]])
        except (aiohttp.ClientError, TimeoutError, msgspec.MsgspecError) as exc:
            raise Unavailable("the queue can't be asked") from exc


# Sending


class RejectsOnABadDay(Pulled):
    async def receipt(self, answer: aiohttp.ClientResponse) -> SendReceipt:
        if answer.status >= 400:
            raise Rejected(f"the queue refuses it ({answer.status})")
        return await super().receipt(answer)


class BelievesEveryAnswer(Pulled):
    async def receipt(self, answer: aiohttp.ClientResponse) -> SendReceipt:
        return SendReceipt(external_id="1")


class RepeatsWhatMayHaveArrived(Pulled):
    async def send(self, message: Outbound) -> SendReceipt:
        try:
            return await super().send(message)
        except (aiohttp.ClientError, TimeoutError, msgspec.MsgspecError) as exc:
            raise Unavailable("no answer") from exc


class SendsForEver(Pulled):
    async def send(self, message: Outbound) -> SendReceipt:
        try:
            async with self.context.http.post(f"{self.url}/send", json={"text": message.text}) as answer:
                return await self.receipt(answer)
        except aiohttp.ClientConnectorError as exc:
            raise Unavailable("the queue can't be reached") from exc


class SendsToAnybody(Pulled):
    async def send(self, message: Outbound) -> SendReceipt:
        async with self.context.http.post(
            f"{self.url}/send", json={"text": message.text}, timeout=PATIENCE, ssl=False
        ) as answer:
            return await self.receipt(answer)


# Parsing


def parse_swallowing(raw: RawMessage) -> Sequence[Inbound]:
    return [item for item in parse(raw) if not isinstance(item, Unknown)]


def parse_guessing(raw: RawMessage) -> Sequence[Inbound]:
    return parse(replace(raw, body=raw.body.replace(b"hologram", b"message")))


def parse_unreadable_as_nothing(raw: RawMessage) -> Sequence[Inbound]:
    try:
        return parse(raw)
    except Unparseable:
        return []


def parse_edits_as_messages(raw: RawMessage) -> Sequence[Inbound]:
    return [
        replace(item.message, external_id=raw.delivery_id) if isinstance(item, EditedMessage) else item
        for item in parse(raw)
    ]


def parse_edits_alike(raw: RawMessage) -> Sequence[Inbound]:
    return [replace(item, revision=1) if isinstance(item, EditedMessage) else item for item in parse(raw)]


def parse_deletions_of_themselves(raw: RawMessage) -> Sequence[Inbound]:
    return [
        replace(item, external_id=raw.delivery_id) if isinstance(item, DeletedMessage) else item for item in parse(raw)
    ]


class SilentRig(PushRig):
    """Declares what it could play, without a reason worth the name."""

    not_applicable = because("n/a", *ASKING, *FILES)


class HidingRig(PullRig):
    not_applicable = PullRig.not_applicable | because("files come inside the delivery, or not at all", *FILES)


PLANTED = [
    pushed(DropsWhatIsOlder, REORDERED),
    pushed(ConflictOnRepetition, LOST_ANSWER, UNKNOWN, DAMAGED, EDIT, DELETION),
    pushed(SwallowsUnknownKinds, UNKNOWN),
    pushed(RefusesUnknownKinds, UNKNOWN),
    pushed(RefusesUnreadable, DAMAGED),
    pushed(NamesAnEditLikeItsMessage, EDIT, DELETION),
    pushed(ReadsEverything, OVERSIZE),
    pushed(CutsWithoutASign, OVERSIZE),
    pushed(FollowsAddresses, LINK),
    pushed(TakesUnsigned, NO_PROOF),
    pushed(LooksForASignature, FORGED, STOLEN),
    pushed(ForgetsTheAge, REPLAYED),
    pushed(StoresBeforeVerifying, *PROOFS),
    pushed(AnswersForbidden, *PROOFS),
    pulled(SkipsWhatIsOlder, REORDERED),
    pulled(SkipsUnreadable, DAMAGED),
    pulled(ForgetsRetryAfter, ASK_LIMIT),
    pulled(GivesUpOnABadDay, ASK_ERROR, BAD_DAY),
    pulled(TakesFailuresForSilence, *ASKED),
    pulled(AsksForTheSizeFirst, ELSEWHERE),
    pulled(NamesAnotherSize, FETCHED),
    Bad("rig that hides its files", HidingRig, frozenset({PLAYS_FILES}), SenderContract),
    pulled(GoesOnBehindAFailure, BAD_DAY, may_fail=set(ASKED)),
    pulled(CheckLeavesTheErrorToOthers, CHECK_ERROR, CHECK_HANGS),
    pulled(CheckIsContentWithAnyAnswer, CHECK_ERROR),
    pulled(WaitsForEver, ASK_HANGS),
    pulled(TrustsAnybody, ASK_TLS),
    pulled(RejectsOnABadDay, SEND_LIMIT, SEND_ERROR, FILE_ERROR),
    pulled(BelievesEveryAnswer, SEND_LIMIT, SEND_ERROR, FILE_ERROR, SEND_PAGE, may_fail={SEND_CUT}),
    pulled(RepeatsWhatMayHaveArrived, SEND_ERROR, SEND_HANGS, SEND_CUT, SEND_PAGE, SEND_RESET),
    pulled(SendsForEver, SEND_HANGS),
    pulled(SendsToAnybody, SEND_TLS),
    parsed(parse_swallowing, UNKNOWN),
    parsed(parse_guessing, UNKNOWN),
    parsed(parse_unreadable_as_nothing, DAMAGED),
    parsed(parse_edits_as_messages, EDIT),
    parsed(parse_edits_alike, EDIT),
    parsed(parse_deletions_of_themselves, DELETION),
    Bad(
        "rig without reasons",
        SilentRig,
        frozenset({*ASKED, BAD_DAY, CHECK_ERROR, CHECK_HANGS, FETCHED, ELSEWHERE}),
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize("bad", PLANTED, ids=lambda bad: bad.name)
async def test_suite_rejects_by_the_tests_meant_for_the_fault(bad: Bad, monkeypatch: pytest.MonkeyPatch) -> None:
    reasons = await failures(bad, TRIED, monkeypatch, at_once=AT_ONCE)

    assert bad.fails <= set(reasons) <= bad.fails | bad.may_fail, reasons


class ForgetfulRig(PullRig):
    not_applicable = because("we ask: whoever answers is known by its certificate", *REFUSALS)


async def test_case_that_is_neither_played_nor_declared_fails_and_says_what_to_do() -> None:
    class Suite(ConnectorContract):
        rig = ForgetfulRig

    with pytest.raises(AssertionError, match=r"give it oversize, or say in not_applicable\[Case.OVERSIZE\]"):
        await Suite().test_oversize_delivery_is_refused_or_cut_and_holds_up_nobody()


def test_every_test_of_a_bad_day_has_a_planted_connector() -> None:
    assert {name for bad in PLANTED for name in bad.fails} | {SEND_CUT} == TRIED
