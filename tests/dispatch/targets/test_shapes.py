"""Every receiver is told in its vendor's shape, opened, changed and closed under one key."""

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from channelhub.dispatch.targets.contract import Target
from channelhub.dispatch.targets.table import target_of
from channelhub.domain.alerts import AlertAction, Severity
from channelhub.settings.alerts import ALERT_KINDS
from tests.dispatch.targets.configurations import LINK, OUTAGE_KEY, notice, target
from tests.servers.receivers import BadDay, Call, Receivers

BY_HTTP = sorted(ALERT_KINDS.keys() - {"email"})
TRIGGER, UPDATE, RESOLVE = AlertAction.TRIGGER, AlertAction.UPDATE, AlertAction.RESOLVE


@pytest.fixture
async def server() -> AsyncIterator[Receivers]:
    async with Receivers() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def story(kind: str, server: Receivers, http: aiohttp.ClientSession, **changes: object) -> list[Call]:
    """Opened, confirmed, over."""
    one: Target = target_of(target(kind, server, **changes), http)
    reference = await one.tell(notice(TRIGGER))
    confirmed = notice(UPDATE, external_ref=reference, state="confirmed", severity=Severity.ERROR, customers=30)
    assert await one.tell(confirmed) == reference
    over = notice(RESOLVE, external_ref=reference, state="resolved", severity=Severity.ERROR, customers=31)
    assert await one.tell(over) == reference
    return server.of(kind)


@pytest.mark.parametrize("kind", BY_HTTP)
async def test_the_vendor_takes_the_whole_story(kind: str, server: Receivers, http: aiohttp.ClientSession) -> None:
    calls = await story(kind, server, http)

    assert len(calls) >= 3


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
@pytest.mark.parametrize("kind", BY_HTTP)
async def test_it_is_told_in_the_language_asked_for(
    kind: str, language: str, server: Receivers, http: aiohttp.ClientSession
) -> None:
    calls = await story(kind, server, http, language=language)
    said = json.dumps([one.body for one in calls], ensure_ascii=False)

    suspected = {"ru": "Подозрение на сбой", "uk": "Підозра на збій", "en": "Outage suspected"}
    public = {"ru": "Проблема устранена", "uk": "Проблему усунено", "en": "The problem is solved"}
    assert (public if kind == "statuspage" else suspected)[language] in said


async def test_pagerduty_has_one_key_and_two_actions(server: Receivers, http: aiohttp.ClientSession) -> None:
    opened, changed, closed = (one.body for one in await story("pagerduty", server, http))

    assert {opened["dedup_key"], changed["dedup_key"], closed["dedup_key"]} == {OUTAGE_KEY}
    assert [one["event_action"] for one in (opened, changed, closed)] == ["trigger", "trigger", "resolve"]
    assert [opened["payload"]["severity"], changed["payload"]["severity"]] == ["warning", "error"]
    assert opened["links"][0]["href"] == LINK
    assert opened["payload"]["custom_details"]["Customers"] == "12 (were 5)"


async def test_opsgenie_closes_by_the_alias_it_opened(server: Receivers, http: aiohttp.ClientSession) -> None:
    opened, noted, closed = await story("opsgenie", server, http)

    assert (opened.body["alias"], opened.body["priority"]) == (OUTAGE_KEY, "P3")
    assert noted.path == f"/v2/alerts/{OUTAGE_KEY}/notes?identifierType=alias"
    assert closed.path == f"/v2/alerts/{OUTAGE_KEY}/close?identifierType=alias"


async def test_alertmanager_gets_the_same_labels_and_an_end(server: Receivers, http: aiohttp.ClientSession) -> None:
    opened, changed, closed = (one.body[0] for one in await story("alertmanager", server, http))

    assert opened["labels"] == changed["labels"] == closed["labels"]
    assert opened["labels"] == {"alertname": "MassOutage", "outage": OUTAGE_KEY, "severity": "critical"}
    assert opened["endsAt"] > "2026-03-01T14:20:00" >= closed["endsAt"][:19]


