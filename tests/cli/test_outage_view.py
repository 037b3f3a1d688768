"""An outage on a terminal says what its page says, and no customer's text moves the cursor."""

import io
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from channelhub.cli.outage_view import bars, print_outage

FOUND: dict[str, Any] = {
    "id": "7", "state": "confirmed", "title": "Pay fails\x1b[2J", "customers": 9, "messages": 12,
    "began_at": "2026-03-02T09:00:00Z", "opened_at": "2026-03-02T09:08:00Z", "terms": ["pay", "card"],
    "growth": {"at": "2026-03-02T10:00:00Z", "last_hour": 12, "hour_before": 0},
    "chart": [
        {"at": "2026-03-02T08:59:00Z", "reports": 0, "expected": 0.1},
        {"at": "2026-03-02T09:00:00Z", "reports": 12, "expected": 0.25},
    ],
    "chart_interval_s": 60, "reasons": ["9 different customers"],
    "common": [{"words": "payment method: Apple Pay — 8 of 9"}],
    "representatives": [{"channel": "api", "language": "en", "subject": "", "text": "[bold]the till\x1b[31m fails"}],
    "distinguishing": [{"word": "till", "customers": 8, "of": 9, "usual_share": 0.002}],
    "alerts": [{"account": "watch", "name": "PayDown", "words": "customers noticed 6 minutes before the alert"}],
    "explanation": {
        "decisions": [
            {"at": "2026-03-02T09:08:00Z", "decision": "taken_in", "actor": "", "about": "8", "reasons": ["same"]},
            {"at": "2026-03-02T09:09:00Z", "decision": "confirm", "actor": "agent:k", "about": None, "reasons": []},
        ]
    },
    "members": [{"at": "2026-03-02T09:00:00Z", "channel": "api", "customer_id": "5", "reasons": ["shared words: pay"]}],
}  # fmt: skip


def printed(found: dict[str, Any]) -> str:
    out = io.StringIO()
    print_outage(found, Console(file=out, width=140))
    return out.getvalue()


def test_everything_that_explains_it_is_told() -> None:
    text = printed(FOUND)
    told = (
        "9 different customers", "8 of 9", "[bold]the till", "till: 8 of 9, usually 0.2 %", "6 minutes before",
        "taken in (8): same", "confirm by agent:k", "shared words: pay", "12 reports in the last hour", "·█",
        "usual: at most 0.25",
    )  # fmt: skip

    assert [one for one in told if one not in text] == []
    assert "\x1b" not in text


def test_an_outage_without_reports_is_shown_too() -> None:
    empty = FOUND | {name: [] for name in ("chart", "common", "representatives", "distinguishing", "alerts", "members")}
    text = printed(empty | {"growth": None, "chart_interval_s": None, "explanation": {"decisions": []}})

    assert "confirmed, 9 customers" in text
    assert "what was decided" not in text


@given(st.lists(st.integers(0, 10**6), max_size=400))
def test_bars_stand_for_what_there_was(counts: list[int]) -> None:
    drawn = bars(counts)

    assert len(drawn) <= 100
    assert (set(drawn) <= {"·"}) == (sum(counts) == 0)
    assert not sum(counts) or "█" in drawn
