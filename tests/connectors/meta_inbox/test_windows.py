"""How long Meta's channels take answers, as the core is told before any is written."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from channelhub.domain.inbound import NewMessage
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from connectors.meta.instagram import plugin as instagram
from connectors.meta.instagram.config import InstagramConfig
from connectors.meta.messenger import plugin as messenger
from connectors.meta.messenger.config import MessengerConfig
from connectors.meta.whatsapp import plugin as whatsapp
from connectors.meta.whatsapp.config import WhatsAppConfig
from tests.connectors.meta_inbox.vectors import INSTAGRAM, MESSENGER

HOUR = 3600
KEYS: dict[str, Any] = {name: Secret("x") for name in ("token", "app_secret", "verify_token")}
PAGE = MessengerConfig(page_id="1", app_id="2", **KEYS)
ACCOUNT = InstagramConfig(instagram_id="1", app_id="2", **KEYS)
NUMBER = WhatsAppConfig(phone_number_id="1", **KEYS)


def test_pages_and_accounts_answer_for_a_day_or_as_people_for_a_week() -> None:
    human = [msgspec.structs.replace(one, human_agent=True) for one in (PAGE, ACCOUNT)]

    assert [one.plugin.reply_window_s(config) for one, config in ((messenger, PAGE), (instagram, ACCOUNT))] == [
        24 * HOUR,
        24 * HOUR,
    ]
    assert [messenger.plugin.reply_window_s(one) for one in human] == [168 * HOUR, 168 * HOUR]


def test_whatsapp_takes_a_template_afterwards_where_one_is_named() -> None:
    named = msgspec.structs.replace(NUMBER, template="support_answer")
    late = whatsapp.plugin.late_reply(named)

    assert whatsapp.plugin.reply_window_s(named) == whatsapp.plugin.reply_window_s(NUMBER) == 24 * HOUR
    assert whatsapp.plugin.late_reply(NUMBER) is None
    assert late is not None
    assert (late.template, late.max_chars, late.takes_files) == ("support_answer", 1024, False)


@pytest.mark.parametrize(
    ("bodies", "parse", "is_public"),
    [
        (MESSENGER, messenger.parse, messenger.plugin.is_public),
        (INSTAGRAM, instagram.parse, instagram.plugin.is_public),
    ],
)
def test_comments_and_reviews_are_public_and_private_messages_are_not(
    bodies: tuple[bytes, ...], parse: Callable[[RawMessage], Any], is_public: Callable[[str], bool]
) -> None:
    read = [item for body in bodies for item in parse(RawMessage(account="a", delivery_id="1", body=body))]
    messages = [item for item in read if isinstance(item, NewMessage) and item.thread.key]

    assert {is_public(one.thread.key) for one in messages} == {True, False}
    assert all(is_public(one.thread.key) == ("public" in one.extra) for one in messages)