async def test_slack_edits_its_message_and_answers_below_it(server: Receivers, http: aiohttp.ClientSession) -> None:
    calls = await story("slack", server, http)
    methods = [one.path.removeprefix("/api/") for one in calls]
    stamp = calls[1].body["ts"]

    assert methods == ["chat.postMessage", *["chat.update", "chat.postMessage"] * 2]
    assert {one.body.get("ts", stamp) for one in calls} == {stamp}
    assert [one.body.get("thread_ts") for one in calls] == [None, None, stamp, None, stamp]


async def test_telegram_edits_its_message_and_answers_it(server: Receivers, http: aiohttp.ClientSession) -> None:
    opened, edited, answered, *_ = await story("telegram", server, http)

    assert edited.body["message_id"] == answered.body["reply_parameters"]["message_id"]
    assert opened.body["link_preview_options"] == {"is_disabled": True}


async def test_telegram_is_content_when_nothing_changed(server: Receivers, http: aiohttp.ClientSession) -> None:
    one = target_of(target("telegram", server), http)
    reference = await one.tell(notice(TRIGGER))
    for _ in range(2):
        assert await one.tell(notice(UPDATE, external_ref=reference)) == reference


async def test_ntfy_replaces_its_notification(server: Receivers, http: aiohttp.ClientSession) -> None:
    calls = await story("ntfy", server, http)

    assert {one.body["sequence_id"] for one in calls} == {OUTAGE_KEY}
    assert [one.body["priority"] for one in calls] == [4, 5, 3]


async def test_the_public_page_shows_no_word_of_a_customer(server: Receivers, http: aiohttp.ClientSession) -> None:
    calls = await story("statuspage", server, http)
    said = json.dumps([one.body for one in calls], ensure_ascii=False)

    assert "оплат" not in said
    assert "12" not in said.replace("5120", "")
    assert [one.method for one in calls] == ["POST", "PATCH", "PATCH"]
    assert calls[-1].body["incident"]["status"] == "resolved"


async def test_an_incident_of_a_lost_answer_is_found_again(server: Receivers, http: aiohttp.ClientSession) -> None:
    one = target_of(target("statuspage", server), http)
    server.bad("statuspage", BadDay(resets=True, takes=True))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await one.tell(notice(TRIGGER))
    reference = await one.tell(notice(TRIGGER, may_repeat=True))

    assert list(server.incidents) == [reference]


@pytest.mark.parametrize("kind", ["slack", "slack_webhook", "mattermost", "teams"])
async def test_a_customers_words_mention_nobody_and_are_no_markup(
    kind: str, server: Receivers, http: aiohttp.ClientSession
) -> None:
    await target_of(target(kind, server), http).tell(notice(TRIGGER))
    (call,) = server.of(kind)
    shown = json.dumps(_marked_up(call.body), ensure_ascii=False)

    assert "<!channel>" not in shown
    if kind in ("mattermost", "teams"):  # Slack knows no such links
        assert "](http://evil" not in shown
    if kind == "mattermost":
        assert "@channel" not in shown


def _marked_up(body: object) -> object:
    """What the vendor reads as markup: a Slack header is plain text."""
    if isinstance(body, dict):
        return None if body.get("type") == "plain_text" else {name: _marked_up(value) for name, value in body.items()}
    return [_marked_up(one) for one in body] if isinstance(body, list) else body


@pytest.mark.parametrize("kind", ["slack", "slack_webhook", "mattermost", "teams", "telegram", "ntfy"])
async def test_people_are_told_that_it_may_be_a_repetition(
    kind: str, server: Receivers, http: aiohttp.ClientSession
) -> None:
    await target_of(target(kind, server), http).tell(notice(TRIGGER, may_repeat=True))

    assert "This may be a repetition" in json.dumps(server.of(kind)[0].body)
