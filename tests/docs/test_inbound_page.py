"""The page on bringing things in names every known type of journey event, and its examples are taken."""

import json
import re
from pathlib import Path

import pytest

from channelhub.domain.journey_in import read_journey_event
from channelhub.domain.journeys import KNOWN

PAGE = (Path(__file__).parents[2] / "docs" / "inbound.md").read_text(encoding="utf-8")
EVENTS = re.findall(r"journey-events[^`]*?-d '(\{.*?\})'", PAGE, re.DOTALL)


def test_every_known_type_is_described() -> None:
    described = dict(re.findall(r"^\| `([a-z]+\.[a-z_]+)` \| (.+) \|$", PAGE, re.MULTILINE))

    assert described == KNOWN


@pytest.mark.parametrize("event", EVENTS)
def test_examples_are_taken(event: str) -> None:
    assert read_journey_event(json.dumps(json.loads(event)).encode()).type in KNOWN


def test_there_are_examples() -> None:
    assert len(EVENTS) >= 2
