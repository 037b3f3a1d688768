"""The texts that notices begin with and end in: templates in every language we write in.

`$began` stands for when the outage began, `$link` for where its reader declines or answers. Those named `.chat` are for
channels without a subject.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from channelhub.app.wording import templates
from channelhub.domain.notices import NoticeKind, NoticeText
from channelhub.pipeline.noticebook import NoticeBook
from channelhub.pipeline.rulebook import Wording
from channelhub.settings.models import NoticeSettings

_OCCASIONS = {
    NoticeKind.NOTICE: "notice_outage",
    NoticeKind.UPDATE: "notice_update",
    NoticeKind.RESOLUTION: "notice_resolved",
}


def notice_book(
    settings: NoticeSettings, *, own_folder: str, config_file: Path | None, languages: Sequence[str]
) -> NoticeBook:
    """What notices need of the configuration. Raises WordingError at once for a text that can't be used."""
    place = (own_folder, config_file, languages)
    long = {kind: templates(name, ("began",), *place) for kind, name in _OCCASIONS.items()}
    short = {kind: templates(f"{name}.chat", ("began",), *place) for kind, name in _OCCASIONS.items()}
    in_mail, in_chat = templates("notice_optout", ("link",), *place), templates("notice_optout.chat", (), *place)
    declined = templates("notice_declined", (), *place)
    rating = templates("notice_rating", ("link",), *place)

    def draft(kind: NoticeKind, began: datetime) -> Mapping[str, NoticeText]:
        values = {"began": f"{began.astimezone(UTC):%d.%m.%Y %H:%M} UTC"}
        found = {}
        for language in languages:
            words = long[kind](language, values)
            in_short = _whole(short[kind](language, values))
            found[language] = NoticeText(subject=words.subject, text=words.text, short=in_short)
        return found

    def confirmation(language: str) -> NoticeText:
        words = declined(language, {})
        return NoticeText(subject=words.subject, text=words.text)

    return NoticeBook(
        languages=tuple(languages),
        per_minute=settings.per_minute,
        is_asking=settings.ask_rating,
        draft=draft,
        declining_in_mail=lambda language, link: _whole(in_mail(language, {"link": link})),
        declining_in_chat=lambda language: _whole(in_chat(language, {})),
        declined=confirmation,
        question=lambda language, link: _whole(rating(language, {"link": link})),
    )


def _whole(words: Wording) -> str:
    """A text without a subject: its first line is a line like the others."""
    return f"{words.subject}\n{words.text}".strip()
