"""The customers of an outage, page by page: each once, in the order of their newest report."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp.server.mcpserver.exceptions import ToolError

from channelhub.cli.mcp.explained import customer_page


def members(customers: list[int]) -> list[dict[str, str]]:
    return [
        {"customer_id": str(one), "message_id": str(1000 + place), "channel": "api", "language": "uk", "at": "2026"}
        for place, one in enumerate(customers)
    ]


@given(st.lists(st.integers(0, 9), max_size=40), st.integers(1, 7))
def test_pages_together_hold_each_customer_once(customers: list[int], limit: int) -> None:
    listed: list[str] = []
    before: str | None = ""
    while before is not None:
        page, before = customer_page(members(customers), before=before, limit=limit)
        assert len(page) <= limit
        listed += [one.customer_id for one in page]

    assert listed == [str(one) for one in dict.fromkeys(customers)]


def test_a_place_that_is_gone_is_told_rather_than_begun_again() -> None:
    with pytest.raises(ToolError, match="changed"):
        customer_page(members([1, 2]), before="7", limit=1)
