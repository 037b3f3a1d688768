"""How long messages are kept, and what would go, over HTTP."""

from datetime import datetime, timedelta

import pytest

from channelhub.settings.retention import MessageRetention, RetentionSettings
from tests.web.conftest import BEGAN, Hub
from tests.web.flow import receive
from tests.web.test_customers import call
from tests.web.test_pages import page

RULES = RetentionSettings(messages=(MessageRetention(channel="api", days=30, keep_open=False),))


@pytest.fixture
def keeping(hub: Hub) -> Hub:
    """The hub with rules for messages."""
    hub.kept[0] = RULES
    return hub


async def test_the_rules_are_told_with_when_they_act(keeping: Hub) -> None:
    assert keeping.parts.expiry is not None
    _, before = await call(keeping, "GET", "/retention")
    await keeping.parts.expiry.announce()
    _, found = await call(keeping, "GET", "/retention")

    assert before["messages"] is None
    assert found["messages"]["rules"] == [{"account": "", "channel": "api", "days": 30, "keep_open": False}]
    assert found["messages"]["acts_at"] == (BEGAN + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    assert found["messages"]["ended_at"] is None


async def test_a_preview_says_what_would_go_and_changes_nothing(keeping: Hub) -> None:
    await receive(keeping, "Привіт", email="a@example.com")
    keeping.clock[0] += timedelta(days=400)
    _, found = await call(keeping, "GET", "/retention/preview")
    _, kept = await call(keeping, "GET", "/retention/preview?days=30&account=shop")
    _, longer = await call(keeping, "GET", "/retention/preview?days=36500&channel=api")
    _, other = await call(keeping, "GET", "/retention/preview?days=30&channel=email")
    rows = await call(keeping, "GET", "/customers/lookup?identity=email:a@example.com")

    [item] = found["items"]
    assert (item["account"], item["channel"], item["messages"], item["incidents"]) == ("shop", "api", 1, 1)
    assert datetime.fromisoformat(item["before"]) == keeping.clock[0] - timedelta(days=30)
    assert [(one["messages"], one["kept_open"]) for one in kept["items"]] == [(0, 1)]
    assert [one["messages"] for one in longer["items"]] == [0]
    assert other["items"] == []
    assert rows[0] == 200


@pytest.mark.parametrize("query", ["days=29", "days=x", "account=shop", "keep_open=false", "what=1"])
async def test_a_rule_that_says_nothing_is_refused(keeping: Hub, query: str) -> None:
    assert (await call(keeping, "GET", f"/retention/preview?{query}"))[0] == 422


async def test_the_page_shows_the_rules_and_tries_others(keeping: Hub) -> None:
    assert keeping.parts.expiry is not None
    before = await page(keeping, "/retention")
    await keeping.parts.expiry.announce()
    await receive(keeping, "Привіт", email="a@example.com")
    keeping.clock[0] += timedelta(days=400)
    known = await page(keeping, "/retention")
    counted = await page(keeping, "/retention?count=true")
    tried = await page(keeping, "/retention?account=shop&channel=&days=100&by_age=true")
    other = await page(keeping, "/retention?account=&channel=email&days=100")

    assert "[[retention.messages]]" in before
    assert "[[retention.messages]]" not in known
    assert 'id="counted"' not in known
    assert 'id="counted"' in counted
    assert "<td>1</td><td>1</td><td>0</td>" in tried
    assert "The rule fits no account." in other
