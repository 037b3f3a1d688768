"""Every event has its words in every language; own templates are tried before anything is told."""

from datetime import datetime
from pathlib import Path

import pytest

from channelhub.app.event_wording import EventWording, sample
from channelhub.app.wording import WordingError
from channelhub.domain.alerts import SUMMARY, EventAlert
from channelhub.domain.events.catalogue import CATALOGUE
from channelhub.domain.secrets import Secret
from channelhub.settings.alerts import AlertTarget, SlackWebhook
from channelhub.settings.models import HubSettings, Settings

EVERYTHING = (*CATALOGUE, SUMMARY)
HOOK = Secret("https://hooks.example.com/x")


def wording(folder: Path | str = "", *, events: tuple[str, ...] = ("*",), language: str = "en") -> EventWording:
    config = SlackWebhook(webhook_url=HOOK, events=events, language=language)  # type: ignore[arg-type]
    target = AlertTarget(name="team", kind="slack_webhook", config=config)
    settings = Settings(hub=HubSettings(templates_dir=str(folder)), alerts={"team": target})
    return EventWording(settings, config_file=None)


def own(folder: Path, name: str, text: str) -> None:
    (folder / "events").mkdir(exist_ok=True)
    (folder / "events" / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
@pytest.mark.parametrize("name", EVERYTHING)
def test_every_event_of_the_catalogue_has_words(name: str, language: str) -> None:
    words = wording(events=("*" if name == SUMMARY else name,), language=language).write(sample(name), language)

    assert words.title.strip()
    assert not any(mark in words.title + words.text for mark in ("{{", "{%", "None", "[]", "  "))
    is_cyrillic = any("а" <= letter <= "я" for letter in words.title.lower())
    assert is_cyrillic if language != "en" else words.title.isascii() or "оплата" in words.title or "’" in words.title


def test_the_languages_differ() -> None:
    made = wording()
    titles = {language: [made.write(sample(name), language).title for name in EVERYTHING] for language in ("uk", "ru")}

    assert not set(titles["uk"]) & set(titles["ru"])


def test_a_sample_is_marked_as_one_and_an_event_is_not() -> None:
    tried = sample("incident.opened")
    assert isinstance(tried, EventAlert)
    real = EventAlert(id=1, type=tried.type, at=tried.at, data=tried.data)

    assert wording().write(tried, "uk").title == "Перевірка: Нове звернення #1042, пріоритет високий"
    assert wording().write(real, "uk").title == "Нове звернення #1042, пріоритет високий"


def test_an_own_template_takes_the_place_of_ours(tmp_path: Path) -> None:
    own(tmp_path, "incident.opened.uk.txt", "№{{ data.number }}\n{{ data.priority | word }}\n")
    words = wording(tmp_path, language="uk").write(sample("incident.opened"), "uk")

    assert (words.title, words.text) == ("Перевірка: №1042", "високий")


@pytest.mark.parametrize("text", ["{{ data.nubmer }}", "{{ data.number", "{{ data.number.bit_length() }}", "\n"])
def test_a_template_that_fails_with_its_sample_stops_the_start_and_names_its_file(tmp_path: Path, text: str) -> None:
    own(tmp_path, "incident.opened.en.txt", text)

    with pytest.raises(WordingError, match=r"incident\.opened\.en\.txt"):
        wording(tmp_path, events=("incident.*",))


def test_a_file_that_is_no_text_stops_the_start_and_is_named(tmp_path: Path) -> None:
    own(tmp_path, "incident.opened.en.txt", "")
    (tmp_path / "events" / "incident.opened.en.txt").write_bytes("Нове".encode("cp1251"))

    with pytest.raises(WordingError, match=r"incident\.opened\.en\.txt can't be read"):
        wording(tmp_path, events=("incident.*",))


def test_a_template_of_an_event_that_nobody_is_told_of_stops_nothing(tmp_path: Path) -> None:
    own(tmp_path, "incident.opened.en.txt", "{{ data.nubmer }}")

    assert wording(tmp_path, events=("connector.*",)).write(sample("connector.up"), "en").title


def test_a_template_that_fails_with_a_real_event_gives_way_to_ours(tmp_path: Path) -> None:
    own(tmp_path, "connector.down.en.txt", "{{ 1 / (data.detail | length) }}")
    silent = EventAlert(
        id=1, type="connector.down", at=sample_at(), data={"account": "mail", "kind": "imap", "detail": ""}
    )

    assert wording(tmp_path).write(silent, "en").title == "mail (imap) doesn’t work"


def sample_at() -> datetime:
    one = sample("connector.down")
    assert isinstance(one, EventAlert)
    return one.at
