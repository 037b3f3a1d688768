"""The words of the pages in English, Ukrainian and Russian. A test compares the three."""

from collections import ChainMap
from typing import Final

from channelhub.web.pages.words.english import ENGLISH
from channelhub.web.pages.words.english_audit import ENGLISH_AUDIT
from channelhub.web.pages.words.english_card import ENGLISH_CARD
from channelhub.web.pages.words.english_conversation import ENGLISH_CONVERSATION
from channelhub.web.pages.words.english_export import ENGLISH_EXPORT
from channelhub.web.pages.words.english_files import ENGLISH_FILES
from channelhub.web.pages.words.english_following import ENGLISH_FOLLOWING
from channelhub.web.pages.words.english_inbox import ENGLISH_INBOX
from channelhub.web.pages.words.english_journeys import ENGLISH_JOURNEYS
from channelhub.web.pages.words.english_people import ENGLISH_PEOPLE
from channelhub.web.pages.words.english_problems import ENGLISH_PROBLEMS
from channelhub.web.pages.words.english_search import ENGLISH_SEARCH
from channelhub.web.pages.words.english_sending import ENGLISH_SENDING
from channelhub.web.pages.words.english_users import ENGLISH_USERS
from channelhub.web.pages.words.russian import RUSSIAN
from channelhub.web.pages.words.russian_audit import RUSSIAN_AUDIT
from channelhub.web.pages.words.russian_card import RUSSIAN_CARD
from channelhub.web.pages.words.russian_conversation import RUSSIAN_CONVERSATION
from channelhub.web.pages.words.russian_export import RUSSIAN_EXPORT
from channelhub.web.pages.words.russian_files import RUSSIAN_FILES
from channelhub.web.pages.words.russian_following import RUSSIAN_FOLLOWING
from channelhub.web.pages.words.russian_inbox import RUSSIAN_INBOX
from channelhub.web.pages.words.russian_journeys import RUSSIAN_JOURNEYS
from channelhub.web.pages.words.russian_people import RUSSIAN_PEOPLE
from channelhub.web.pages.words.russian_problems import RUSSIAN_PROBLEMS
from channelhub.web.pages.words.russian_search import RUSSIAN_SEARCH
from channelhub.web.pages.words.russian_sending import RUSSIAN_SENDING
from channelhub.web.pages.words.russian_users import RUSSIAN_USERS
from channelhub.web.pages.words.ukrainian import UKRAINIAN
from channelhub.web.pages.words.ukrainian_audit import UKRAINIAN_AUDIT
from channelhub.web.pages.words.ukrainian_card import UKRAINIAN_CARD
from channelhub.web.pages.words.ukrainian_conversation import UKRAINIAN_CONVERSATION
from channelhub.web.pages.words.ukrainian_export import UKRAINIAN_EXPORT
from channelhub.web.pages.words.ukrainian_files import UKRAINIAN_FILES
from channelhub.web.pages.words.ukrainian_following import UKRAINIAN_FOLLOWING
from channelhub.web.pages.words.ukrainian_inbox import UKRAINIAN_INBOX
from channelhub.web.pages.words.ukrainian_journeys import UKRAINIAN_JOURNEYS
from channelhub.web.pages.words.ukrainian_people import UKRAINIAN_PEOPLE
from channelhub.web.pages.words.ukrainian_problems import UKRAINIAN_PROBLEMS
from channelhub.web.pages.words.ukrainian_search import UKRAINIAN_SEARCH
from channelhub.web.pages.words.ukrainian_sending import UKRAINIAN_SENDING
from channelhub.web.pages.words.ukrainian_users import UKRAINIAN_USERS

LANGUAGES: Final = {"en": "English", "uk": "Українська", "ru": "Русский"}

_ENGLISH: Final = (
    ENGLISH,
    ENGLISH_CONVERSATION,
    ENGLISH_EXPORT,
    ENGLISH_CARD,
    ENGLISH_AUDIT,
    ENGLISH_FILES,
    ENGLISH_FOLLOWING,
    ENGLISH_INBOX,
    ENGLISH_JOURNEYS,
    ENGLISH_PEOPLE,
    ENGLISH_PROBLEMS,
    ENGLISH_SEARCH,
    ENGLISH_SENDING,
    ENGLISH_USERS,
)
_UKRAINIAN: Final = (
    UKRAINIAN,
    UKRAINIAN_CONVERSATION,
    UKRAINIAN_EXPORT,
    UKRAINIAN_CARD,
    UKRAINIAN_AUDIT,
    UKRAINIAN_FILES,
    UKRAINIAN_FOLLOWING,
    UKRAINIAN_INBOX,
    UKRAINIAN_JOURNEYS,
    UKRAINIAN_PEOPLE,
    UKRAINIAN_PROBLEMS,
    UKRAINIAN_SEARCH,
    UKRAINIAN_SENDING,
    UKRAINIAN_USERS,
)
_RUSSIAN: Final = (
    RUSSIAN,
    RUSSIAN_CONVERSATION,
    RUSSIAN_EXPORT,
    RUSSIAN_CARD,
    RUSSIAN_AUDIT,
    RUSSIAN_FILES,
    RUSSIAN_FOLLOWING,
    RUSSIAN_INBOX,
    RUSSIAN_JOURNEYS,
    RUSSIAN_PEOPLE,
    RUSSIAN_PROBLEMS,
    RUSSIAN_SEARCH,
    RUSSIAN_SENDING,
    RUSSIAN_USERS,
)
TEXTS: Final[dict[str, dict[str, str]]] = {
    language: dict(ChainMap(*words)) for language, words in (("en", _ENGLISH), ("uk", _UKRAINIAN), ("ru", _RUSSIAN))
}


def language_of(chosen: str, accepted: str) -> str:
    """The language to speak: the one chosen, else the first of Accept-Language that there is, else English."""
    if chosen in LANGUAGES:
        return chosen
    ranked: list[tuple[float, str]] = []
    for part in accepted[:200].split(","):
        tag, _, quality = part.partition(";q=")
        try:
            ranked.append((float(quality or 1), tag.strip().lower().partition("-")[0]))
        except ValueError:
            continue
    ranked.sort(key=lambda item: -item[0])
    return next((tag for weight, tag in ranked if weight > 0 and tag in LANGUAGES), "en")
