"""The texts that notices begin with and end in."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from channelhub.app.notice_wording import notice_book
from channelhub.app.wording import WordingError
from channelhub.domain.notices import NoticeKind
from channelhub.pipeline.noticebook import NoticeBook
from channelhub.settings.models import NoticeSettings

BEGAN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def book(*, own_folder: str = "", languages: tuple[str, ...] = ("en", "uk", "ru")) -> NoticeBook:
    return notice_book(NoticeSettings(), own_folder=own_folder, config_file=None, languages=languages)


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_a_draft_has_whole_texts_in_every_language_we_write_in(kind: NoticeKind) -> None:
    texts = book().draft(kind, BEGAN)

    assert sorted(texts) == ["en", "ru", "uk"]
    for text in texts.values():
        assert "$" not in text.subject + text.text + text.short
        assert len(text.short) < 300
        assert len(text.short) < len(text.text)
        assert "\n" not in text.subject


def test_a_draft_says_when_it_began_and_nothing_a_customer_wrote() -> None:
    assert "02.03.2026 09:30 UTC" in book().draft(NoticeKind.NOTICE, BEGAN)["uk"].text


@pytest.mark.parametrize(("language", "word"), [("en", "STOP"), ("uk", "СТОП"), ("ru", "СТОП")])
def test_the_endings_say_how_to_decline(language: str, word: str) -> None:
    made = book()

    assert word in made.declining_in_chat(language)
    assert made.declining_in_mail(language, "https://x/unsubscribe/t").endswith("https://x/unsubscribe/t")
    assert made.question(language, "https://x/rate/t").endswith("https://x/rate/t")


def test_own_texts_take_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "notice_update.en.txt").write_text("Still broken\nSince $began.\n")
    text = book(own_folder=str(tmp_path), languages=("en",)).draft(NoticeKind.UPDATE, BEGAN)["en"]

    assert (text.subject, text.text) == ("Still broken", "Since 02.03.2026 09:30 UTC.\n")


@pytest.mark.parametrize("name", ["notice_outage.en.txt", "notice_resolved.chat.en.txt", "notice_optout.en.txt"])
def test_an_unknown_word_in_a_template_is_told_at_start(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("Hello $name\n")

    with pytest.raises(WordingError, match=name):
        book(own_folder=str(tmp_path), languages=("en",))


@pytest.mark.parametrize(
    ("language", "word"), [("en", "no more"), ("uk", "не надсилатимемо"), ("ru", "не будем присылать")]
)
def test_who_declined_hears_so_in_their_language(language: str, word: str) -> None:
    said = book().declined(language)

    assert word in said.text
    assert said.subject
    assert len(said.text) < 150
