"""A message about an event, as each receiver shows it: plain text, whatever it holds, within the receiver's bounds."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from channelhub.dispatch.targets.contract import Message, Messenger
from channelhub.dispatch.targets.table import messenger_of, target_of
from channelhub.rules.event_alerts.showing import Tone
from channelhub.rules.event_alerts.templates import TEXT_CHARS, TITLE_CHARS
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from channelhub.settings.alerts import ALERT_KINDS, MessengerSettings
from tests.dispatch.targets.configurations import target
from tests.servers.receivers import BadDay, Receivers

LINK = "https://support.example.com/customers/7215"
KINDS = sorted(kind for kind, model in ALERT_KINDS.items() if issubclass(model, MessengerSettings) and kind != "email")
EVIL = "@channel <!channel> <@U1> [x](http://evil.example) *so* _so_ `so` # so </b><b>&amp;"


@pytest.fixture
async def server() -> AsyncIterator[Receivers]:
    async with Receivers() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def message(**changes: Any) -> Message:
    values: dict[str, Any] = {
        "key": "evt_1207_0a1b2c3d4e5f",
        "title": "Нове звернення #1042",
        "text": "Коли: 2026-03-02 09:00 UTC\nКлієнт: 7215",
        "link": LINK,
        "tone": Tone.PLAIN,
    }
    return Message(**(values | changes))


def messenger(kind: str, server: Receivers, http: aiohttp.ClientSession, **changes: Any) -> Messenger:
    one = target(kind, server, events=("*",), **changes)
    found = messenger_of(target_of(one, http), one)
    assert found is not None
    return found


def test_those_that_want_an_end_are_told_of_no_events() -> None:
    assert set(ALERT_KINDS) - {*KINDS, "email"} == {"alertmanager", "opsgenie", "pagerduty", "statuspage"}


@pytest.mark.parametrize("tone", Tone)
@pytest.mark.parametrize("kind", KINDS)
async def test_the_vendor_takes_it_with_title_text_and_link(
    kind: str, tone: Tone, server: Receivers, http: aiohttp.ClientSession
) -> None:
    await messenger(kind, server, http).post(message(tone=tone))
    (call,) = server.of(kind)
    said = json.dumps(call.body, ensure_ascii=False).replace("\\\\", "")

    assert "Нове звернення #1042" in said
    assert "Коли: 2026-03-02 09:00 UTC" in said.replace("\\", "")
    assert LINK in said


@pytest.mark.parametrize("kind", KINDS)
async def test_the_longest_message_is_taken(kind: str, server: Receivers, http: aiohttp.ClientSession) -> None:
    longest = message(title="Ж" * TITLE_CHARS, text="ж" * TEXT_CHARS, may_repeat=True)
    await messenger(kind, server, http, language="uk").post(longest)
    (call,) = server.of(kind)

    if kind != "ntfy":  # its key tells a repetition
        assert "Можливо, це повтор" in json.dumps(call.body, ensure_ascii=False)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_title_alone_is_a_message(kind: str, server: Receivers, http: aiohttp.ClientSession) -> None:
    await messenger(kind, server, http).post(message(text=""))

    assert len(server.of(kind)) == 1


@pytest.mark.parametrize("kind", ["mattermost", "teams"])
async def test_markdown_is_escaped_wherever_it_is_read(
    kind: str, server: Receivers, http: aiohttp.ClientSession
) -> None:
    await messenger(kind, server, http).post(message(title=EVIL, text=f"{EVIL}\n{EVIL}"))
    body = server.of(kind)[0].body
    if kind == "mattermost":
        (attachment,) = body["attachments"]
        texts = [attachment["title"], attachment["fallback"], attachment["text"].replace(f"({LINK})", "")]
        assert "@channel" not in "".join(texts)  # which would wake everybody
    else:
        texts = [one["text"] for one in body["attachments"][0]["content"]["body"]]

    assert len(texts) == 3
    for text in texts:
        assert "x\\](" not in text
        assert not re.search(r"(?<!\\)[*_`#]", text)


@pytest.mark.parametrize("kind", ["slack", "slack_webhook"])
async def test_slack_reads_no_markup_and_mentions_nobody(
    kind: str, server: Receivers, http: aiohttp.ClientSession
) -> None:
    await messenger(kind, server, http).post(message(title=EVIL, text=EVIL))
    body = server.of(kind)[0].body
    shown, link = body["attachments"][0]["blocks"]

    assert body["mrkdwn"] is False
    assert "<" not in body["text"]
    assert shown["text"] == {"type": "plain_text", "text": EVIL, "emoji": False}
    assert link["elements"][0]["text"] == f"<{LINK}|Open in channelhub>"


@pytest.mark.parametrize("kind", ["telegram", "ntfy"])
async def test_where_markup_is_a_wish_none_is_made(kind: str, server: Receivers, http: aiohttp.ClientSession) -> None:
    await messenger(kind, server, http).post(message(title=EVIL))

    assert not {"parse_mode", "entities", "markdown"} & set(server.of(kind)[0].body)


@pytest.mark.parametrize("kind", KINDS)
async def test_failures_are_told_apart_as_with_outages(
    kind: str, server: Receivers, http: aiohttp.ClientSession
) -> None:
    server.bad(kind, BadDay(status=503, headers={"Retry-After": "77"}), BadDay(status=401), BadDay(status=404))
    one = messenger(kind, server, http)
    with pytest.raises(Unavailable) as later:
        await one.post(message())
    with pytest.raises(AuthFailed):
        await one.post(message())
    with pytest.raises(Rejected):
        await one.post(message())

    assert later.value.retry_after_s == 77


async def test_ntfy_replaces_a_repetition_and_shows_how_bad_it_is(
    server: Receivers, http: aiohttp.ClientSession
) -> None:
    one = messenger("ntfy", server, http)
    await one.post(message(tone=Tone.BAD))
    await one.post(message(tone=Tone.BAD, may_repeat=True))
    await one.post(message(tone=Tone.GOOD))

    assert len({call.body["sequence_id"] for call in server.of("ntfy")}) == 1
    assert [call.body["priority"] for call in server.of("ntfy")] == [4, 4, 3]


async def test_telegram_writes_into_the_topic(server: Receivers, http: aiohttp.ClientSession) -> None:
    await messenger("telegram", server, http, thread_id=7).post(message())

    assert server.of("telegram")[0].body["message_thread_id"] == 7
