"""Answers are no more public than what they answer, name whom they are for, and arrive once."""

from dataclasses import replace
from typing import Any

import pytest

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from channelhub.sdk.media import MediaHost, MediaRefused
from channelhub.sdk.parts import PartlySent
from connectors.mastodon import send as sending
from connectors.mastodon.client import Unclear
from connectors.mastodon.media import media_hosts
from connectors.mastodon.send import MAX_PARTS
from tests.connectors.mastodon.conftest import Desk
from tests.servers.mastodon import ME_ID


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_AGAIN_S", 0.0)


@pytest.fixture
def asked(desk: Desk) -> dict[str, Any]:
    return desk.server.status_of(desk.server.mention(desk.server.account("14715", "iryna", "Ірина"), "де?"))


def answer(asked: dict[str, Any], visibility: str = "public", **more: Any) -> Outbound:
    return Outbound(
        id=1,
        to=asked["account"]["uri"],
        text="вже їде",
        conversation_key=f"{visibility}:{asked['id']}",
        in_reply_to=asked["id"],
        **more,
    )


async def test_answer_names_the_customer_and_what_it_answers(desk: Desk, asked: dict[str, Any]) -> None:
    receipt = await desk.connector().send(answer(asked, language="uk"))

    assert desk.server.sent == [
        {
            "status": "@iryna@social.example вже їде",
            "in_reply_to_id": asked["id"],
            "visibility": "public",
            "language": "uk",
        }
    ]
    assert receipt.external_id in desk.server.statuses


@pytest.mark.parametrize(
    ("place", "post", "answered"),
    [
        ("direct", "direct", "direct"),
        ("public", "direct", "direct"),
        ("direct", "public", "direct"),
        ("unlisted", "public", "unlisted"),
        ("private", "unlisted", "private"),
        ("public", "circle", "direct"),
    ],
)
async def test_answer_is_as_public_as_the_narrower_of_conversation_and_post(
    desk: Desk, asked: dict[str, Any], place: str, post: str, answered: str
) -> None:
    asked["visibility"] = post
    await desk.connector().send(answer(asked, place))

    assert desk.server.sent[0]["visibility"] == answered


async def test_lost_answer_is_asked_for_again_under_the_same_key(desk: Desk, asked: dict[str, Any]) -> None:
    desk.server.drops_answers = True
    with pytest.raises(Unclear):
        await desk.connector().send(answer(asked))
    desk.server.drops_answers = False
    receipt = await desk.connector().send(answer(asked))

    assert len(desk.server.sent) == 1
    assert list(desk.server.taken.values()) == [receipt.external_id]


async def test_refusal_after_a_lost_answer_leaves_open_whether_it_arrived(
    desk: Desk, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = desk.connector()._client
    answers = iter([Unclear("no answer"), Unavailable("can't be reached")])

    async def ask(*_: object, **__: object) -> bytes:
        raise next(answers)

    monkeypatch.setattr(client, "ask", ask)
    with pytest.raises(Unclear):
        await sending._post(client, {}, "key")


async def test_answer_to_what_a_colleague_said_goes_to_the_customer_named_in_it(
    desk: Desk, asked: dict[str, Any]
) -> None:
    mentions = [{"id": "404", "acct": "gone@social.example"}, {"id": "14715", "acct": "iryna@social.example"}]
    ours = desk.server.post(desk.server.accounts[ME_ID], "<p>@iryna вже</p>", mentions=mentions)
    await desk.connector().send(replace(answer(asked), in_reply_to=ours["id"]))

    assert desk.server.sent[0]["in_reply_to_id"] == ours["id"]
    assert desk.server.sent[0]["status"].startswith("@iryna@social.example ")


async def test_deleted_post_is_passed_over_for_the_first_of_the_thread(desk: Desk, asked: dict[str, Any]) -> None:
    await desk.connector().send(replace(answer(asked), in_reply_to="999"))

    assert desk.server.sent[0]["in_reply_to_id"] == asked["id"]


@pytest.mark.parametrize(
    "change",
    [
        {"text": " \n"},
        {"conversation_key": ""},
        {"conversation_key": "world:1"},
        {"to": "https://social.example/users/another"},
        {"in_reply_to": "", "conversation_key": "public:999"},
        {"text": "слово " * 100 * MAX_PARTS},
    ],
)
async def test_what_can_never_go_is_rejected(desk: Desk, asked: dict[str, Any], change: dict[str, str]) -> None:
    with pytest.raises(Rejected):
        await desk.connector().send(replace(answer(asked), **change))

    assert not desk.server.sent


async def test_long_text_goes_in_a_thread_within_what_the_instance_takes(desk: Desk, asked: dict[str, Any]) -> None:
    desk.server.max_characters = 200
    receipt = await desk.connector().send(replace(answer(asked), text="слово " * 60))

    first, second, *_ = desk.server.sent
    assert max(len(one["status"]) for one in desk.server.sent) <= 200
    assert (first["in_reply_to_id"], second["in_reply_to_id"]) == (asked["id"], receipt.external_id)
    assert " ".join(one["status"].partition(" ")[2] for one in desk.server.sent).split() == ["слово"] * 60
    assert len(set(receipt.parts) - {""}) == len(desk.server.sent)


async def test_part_that_fails_leaves_open_what_arrived(
    desk: Desk, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    connector = desk.connector()
    original = sending._post

    async def second_fails(client: Any, fields: dict[str, str], key: str) -> str:
        if key.endswith("-1"):
            raise Unavailable("slow down")
        return await original(client, fields, key)

    monkeypatch.setattr(sending, "_post", second_fails)
    with pytest.raises(PartlySent):
        await connector.send(replace(answer(asked), text="слово " * 120))


@pytest.mark.parametrize(
    ("refusal", "failure"),
    [
        ((422, "Validation failed"), Rejected),
        ((404, "Record not found"), Rejected),
        ((403, "This action is outside the authorized scopes"), AuthFailed),
        ((401, "The access token was revoked"), AuthFailed),
        ((500, "something"), Unclear),
        ((404, ""), Unclear),
    ],
)
async def test_refusals_are_told_apart(
    desk: Desk, asked: dict[str, Any], refusal: tuple[int, str], failure: type[Exception]
) -> None:
    desk.server.refusals["v1/statuses"] = refusal
    with pytest.raises(failure) as raised:
        await desk.connector().send(answer(asked))

    assert type(raised.value) is failure


async def test_file_comes_from_the_instance_and_those_below_its_name_only(desk: Desk) -> None:
    desk.server.files["a.jpeg"] = b"\x00\x01"
    connector, hosts = desk.connector(), media_hosts(desk.config(media_hosts=("CDN.example",)))
    file = MediaReference(reference=f"{desk.server.instance}/files/a.jpeg")

    assert await desk.hub.download(connector, file, hosts) == b"\x00\x01"
    assert MediaHost(name="cdn.example") in hosts
    assert not (await connector.media(file)).headers
    with pytest.raises(MediaRefused):
        await desk.hub.download(connector, MediaReference(reference="https://social.example/x.jpeg"), hosts)
