"""What we send, and what WhatsApp's refusals mean."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from channelhub.sdk.media import MediaGone
from channelhub.sdk.parts import PartlySent
from channelhub.sdk.testing import Fault, MemoryHub
from connectors.meta.whatsapp.config import WhatsAppConfig
from connectors.meta.whatsapp.plugin import WhatsAppConnector, plugin
from tests.connectors.whatsapp.vectors import PHONE, USER
from tests.servers.graph import NUMBER_ID, TOKEN, GraphError, GraphServer


def message(**changes: Any) -> Outbound:
    return Outbound(**({"id": 1, "to": USER, "text": "Вже їде", "reply_token": "ch.1.2.abc"} | changes))


def file(name: str, content_type: str, content: bytes = b"%PDF") -> OutgoingFile:
    return OutgoingFile(filename=name, content_type=content_type, size=len(content), sha256="", content=content)


class Desk:
    def __init__(self, server: GraphServer, hub: MemoryHub) -> None:
        self.server = server
        self.hub = hub

    def config(self, **keys: Any) -> WhatsAppConfig:
        given: dict[str, Any] = {name: Secret("s") for name in ("app_secret", "verify_token")}
        given |= {"token": Secret(TOKEN), "phone_number_id": NUMBER_ID, "base_url": self.server.url}
        return WhatsAppConfig(**(given | {"request_timeout_s": 2} | keys))

    def connector(self, **keys: Any) -> WhatsAppConnector:
        return WhatsAppConnector(self.config(**keys), self.hub.context("wa"))


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with _desk() as made:
        yield made


@asynccontextmanager
async def _desk() -> AsyncIterator[Desk]:
    async with GraphServer() as server, MemoryHub() as hub:
        yield Desk(server, hub)


async def test_an_answer_names_its_receiver_what_it_answers_and_what_we_signed(desk: Desk) -> None:
    receipt = await desk.connector().send(message(in_reply_to="wamid.IN1"))

    assert receipt.external_id == "wamid.OUT1"
    assert desk.server.sent == [
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "recipient": USER,
            "biz_opaque_callback_data": "ch.1.2.abc",
            "context": {"message_id": "wamid.IN1"},
            "type": "text",
            "text": {"body": "Вже їде", "preview_url": False},
        }
    ]


async def test_a_number_is_written_to_as_a_number(desk: Desk) -> None:
    await desk.connector().send(message(to=PHONE, in_reply_to="outbox:5"))

    (sent,) = desk.server.sent
    assert sent["to"] == PHONE
    assert "recipient" not in sent
    assert "context" not in sent


async def test_a_long_text_is_sent_in_parts_and_answers_once(desk: Desk) -> None:
    receipt = await desk.connector().send(message(text="слово " * 1500, in_reply_to="wamid.IN1"))

    assert ["context" in sent for sent in desk.server.sent] == [True, False, False]
    assert max(len(sent["text"]["body"]) for sent in desk.server.sent) <= 4096
    assert len(set(receipt.parts) - {""}) == len(desk.server.sent)
    assert all(sent["biz_opaque_callback_data"] for sent in desk.server.sent)


async def test_one_picture_carries_the_words(desk: Desk) -> None:
    await desk.connector().send(message(attachments=(file("a.jpg", "image/jpeg"),)))

    (sent,) = desk.server.sent
    assert sent["image"] == {"id": "901", "caption": "Вже їде"}
    assert desk.server.uploads == [("a.jpg", "image/jpeg", b"%PDF")]


async def test_several_files_follow_the_words(desk: Desk) -> None:
    files = (file("рахунок.pdf", "application/pdf"), file("a.mp3", "audio/mpeg"))
    await desk.connector().send(message(attachments=files))

    assert [sent["type"] for sent in desk.server.sent] == ["text", "document", "audio"]
    assert desk.server.sent[1]["document"] == {"id": "901", "filename": "рахунок.pdf"}


async def test_a_picture_too_large_to_be_shown_goes_as_a_document(desk: Desk) -> None:
    await desk.connector().send(message(attachments=(file("a.jpg", "image/jpeg", bytes(5 * 1024 * 1024 + 1)),)))

    assert desk.server.sent[0]["type"] == "document"


async def test_an_upload_without_answer_is_tried_again(desk: Desk) -> None:
    desk.server.befall_once(Fault.RESET_AFTER)

    with pytest.raises(Unavailable):
        await desk.connector().send(message(attachments=(file("a.jpg", "image/jpeg"),)))
    assert desk.server.sent == []


async def test_after_a_day_a_template_carries_the_words(desk: Desk) -> None:
    late = message(text="Вже\nїде", heard_at=desk.hub.now - timedelta(hours=25))
    await desk.connector(template="support_answer").send(late)

    (sent,) = desk.server.sent
    assert sent["template"] == {
        "name": "support_answer",
        "language": {"code": "uk"},
        "components": [{"type": "body", "parameters": [{"type": "text", "text": "Вже їде"}]}],
    }


@pytest.mark.parametrize(
    ("keys", "changes"),
    [({}, {}), ({"template": "t"}, {"text": "а" * 1025}), ({"template": "t"}, {"attachments": (file("a", "a/b"),)})],
)
async def test_after_a_day_nothing_else_is_even_tried(desk: Desk, keys: Any, changes: Any) -> None:
    late = message(heard_at=desk.hub.now - timedelta(hours=24), **changes)

    with pytest.raises(Rejected, match="24 hours"):
        await desk.connector(**keys).send(late)
    assert desk.server.sent == []


async def test_within_a_day_words_of_our_own_go(desk: Desk) -> None:
    await desk.connector(template="t").send(message(heard_at=desk.hub.now - timedelta(hours=23, minutes=59)))

    assert desk.server.sent[0]["type"] == "text"


@pytest.mark.parametrize(
    ("code", "failure", "wait_s"),
    [
        (130429, Unavailable, 2),
        (131056, Unavailable, 6),
        (131048, Unavailable, 3600),
        (131016, Unavailable, 30),
        (80007, Unavailable, 60),
        (4, Unavailable, 60),
        (190, AuthFailed, None),
        (10, AuthFailed, None),
        (131031, AuthFailed, None),
        (131026, Rejected, None),
        (131047, Rejected, None),
        (131050, Rejected, None),
        (131051, Rejected, None),
        (131062, Rejected, None),
        (100, Rejected, None),
    ],
)
async def test_each_refusal_is_told_as_what_it_is(
    desk: Desk, code: int, failure: type[Exception], wait_s: float | None
) -> None:
    desk.server.refusals["messages"] = GraphError(code, "no")

    with pytest.raises(failure) as caught:
        await desk.connector().send(message())
    assert getattr(caught.value, "retry_after_s", None) == wait_s
    assert TOKEN not in str(caught.value)


async def test_what_fails_in_the_middle_is_not_sent_again(desk: Desk) -> None:
    connector = desk.connector()
    taken = desk.server.sent
    desk.server.refusals = RefusingAfter(taken, 1)
    with pytest.raises(PartlySent, match="1 of 2"):
        await connector.send(message(text="слово " * 1000))

    assert len(taken) == 1


class RefusingAfter(dict[str, GraphError]):
    """Refuses messages once some are taken."""

    def __init__(self, taken: list[Any], number: int) -> None:
        self._taken = taken
        self._number = number

    def get(self, name: str, default: Any = None) -> Any:
        is_over = name == "messages" and len(self._taken) >= self._number
        return GraphError(131026, "undeliverable") if is_over else default


async def test_a_file_comes_by_its_id_with_the_token(desk: Desk) -> None:
    desk.server.files["1180022334455667"] = b"%PDF-1.7"
    reference = MediaReference(reference="1180022334455667")
    request = await desk.connector().media(reference)

    assert TOKEN not in repr(request)
    assert (request.size, len(request.sha256)) == (8, 64)
    assert await desk.hub.download(desk.connector(), reference, plugin.media_hosts(desk.config())) == b"%PDF-1.7"


def test_files_come_from_meta_s_host_only() -> None:
    config = WhatsAppConfig(**dict.fromkeys(("token", "app_secret", "verify_token"), Secret("s")), phone_number_id="1")
    (host,) = plugin.media_hosts(config)

    assert (host.name, host.takes_credentials, host.is_ours) == ("lookaside.fbsbx.com", True, False)


@pytest.mark.parametrize("reference", ["404", "../me", ""])
async def test_a_file_that_is_no_more_is_gone(desk: Desk, reference: str) -> None:
    with pytest.raises(MediaGone):
        await desk.connector().media(MediaReference(reference=reference))


@pytest.mark.parametrize(
    ("number", "health", "words"),
    [
        ({}, Health.OK, ""),
        ({"quality_rating": "RED"}, Health.OK, "quality is RED"),
        ({"status": "BANNED"}, Health.DOWN, "BANNED"),
        ({"webhook_configuration": {"application": "https://elsewhere.example/x"}}, Health.DOWN, "elsewhere.example"),
    ],
)
async def test_the_number_s_health_is_told(desk: Desk, number: dict[str, Any], health: Health, words: str) -> None:
    desk.server.objects[NUMBER_ID] = number
    report = await desk.connector().check()

    assert report.health is health
    assert words in report.detail


async def test_our_own_address_is_the_right_one(desk: Desk) -> None:
    ours = desk.hub.url("wb")  # of another account of the same app
    desk.server.objects[NUMBER_ID] = {"webhook_configuration": {"application": ours}}

    assert (await desk.connector().check()).health is Health.OK


async def test_a_refused_token_waits_for_a_person(desk: Desk) -> None:
    report = await desk.connector(token=Secret("old")).check()

    assert report.health is Health.AUTH_FAILED
    assert "token_file" in report.detail


@pytest.mark.parametrize(
    ("error", "health", "words"),
    [
        (GraphError(10, "Application does not have permission"), Health.AUTH_FAILED, "a permission is missing"),
        (GraphError(100, "Object does not exist", subcode=33), Health.DOWN, "Object does not exist"),
        (GraphError(2, "Service down", status=503), Health.DOWN, "HTTP 503"),
    ],
)
async def test_what_keeps_a_number_from_working_is_told(
    desk: Desk, error: GraphError, health: Health, words: str
) -> None:
    desk.server.refusals[NUMBER_ID] = error
    report = await desk.connector().check()

    assert report.health is health
    assert words in report.detail


@pytest.mark.parametrize("name", ["token", "app_secret", "verify_token"])
def test_an_empty_secret_is_told_when_the_configuration_is_read(name: str) -> None:
    keys = {one: Secret("s") for one in ("token", "app_secret", "verify_token")} | {name: Secret("")}

    with pytest.raises(ValueError, match=name):
        WhatsAppConfig(**keys, phone_number_id="1")


def test_no_secret_is_shown() -> None:
    keys = dict.fromkeys(("token", "app_secret", "verify_token"), Secret("hidden-one"))

    assert "hidden-one" not in repr(WhatsAppConfig(**keys, phone_number_id="1"))
    assert b"hidden-one" not in msgspec.json.encode(repr(WhatsAppConfig(**keys, phone_number_id="1")))
