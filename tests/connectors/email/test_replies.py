"""The reply in mails of many clients and six languages: `tests/data/replies/`, a file each."""

from collections import Counter
from email.message import EmailMessage
from pathlib import Path

import pytest

from connectors.email.reading import ReadMail, read

CASES = sorted((Path(__file__).parents[2] / "data" / "replies").glob("*.txt"))
END = "\n=== reply ===\n"


def mail_of(case: Path) -> tuple[bytes, str]:
    """A case's mail as bytes, and the reply it must give."""
    text, _, expected = case.read_text(encoding="utf-8").partition(END)
    head, _, body = text.partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.split("\n") if not line.startswith("#"))
    mail = EmailMessage()
    mail.set_content(body, subtype=fields.pop("Content-Type", "text/plain").partition("/")[2], cte="base64")
    for name, value in fields.items():
        mail[name] = value
    return mail.as_bytes(), expected.removesuffix("\n")


def read_case(case: Path) -> tuple[ReadMail, str]:
    data, expected = mail_of(case)
    return read(data), expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_shows_the_writers_own_new_words(case: Path) -> None:
    mail, expected = read_case(case)

    assert mail.reply_text == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_hides_by_offsets_and_keeps_the_whole_text(case: Path) -> None:
    mail, expected = read_case(case)
    ends = [0, *(offset for span in mail.hidden for offset in span), len(mail.text)]

    assert ends == sorted(ends)
    assert all(start < end for start, end in mail.hidden)
    assert all(line in mail.text for line in expected.split("\n"))


def test_every_language_has_its_clients() -> None:
    languages = Counter(case.stem.partition("-")[0] for case in CASES)

    assert set(languages) == {"ru", "uk", "en", "de", "pl", "fr"}
    assert min(languages.values()) >= 10
