"""Answers go to who asked; posts arrive once, direct messages are not repeated."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.sdk.errors import AuthFailed, Blocked, Rejected
from channelhub.sdk.media import MediaHost, MediaRefused
from channelhub.sdk.parts import PartlySent
from connectors.bluesky import send as sending
from connectors.bluesky.client import Unclear
from connectors.bluesky.config import CDN_URL
from connectors.bluesky.media import media_hosts
from connectors.bluesky.send import MAX_PARTS
from tests.connectors.bluesky import vectors as v
from tests.connectors.bluesky.conftest import Desk
from tests.servers.bluesky import HANDLE, ME

DID = v.IRYNA["did"]
DIRECT = Outbound(id=1, to=DID, text="вже їде", conversation_key=f"dm:{v.CONVO}")


@pytest.fixture(autouse=True)
def _server(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.server.convos[v.CONVO] = [{"did": ME, "handle": HANDLE}, v.IRYNA]
    monkeypatch.setattr(sending, "_AGAIN_S", 0.0)


@pytest.fixture
def asked(desk: Desk) -> Outbound:
    """An answer to a mention."""
    uri = desk.server.mention(v.IRYNA, "де?")
    return Outbound(id=1, to=DID, text="вже їде", conversation_key=uri, in_reply_to=uri, language="uk")


async def test_post_answers_below_the_customers(desk: Desk, asked: Outbound) -> None:
    receipt = await desk.connector().send(asked)

    [written] = desk.server.written
    cid = desk.server.posts[asked.in_reply_to]["cid"]
    ref = {"uri": asked.in_reply_to, "cid": cid}
    assert written["record"]["reply"] == {"root": ref, "parent": ref}
    assert (written["repo"], written["record"]["text"], written["record"]["langs"]) == (ME, "вже їде", ["uk"])
    assert datetime.fromisoformat(written["record"]["createdAt"]) == desk.hub.now.astimezone(UTC)
    assert receipt.external_id == f"at://{ME}/app.bsky.feed.post/{written['rkey']}"


async def test_post_whose_answer_was_lost_is_found_and_not_written_twice(desk: Desk, asked: Outbound) -> None:
    connector = desk.connector()
    desk.server.drops_answers = True
    with pytest.raises(Unclear):
        await connector.send(asked)
    desk.server.drops_answers = False
    receipt = await connector.send(asked)

    assert len(desk.server.written) == 1
    assert receipt.external_id.endswith(desk.server.written[0]["rkey"])


async def test_lost_answer_alone_is_made_good_at_once(desk: Desk, asked: Outbound) -> None:
    desk.server.lost.add("com.atproto.repo.createRecord")
    receipt = await desk.connector().send(asked)

    assert [one["rkey"] for one in desk.server.written] == [receipt.external_id.rpartition("/")[2]]


async def test_direct_message_whose_answer_was_lost_is_not_repeated(desk: Desk) -> None:
    desk.server.drops_answers = True
    with pytest.raises(Unclear):
        await desk.connector().send(DIRECT)

    assert desk.server.direct == [(v.CONVO, "вже їде")]
    assert {"chat.bsky.convo.getConvo", "chat.bsky.convo.sendMessage"} <= desk.server.proxied


async def test_answer_to_what_we_said_goes_to_whom_we_said_it(desk: Desk, asked: Outbound) -> None:
    first = (await desk.connector().send(asked)).external_id
    await desk.connector().send(replace(asked, id=2, in_reply_to=first))

    reply = desk.server.written[1]["record"]["reply"]
    assert (reply["parent"]["uri"], reply["root"]["uri"]) == (first, asked.conversation_key)


async def test_deleted_post_is_passed_over_for_the_first_of_the_thread(desk: Desk, asked: Outbound) -> None:
    gone = f"at://{DID}/app.bsky.feed.post/3gone"
    await desk.connector().send(replace(asked, in_reply_to=gone))

    assert desk.server.written[0]["record"]["reply"]["parent"]["uri"] == asked.conversation_key


@pytest.mark.parametrize(
    "change",
    [
        {"text": " \n"},
        {"conversation_key": ""},
        {"conversation_key": "https://bsky.app/x"},
        {"to": "did:plc:another"},
        {"text": "слово " * 60 * MAX_PARTS},
        {"conversation_key": f"at://{DID}/app.bsky.feed.post/gone", "in_reply_to": ""},
    ],
)
async def test_what_can_never_go_is_rejected(desk: Desk, asked: Outbound, change: dict[str, str]) -> None:
    with pytest.raises(Rejected):
        await desk.connector().send(replace(asked, **change))

    assert not desk.server.written


@pytest.mark.parametrize("change", [{"to": "did:plc:another"}, {"conversation_key": "dm:nowhere"}])
async def test_direct_message_goes_to_nobody_else(desk: Desk, change: dict[str, str]) -> None:
    with pytest.raises(Rejected):
        await desk.connector().send(replace(DIRECT, **change))

    assert not desk.server.direct


async def test_long_text_goes_in_posts_below_each_other(desk: Desk, asked: Outbound) -> None:
    receipt = await desk.connector().send(replace(asked, text="слово " * 120))

    first, second, *_ = [one["record"] for one in desk.server.written]
    assert second["reply"]["parent"]["uri"] != first["reply"]["parent"]["uri"]
    assert second["reply"]["root"] == first["reply"]["root"]
    assert " ".join(one["record"]["text"] for one in desk.server.written).split() == ["слово"] * 120
    assert len(set(receipt.parts) - {""}) == len(desk.server.written)


async def test_part_that_is_refused_leaves_open_what_arrived(
    desk: Desk, asked: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector = desk.connector()
    write = type(desk.server)._write

    def once(self: object, given: object, request: object) -> object:
        answer = write(self, given, request)  # type: ignore[arg-type]
        desk.server.refusals["com.atproto.repo.createRecord"] = (400, "InvalidRequest", "no more")
        return answer

    monkeypatch.setattr(type(desk.server), "_write", once)
    with pytest.raises(PartlySent):
        await connector.send(replace(asked, text="слово " * 120))


@pytest.mark.parametrize(
    ("refusal", "failure"),
    [
        ((400, "InvalidRequest", "recipient has disabled incoming messages"), Rejected),
        ((400, "InvalidRequest", "block between recipient and sender"), Blocked),
        ((400, "InvalidToken", "Bad token scope"), AuthFailed),
        ((502, "UpstreamFailure", ""), Unclear),
        ((404, "", ""), Unclear),
    ],
)
async def test_refusals_are_told_apart(desk: Desk, refusal: tuple[int, str, str], failure: type[Exception]) -> None:
    desk.server.refusals["chat.bsky.convo.sendMessage"] = refusal
    with pytest.raises(failure) as raised:
        await desk.connector().send(DIRECT)

    assert type(raised.value) is failure


async def test_picture_comes_from_the_network_and_from_nowhere_else(desk: Desk) -> None:
    desk.server.files[f"{DID}/bafkreiscreen"] = b"\x00\x01"
    connector = desk.connector()
    file = MediaReference(reference=f"{DID}/bafkreiscreen")

    assert await desk.hub.download(connector, file, media_hosts(desk.config())) == b"\x00\x01"
    assert media_hosts(desk.config(cdn=CDN_URL)) == (MediaHost(name="cdn.bsky.app"),)


@pytest.mark.parametrize(
    "reference", [f"{DID}/bafkreivideo/video", "https://example.com/x.png", f"{DID}/../x", "did:key:x/y", ""]
)
async def test_what_is_no_picture_of_bluesky_is_refused(desk: Desk, reference: str) -> None:
    with pytest.raises(MediaRefused):
        await desk.connector().media(MediaReference(reference=reference))
