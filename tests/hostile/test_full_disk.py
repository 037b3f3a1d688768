"""Below `min_free_bytes` every channel keeps its message: told when to come back, and nothing is stored."""

import pytest

from tests.hostile.attacker import Attacker, dumps

pytestmark = pytest.mark.slow  # a daemon


def test_every_channel_is_told_to_come_back_and_nothing_is_stored(full: Attacker) -> None:
    mail = full.mail(b"Subject: x\r\n\r\nhello")
    posted = full.post({"account": "shop", "external_id": "1", "text": "hello"})
    form = full.ask("POST", "/forms/site-form", b"message=hello", content_type="application/x-www-form-urlencoded")
    update = dumps({"update_id": 1})
    hooked = full.ask("POST", "/hooks/bot", update, headers={"X-Telegram-Bot-Api-Secret-Token": "only-telegram-knows"})

    assert mail.startswith("452 4.3.1")
    assert [answer.status for answer in (posted, form, hooked)] == [503, 503, 503]
    assert all(int(answer.headers["retry-after"]) > 0 for answer in (posted, form, hooked))
    assert all(answer.headers["content-type"].startswith("application/problem+json") for answer in (posted, form))
    assert full.stored() == 0
    assert full.ask("GET", "/livez").status == 200


def test_agents_actions_are_still_taken(full: Attacker) -> None:
    made = full.ask("POST", "/api/v1/tokens", dumps({"role": "agent", "name": "Olha"}))

    assert made.status == 201
