"""An event is a line of words, whatever stands in it."""

import io
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from channelhub.cli.event_line import event_line
from channelhub.domain.events.catalogue import CATALOGUE, example_of

OTHER_FIELDS = st.dictionaries(st.text(max_size=20), st.none() | st.integers() | st.text(), max_size=5)


def body(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(example_of(CATALOGUE[kind]))
    return found


def printed(event: dict[str, Any]) -> str:
    out = io.StringIO()
    Console(file=out, soft_wrap=True, highlight=False, width=80).print(event_line(event))
    return out.getvalue()


@pytest.mark.parametrize("kind", sorted(set(CATALOGUE) - {"webhook.test"}))
def test_every_type_is_told_in_words_of_its_own(kind: str) -> None:
    event = body(kind)
    line = printed(event)
    first = next(str(value) for name, value in event["data"].items() if name.endswith(("_id", "account")))

    assert line.count("\n") == 1
    assert kind in line
    assert first in line or str(event["data"].get("number")) in line or str(event["data"].get("customer_id")) in line
    assert "_id" not in line.replace(" id ", "_id ")


def test_what_a_line_says() -> None:
    outage = printed(body("outage.suspected"))
    incident = printed(body("incident.changed"))

    assert outage.rstrip().endswith("outage 40963 suspected, 17 customers: оплата, картка, apple")
    assert "#1042 of customer 7215530814720: in progress, priority high, Olena works on it" in incident


def test_history_is_told_apart() -> None:
    assert printed(body("message.received") | {"replayed": True}).endswith("(history)\n")


@given(st.sampled_from(sorted(CATALOGUE)) | st.text(max_size=30), OTHER_FIELDS)
def test_no_text_of_an_event_breaks_or_colours_the_line(kind: str, data: dict[str, Any]) -> None:
    known = body(kind)["data"] if kind in CATALOGUE else {}
    hostile = {name: "\x1b[31m\r\nno\u202e" if isinstance(value, str) else value for name, value in known.items()}
    event = body("message.parked") | {"type": kind, "data": hostile | data}
    line = printed(event)

    assert line.count("\n") == 1
    assert not {"\x1b", "\r", "\u202e"} & set(line)
