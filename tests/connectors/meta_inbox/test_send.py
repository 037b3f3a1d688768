"""What goes out to customers of pages and Instagram accounts, and what refusals mean."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.sdk.contract import Connector, Health
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from channelhub.sdk.testing import MemoryHub
from connectors.meta.inbox.connector import InboxConnector, media_hosts
from connectors.meta.inbox.send import MAX_FILE_BYTES
from connectors.meta.instagram.config import InstagramConfig
from connectors.meta.messenger.config import MessengerConfig
from tests.connectors.meta_inbox.vectors import ACCOUNT, APP_ID, CUSTOMER, PAGE
from tests.contract.test_meta_inboxes import InboxRig, InstagramRig, MessengerRig
from tests.servers.graph import TOKEN, GraphError


class Desk:
    def __init__(self, rig: InboxRig, hub: MemoryHub) -> None:
        self.server = rig.server
        self.rig = rig
        self.hub = hub

    def connector(self, **keys: Any) -> InboxConnector:
        given = self.rig.keys() | keys
        config = (
            MessengerConfig(page_id=PAGE, **given)
            if self.rig.kind == "messenger"
            else InstagramConfig(instagram_id=ACCOUNT, **given)
        )
        made: Connector = self.rig.plugin.build(config, self.hub.context("inbox"))
        assert isinstance(made, InboxConnector)
        return made


@pytest.fixture(params=[MessengerRig, InstagramRig])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    async with request.param() as rig, MemoryHub() as hub:
        yield Desk(rig, hub)


@pytest.fixture
async def page() -> AsyncIterator[Desk]:
    async with MessengerRig() as rig, MemoryHub() as hub:
        yield Desk(rig, hub)


def message(**changes: Any) -> Outbound:
    return Outbound(**({"id": 1, "to": CUSTOMER, "text": "Вже їде", "reply_token": "ch.1.2.abc"} | changes))


async def test_an_answer_goes_to_who_wrote_and_carries_what_we_signed(desk: Desk) -> None:
    receipt = await desk.connector().send(message())

    assert receipt.external_id == "m_OUT1"
    assert desk.server.sent == [
        {
            "recipient": {"id": CUSTOMER},
            "messaging_type": "RESPONSE",
            "message": {"text": "Вже їде", "metadata": "ch.1.2.abc"},
        }
    ]


async def test_a_long_text_is_sent_in_parts_that_each_channel_takes(desk: Desk) -> None:
    receipt = await desk.connector().send(message(text="слово " * 500))

    texts = [body["message"]["text"] for body in desk.server.sent]
    sizes = [len(text) if desk.rig.kind == "messenger" else len(text.encode()) for text in texts]
    assert max(sizes) <= {"messenger": 2000, "instagram": 1000}[desk.rig.kind]
    assert "".join("".join(texts).split()) == "слово" * 500
    assert len(set(receipt.parts) - {""}) == len(texts)
    assert all(body["message"]["metadata"] for body in desk.server.sent)


@pytest.mark.parametrize(("age", "tag"), [(23, None), (25, "HUMAN_AGENT"), (167, "HUMAN_AGENT")])
async def test_after_a_day_a_person_may_still_answer(desk: Desk, age: int, tag: str | None) -> None:
    heard_at = desk.hub.now - timedelta(hours=age)
    await desk.connector(human_agent=True).send(message(heard_at=heard_at))

    assert desk.server.sent[0].get("tag") == tag


@pytest.mark.parametrize(
    ("hours", "granted", "changes"), [(24, False, {}), (169, True, {}), (25, True, {"is_automatic": True})]
)
async def test_too_late_is_told_before_anything_is_tried(
    desk: Desk, hours: int, granted: bool, changes: dict[str, Any]
) -> None:
    late = message(heard_at=desk.hub.now - timedelta(hours=hours), **changes)

    with pytest.raises(Rejected, match="too long ago"):
        await desk.connector(human_agent=granted).send(late)
    assert desk.server.sent == []


async def test_a_comment_is_answered_in_public_below_it(desk: Desk) -> None:
    old = desk.hub.now - timedelta(days=30)
    receipt = await desk.connector().send(message(in_reply_to="comment:7001_9002", heard_at=old))

    replies = {"messenger": "comments", "instagram": "replies"}[desk.rig.kind]
    assert desk.server.comments == [(f"7001_9002/{replies}", "Вже їде")]
    assert receipt.external_id == "comment:c_OUT1"
    assert desk.server.sent == []


async def test_nothing_automatic_is_said_in_public(desk: Desk) -> None:
    with pytest.raises(Rejected, match="automatic"):
        await desk.connector().send(message(in_reply_to="comment:7001_9002", is_automatic=True))
    assert desk.server.comments == []


async def test_files_are_uploaded_and_sent_by_their_ids(page: Desk) -> None:
    file = OutgoingFile(filename="чек №1.jpg", content_type="image/jpeg", size=3, sha256="", content=b"abc")
    await page.connector().send(message(attachments=(file,)))

    assert page.server.uploads == [("чек №1.jpg", "image/jpeg", b"abc")]
    attachment = page.server.sent[1]["message"]["attachment"]
    assert attachment == {"type": "image", "payload": {"attachment_id": "901"}}


async def test_a_file_that_is_too_large_leaves_nothing_sent(page: Desk) -> None:
    file = OutgoingFile(filename="a.mp4", content_type="video/mp4", size=MAX_FILE_BYTES + 1, sha256="", content=b"abc")
    with pytest.raises(Rejected, match="larger than the 25 MiB"):
        await page.connector().send(message(attachments=(file,)))

    assert (page.server.uploads, page.server.sent) == ([], [])


@pytest.mark.parametrize(
    ("code", "subcode", "failure"),
    [
        (613, 0, Unavailable),
        (4, 0, Unavailable),
        (80006, 0, Unavailable),
        (190, 0, AuthFailed),
        (200, 0, AuthFailed),
        (10, 0, AuthFailed),
        (10, 2018278, Rejected),
        (551, 0, Rejected),
        (100, 2018001, Rejected),
    ],
)
async def test_each_refusal_is_told_as_what_it_is(
    page: Desk, code: int, subcode: int, failure: type[Exception]
) -> None:
    page.server.refusals["messages"] = GraphError(code, "no", subcode=subcode)

    with pytest.raises(failure) as caught:
        await page.connector().send(message())
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(("own", "health"), [(True, Health.OK), (False, Health.AUTH_FAILED)])
async def test_a_token_of_another_page_is_told(desk: Desk, own: bool, health: Health) -> None:
    place = {"messenger": PAGE, "instagram": ACCOUNT}[desk.rig.kind]
    desk.server.objects["me"] = {"id": place if own else "999"}

    assert (await desk.connector().check()).health is health


@pytest.mark.parametrize(
    ("subscriptions", "comments", "health", "words"),
    [
        ({APP_ID: ["messages", "feed"]}, True, Health.OK, ""),
        ({APP_ID: ["messages"]}, False, Health.OK, ""),
        ({APP_ID: ["messages"]}, True, Health.DOWN, "posts no feed of this page"),
        ({"999": ["messages", "feed"]}, True, Health.DOWN, "posts no messages and no feed of this page"),
    ],
)
async def test_a_page_that_sends_us_nothing_is_told(
    page: Desk, subscriptions: dict[str, list[str]], comments: bool, health: Health, words: str
) -> None:
    page.server.objects["me"] = {"id": PAGE}
    page.server.subscriptions = subscriptions
    report = await page.connector(comments=comments).check()

    assert report.health is health
    assert words in report.detail


@pytest.mark.parametrize(
    ("path", "error", "health", "words"),
    [
        ("me", GraphError(190, "Session has expired", status=401), Health.AUTH_FAILED, "put it into token_file"),
        ("me", GraphError(200, "Requires pages_messaging"), Health.AUTH_FAILED, "a permission is missing"),
        ("me", GraphError(2, "Service down", status=503), Health.DOWN, "HTTP 503"),
        ("subscribed_apps", GraphError(200, "no"), Health.OK, "pages_manage_metadata is missing"),
        ("subscribed_apps", GraphError(4, "limit"), Health.DOWN, "the page's subscriptions"),
        ("subscribed_apps", GraphError(190, "expired"), Health.AUTH_FAILED, "put it into token_file"),
    ],
)
async def test_what_keeps_a_page_from_working_is_told_with_what_to_do(
    page: Desk, path: str, error: GraphError, health: Health, words: str
) -> None:
    page.server.objects["me"] = {"id": PAGE}
    page.server.refusals[path] = error
    report = await page.connector().check()

    assert report.health is health
    assert words in report.detail
    assert TOKEN not in report.detail


async def test_a_page_s_token_is_right_for_its_instagram_account() -> None:
    async with InstagramRig() as rig, MemoryHub() as hub:
        rig.server.objects["me"] = {"id": PAGE, "instagram_business_account": {"id": ACCOUNT}}

        assert (await Desk(rig, hub).connector().check()).health is Health.OK


def test_files_come_from_meta_s_hosts_only(page: Desk) -> None:
    config = MessengerConfig(page_id=PAGE, **(page.rig.keys() | {"base_url": "https://graph.facebook.com"}))

    assert [(host.name, host.takes_credentials, host.is_ours) for host in media_hosts(config)] == [
        (".fbcdn.net", False, False),
        (".cdninstagram.com", False, False),
        (".fbsbx.com", False, False),
    ]
