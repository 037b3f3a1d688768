"""What a template may do, and what a value can do to a message: nothing but stand in it."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.domain.alerts import EventAlert
from channelhub.domain.incidents import IncidentState, Priority
from channelhub.domain.notices import NoticeKind
from channelhub.domain.outages import OutageState
from channelhub.domain.outbound import OutboxState
from channelhub.rules.event_alerts.templates import TEXT_CHARS, TITLE_CHARS, BadTemplate, Words, template
from channelhub.rules.event_alerts.words import word
from tests.examples import examples

AT = datetime(2026, 3, 2, 9, 0, 12, tzinfo=UTC)


def written(text: str, *, type: str = "connector.down", language: str = "en", **data: Any) -> Words:  # noqa: A002
    facts = {"account": "mail", "kind": "imap", "state": "down", "detail": "it hung up"} | data
    return template(text, language)(EventAlert(id=7, type=type, at=AT, account="mail", data=facts))


def test_the_first_line_is_the_title_and_empty_lines_go() -> None:
    words = written("\n{{ data.account }} is {{ data.state | word }}\n\n\n  {{ at }}  \n\n{{ data.detail }}\n")

    assert words == Words(title="mail is doesn’t work, is tried again", text="2026-03-02 09:00 UTC\nit hung up")


def test_a_field_without_a_value_is_empty_and_a_misspelt_one_a_fault() -> None:
    words = written("{{ data.number }}[{{ data.assignee }}]", type="incident.opened", number=1042)

    assert words.title == "1042[]"
    with pytest.raises(BadTemplate, match="nubmer"):
        written("{{ data.nubmer }}", type="incident.opened")


@pytest.mark.parametrize(
    "text",
    [
        "{{ data.detail.upper() }}",
        "{{ data.detail.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ data.detail.format_map }}{{ data.detail.format('x') }}",
        "{{ range(10) }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 9 ** 999999999 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 'x' | center(1000000000) }}",
        "{{ 'x' | indent(1000000000) }}",
        "{% include 'channelhub.toml' %}",
        "{% import 'os' as os %}",
        "{% macro f() %}x{% endmacro %}{{ f() }}",
        "{{ data.detail",
        "{{ 1 / 0 }}",
        "",
        "   \n\n",
        "x" * 20_001,
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ " + "not " * 4000 + "1 }}",
        "{% if 1 %}" * 500 + "x" + "{% endif %}" * 500,
    ],
)
def test_what_a_template_may_not_do_is_a_fault(text: str) -> None:
    with pytest.raises(BadTemplate):
        written(text)


def test_a_value_breaks_no_line_hides_nothing_and_is_no_template() -> None:
    detail = "a\nb\r\n\x00c\u2028d\u202egnp.exe {{ data.account }} {% raw %}"
    words = written("Title: {{ data.detail }}\nbelow", detail=detail)

    assert words == Words(title="Title: a b c d gnp.exe {{ data.account }} {% raw %}", text="below")


def test_a_value_and_a_message_have_their_lengths() -> None:
    words = written("{{ data.detail }}\n" + "{{ data.detail }}\n" * 30, detail="ж" * 100_000)

    assert (len(words.title), len(words.text)) == (TITLE_CHARS, TEXT_CHARS)


def test_customers_words_lose_their_addresses() -> None:
    terms = ["#оплата", "ann@example.com", "+380671112233", "https://evil.example/x"]
    words = written("{{ data.terms | join(' ') }}", type="outage.suspected", terms=terms)

    assert words.title == "оплата … … …"


@given(st.text(max_size=400), st.sampled_from(["en", "uk", "ru"]))
@settings(max_examples=examples(100), deadline=None)
def test_whatever_a_value_holds_the_title_is_one_line_and_the_rest_stays(value: str, language: str) -> None:
    words = written("[{{ data.detail }}]\nlast", language=language, detail=value)

    assert len(words.title.splitlines()) == 1
    assert words.text == "last"


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
@pytest.mark.parametrize("values", [IncidentState, Priority, OutageState, NoticeKind, OutboxState])
def test_every_value_of_the_catalogue_has_a_word(values: type[StrEnum], language: str) -> None:
    missing = [one for one in values if language != "en" and word(language, one) == str(one)]

    assert missing == []
