"""What Slack's events say, in its documented shapes."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelhub.domain.inbound import (
    DeletedMessage,
    DeliveryStatus,
    Direction,
    EditedMessage,
    Inbound,
    NewMessage,
    Reaction,
    Unknown,
)
from channelhub.domain.people import Evidence, Handle
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.slack.config import Places
from connectors.slack.delivery import Ourselves, from_history, to_raw
from connectors.slack.parse import parse
from connectors.slack.words import escaped, plain
from tests.connectors.slack import vectors as v

WHO = Handle(kind="slack", value=v.OLENA, evidence=Evidence.CHANNEL_ID)
AT = datetime.fromtimestamp(v.AT, UTC)
EVERYWHERE = Places(channels=("*",))
US = Ourselves(team_id=v.TEAM, user_id=v.BOT)


def raw_of(event: dict[str, Any], places: Places = EVERYWHERE) -> RawMessage:
    return replace(to_raw(v.encoded(event), account="slack"), settings=msgspec.json.encode(places))


def read(event: dict[str, Any], places: Places = EVERYWHERE) -> Inbound:
    [item] = parse(raw_of(event, places))
    return item


def read_new(event: dict[str, Any], places: Places = EVERYWHERE) -> NewMessage:
    item = read(event, places)
    assert isinstance(item, NewMessage), item
    return item


def test_text_has_its_sender_conversation_thread_file_and_time() -> None:
    said = read_new(v.FILE)
    [file] = said.content.attachments

    assert (said.content.text, said.sender.handles) == ("Рахунок за листопад & акт", (WHO,))
    assert (said.external_id, said.thread.key, said.thread.in_reply_to) == (
        f"{v.CHAT}:{v.TS}",
        v.CHAT,
        f"{v.CHAT}:1795292000.000100",
    )
    assert (file.filename, file.content_type, file.size, file.reference) == (
        "акт.pdf",
        "application/pdf",
        81233,
        "F0ACT",
    )
    assert said.sent_at == AT.replace(microsecond=123459)
    assert said.is_time_vouched


@pytest.mark.parametrize(
    ("event", "text", "files"),
    [
        (v.TEXT, "Де моє замовлення?", 0),
        (v.FILE_ONLY, "[file: old.png]\n[file: F0GONE]", 1),
        (v.LINKED, "Дивіться\nКошторис (https://docs.example/d/1)", 0),
        (v.FORWARD, "Ось\n> Hanna:\n> Не працює > години", 0),
        (v.MENTION, "не працює", 0),
    ],
)
def test_what_is_said_without_words_is_said_in_words(event: dict[str, Any], text: str, files: int) -> None:
    said = read_new(event)

    assert (said.content.text, len(said.content.attachments)) == (text, files)


@pytest.mark.parametrize(
    ("mrkdwn", "text"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<@U1|olena> <@U2> <#C1|general> <!here> <!subteam^S1|@ops>", "@olena @U2 #general @here @ops"),
        ("<https://a.example/?x=1&amp;y=2>", "https://a.example/?x=1&y=2"),
        ("<https://a.example|a.example>", "a.example"),
        ("<https://evil.example|https://bank.example>", "https://bank.example (https://evil.example)"),
        ("<mailto:a@b.example|a@b.example> <tel:+380501>", "a@b.example +380501"),
        ("<!date^1392734382^{date}|18 лютого>", "18 лютого"),
        ("1 < 2", "1 < 2"),
    ],
)
def test_mrkdwn_reads_as_people_read_it(mrkdwn: str, text: str) -> None:
    assert plain(mrkdwn) == text


@given(st.text(max_size=200))
def test_what_is_escaped_reads_as_it_was(text: str) -> None:
    assert plain(escaped(text)) == text


def test_channel_is_a_conversation_for_each_thread() -> None:
    root, answer = read_new(v.shared("hi")), read_new(v.THREAD)

    assert root.thread.key == f"{v.CHANNEL}:{v.TS}"
    assert answer.thread.key == f"{v.CHANNEL}:1795292000.000100"
    assert answer.thread.in_reply_to == f"{v.CHANNEL}:1795292000.000100"


@pytest.mark.parametrize(
    ("places", "is_taken"),
    [(Places(), False), (Places(channels=(v.CHANNEL,)), True), (Places(channels=("C0OTHER",)), False)],
)
def test_channels_are_customers_where_the_account_says_so(places: Places, is_taken: bool) -> None:
    said, reacted = (
        read(v.shared(), places),
        read(v.reaction(item={"type": "message", "channel": v.CHANNEL, "ts": v.TS}), places),
    )

    assert isinstance(said, NewMessage if is_taken else Unknown)
    assert isinstance(reacted, Reaction if is_taken else Unknown)
    assert isinstance(read(v.TEXT, places), NewMessage)


@pytest.mark.parametrize("kind", ["message", "app_mention"])
def test_who_mentions_the_app_is_heard_anywhere(kind: str) -> None:
    said = read_new(v.shared(f"<@{v.BOT}>: не працює", type=kind), Places())

    assert said.content.text == "не працює"


def test_message_is_one_delivery_whichever_way_it_comes() -> None:
    text = v.shared(f"<@{v.BOT}> не працює")
    mention = v.envelope(text["event"] | {"type": "app_mention"}, number=7)
    past = from_history(
        msgspec.Raw(v.encoded({key: text["event"][key] for key in ("type", "user", "text", "ts")})),
        account="slack", channel=v.CHANNEL, kind="channel", us=US, now=AT,
    )  # fmt: skip
    ids = {raw_of(text).delivery_id, raw_of(mention).delivery_id, past.delivery_id}

    assert ids == {f"{v.CHANNEL}:{v.TS}"}
    [item] = parse(replace(past, settings=msgspec.json.encode(EVERYWHERE)))
    assert isinstance(item, NewMessage)
    assert replace(item, extra={}) == read_new(text)


@pytest.mark.parametrize(
    ("author", "places", "is_ours"),
    [
        ({"user": v.TARAS}, Places(channels=("*",), colleagues=(v.TARAS,)), True),
        ({"user": v.TARAS}, Places(channels=("*",), workspace_is_ours=True), True),
        ({"user": v.TARAS, "user_team": v.THEIR_TEAM}, Places(channels=("*",), workspace_is_ours=True), False),
        ({"user": v.TARAS}, EVERYWHERE, False),
    ],
)
def test_colleague_answers_the_customer_of_the_thread(author: dict[str, str], places: Places, is_ours: bool) -> None:
    said = read_new(v.shared("Дивимось", thread_ts="1795292000.000100", parent_user_id=v.OLENA, **author), places)

    assert said.direction is (Direction.OUT if is_ours else Direction.IN)
    assert said.sender.handles[0].value == (v.OLENA if is_ours else v.TARAS)
    assert said.thread.key == f"{v.CHANNEL}:1795292000.000100"


def test_colleague_who_answers_no_customer_is_shown_by_name_only() -> None:
    places = Places(channels=("*",), colleagues=(v.TARAS,))
    begun = read(v.shared("Обід", user=v.TARAS), places)
    own = read(v.shared("Так", user=v.TARAS, thread_ts="1.0", parent_user_id=v.TARAS), places)

    assert isinstance(begun, Unknown)
    assert isinstance(own, Unknown)
    assert begun.shape == "colleague's message"


def test_own_messages_are_reports_on_what_we_sent() -> None:
    silent, told, posted = read(v.ECHO), read(v.TOLD_ECHO), read(v.POSTED)

    assert isinstance(silent, DeliveryStatus)
    assert isinstance(told, DeliveryStatus)
    assert isinstance(posted, DeliveryStatus)
    assert (silent.status, silent.about) == ("sent", ())
    assert told.about == posted.about == ("ch.1",)
    assert told.external_id == posted.external_id == f"{v.CHAT}:{v.TS}:sent"


def test_metadata_of_another_app_is_no_report() -> None:
    theirs = v.envelope(v.POSTED["event"] | {"app_id": "A0OTHER"})

    assert isinstance(read(theirs), Unknown)


def test_edit_is_a_later_version_and_a_preview_is_none() -> None:
    first, second = read(v.changed("a", number=2)), read(v.changed("b", number=3))
    preview = read(v.UNFURLED)
    again = read(v.changed("x", before={"ts": v.TS, "edited": {"ts": f"{v.AT + 60}.000000"}}))

    assert isinstance(first, EditedMessage)
    assert isinstance(second, EditedMessage)
    assert first.external_id == second.external_id == f"{v.CHAT}:{v.TS}"
    assert first.revision < second.revision
    assert isinstance(preview, NewMessage)
    assert isinstance(again, NewMessage)
    assert preview.external_id == again.external_id == first.external_id


def test_edit_out_of_the_history_is_the_same_delivery_and_no_earlier() -> None:
    told = v.changed("Де моє замовлення?", number=250)
    past = from_history(
        msgspec.Raw(v.encoded(told["event"]["message"])), account="slack", channel=v.CHAT, kind="im", us=US, now=AT
    )
    [item] = parse(past)
    edited = read(told)

    assert past.delivery_id == raw_of(told).delivery_id
    assert isinstance(item, EditedMessage)
    assert isinstance(edited, EditedMessage)
    assert item.revision >= edited.revision


@pytest.mark.parametrize("event", [v.DELETED, v.TOMB])
def test_deleted_message_is_taken_back(event: dict[str, Any]) -> None:
    item = read(event)

    assert isinstance(item, DeletedMessage)
    assert item.external_id == f"{v.CHAT}:{v.TS}"


def test_reaction_is_put_and_taken_away() -> None:
    put, taken = read(v.REACTED), read(v.UNREACTED)

    assert isinstance(put, Reaction)
    assert isinstance(taken, Reaction)
    assert (put.target_id, put.emoji, put.before) == (f"{v.CHAT}:{v.TS}", ":pray:", "")
    assert (taken.emoji, taken.before) == ("", ":pray:")


def test_name_is_taken_where_slack_sends_it() -> None:
    assert read_new(v.PROFILED).sender.name == "Олена К."


def test_a_part_that_cannot_be_read_spoils_nothing_else() -> None:
    said = read_new(v.said("Де?", files=[{"size": "large"}], attachments=7))

    assert said.content.text == "Де?"
    assert [one.partition(":")[0] for one in said.warnings] == ["files", "attachments"]


@pytest.mark.parametrize(
    ("event", "shape", "who"),
    [
        (v.UNKNOWN, "hologram", None),
        (v.ANOTHER_APP, "message of an app", "B0CI"),
        (v.JOINED, "message: channel_join", v.OLENA),
        (v.MEMBER, "member_joined_channel", v.OLENA),
        (v.NEW_USER, "team_join", v.OLENA),
        (v.REVOKED, "tokens_revoked", None),
        (v.LIMITED, "app_rate_limited", None),
        (v.INTERACTIVE, "block_actions", v.OLENA),
        (v.COMMAND, "command: /status", v.OLENA),
        (v.said(""), "message without content", v.OLENA),
        (v.reaction(item={"type": "file", "file": "F0"}), "reaction_added: file", v.OLENA),
        (v.reaction(user=v.BOT), "reaction_added", v.BOT),
    ],
)
def test_what_nobody_documented_is_kept_by_name(event: dict[str, Any], shape: str, who: str | None) -> None:
    item = read(event)

    assert isinstance(item, Unknown)
    assert (item.shape, item.sender.handles[0].value if item.sender else None) == (shape, who)


@pytest.mark.parametrize(
    ("form", "shape"),
    [
        (
            b"payload=%7B%22type%22%3A%22block_actions%22%2C%22user%22%3A%7B%22id%22%3A%22U0CUST%22%7D%7D",
            "block_actions",
        ),
        (b"command=%2Fstatus&user_id=U0CUST&text=hi", "command: /status"),
    ],
)
def test_forms_are_kept_by_name(form: bytes, shape: str) -> None:
    [item] = parse(to_raw(form, account="slack"))

    assert isinstance(item, Unknown)
    assert item.shape == shape
    assert item.sender is not None


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"payload=7", b"a=b", b"\xff", v.encoded(v.TEXT)[:-3], b'{"type":' + b"[" * 5000,
        v.encoded({"type": "event_callback"}),
        v.encoded(v.envelope({"type": "message", "channel": v.CHAT, "text": "no time"})),
        v.encoded(v.envelope({"type": "message", "channel": v.CHAT, "ts": "now"})),
        v.encoded(v.envelope({"type": "message", "ts": v.TS, "user": v.OLENA, "text": "x"})),
        v.encoded(v.envelope({"type": "message", "subtype": "message_changed", "channel": v.CHAT})),
    ],
)  # fmt: skip
def test_what_is_no_event_is_kept_whole_and_parked(body: bytes) -> None:
    raw = to_raw(body, account="slack")

    assert raw.body == body
    with pytest.raises(Unparseable):
        parse(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from([v.TS, v.CHAT, v.BOT]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["type", "subtype", "ts", "channel", "user", "text", "message", "edited", "files", "item", "thread_ts", "event"]
    ), inner, max_size=6),
    max_leaves=12,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow])  # machines differ
@given(JSON, st.sampled_from(["message", "app_mention", "reaction_added", "message_metadata_posted", "x"]))
def test_whatever_an_event_holds_it_is_read_or_parked_and_alike_twice(event: Any, kind: str) -> None:
    told = {**event, "type": kind} if isinstance(event, dict) else event
    raw = to_raw(json.dumps(v.envelope(told)).encode(), account="slack")
    try:
        items = parse(raw)
    except Unparseable:
        return

    assert items == parse(raw)
    assert all(one.external_id for one in items)


@given(st.text(max_size=400))
def test_no_name_of_a_delivery_is_empty_or_endless(name: str) -> None:
    assert 0 < len(to_raw(v.encoded(v.envelope({"type": "x"}, event_id=name)), account="slack").delivery_id) <= 200
    assert 0 < len(to_raw(v.encoded(v.said(channel=name)), account="slack").delivery_id) <= 200
