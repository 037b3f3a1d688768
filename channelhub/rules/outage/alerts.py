"""Which alerts of monitoring belong to an outage, and who was first: the customers or the machines."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from channelhub.content.features import features
from channelhub.content.plurals import counted
from channelhub.rules.monitoring import FiredAlert
from channelhub.rules.outage.alerting import KEY_LABEL, KEY_PREFIX
from channelhub.rules.outage.thresholds import DAY_US, HOUR_US, MINUTE_US

NEAR_US: Final = 30 * MINUTE_US
MOST: Final = 20
_JOINED: Final = re.compile(r"(?<=[a-zа-яієїґ])(?=[A-ZА-ЯІЄЇҐ])|[-_./:=]+")
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "customers": "customers noticed {time} before the alert",
        "alert": "the alert came {time} before the first report",
        "together": "the alert and the first report came in the same minute",
    },
    "uk": {
        "customers": "клієнти помітили на {time} раніше за сповіщення моніторингу",
        "alert": "моніторинг сповістив на {time} раніше за перше звернення",
        "together": "сповіщення моніторингу й перше звернення надійшли тієї самої хвилини",
    },
    "ru": {
        "customers": "клиенты заметили на {time} раньше оповещения мониторинга",
        "alert": "мониторинг оповестил на {time} раньше первого обращения",
        "together": "оповещение мониторинга и первое обращение пришли в одну минуту",
    },
}
_TIMES: Final[Mapping[str, Sequence[tuple[int, Sequence[str]]]]] = {
    "en": (
        (DAY_US, ("{n} day", "{n} days")),
        (HOUR_US, ("{n} hour", "{n} hours")),
        (MINUTE_US, ("{n} minute", "{n} minutes")),
    ),
    "uk": (
        (DAY_US, ("{n} добу", "{n} доби", "{n} діб")),
        (HOUR_US, ("{n} годину", "{n} години", "{n} годин")),
        (MINUTE_US, ("{n} хвилину", "{n} хвилини", "{n} хвилин")),
    ),
    "ru": (
        (DAY_US, ("{n} сутки", "{n} суток", "{n} суток")),
        (HOUR_US, ("{n} час", "{n} часа", "{n} часов")),
        (MINUTE_US, ("{n} минуту", "{n} минуты", "{n} минут")),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedAlert:
    """An alert of an outage's minutes. `lead_us`: how much later than the first report it began to fire; below 0
    the alert was first. `shared` are the outage's words that it speaks of too: without any, only the time speaks."""

    alert: FiredAlert
    lead_us: int
    shared: tuple[str, ...]


def related(
    alerts: Iterable[FiredAlert], *, terms: Sequence[str], began_us: int, until_us: int
) -> tuple[RelatedAlert, ...]:
    """The alerts that belong to an outage which began at `began_us` and lasted, or has been seen, until `until_us`.

    By its words: one that fired at any time from half an hour before the outage to half an hour after it, and shares a
    term with it. By its time alone: one that began to fire within half an hour of the first report. Those with most
    shared terms first, then those nearest to the first report; at most `MOST`.
    """
    wanted = _readings(tuple(terms))
    found: list[RelatedAlert] = []
    for alert in alerts:
        has_begun = alert.started_us <= until_us + NEAR_US
        is_over = alert.ended_us is not None and alert.ended_us < began_us - NEAR_US
        if not has_begun or is_over or _is_our_own(alert):
            continue
        shared = tuple(dict.fromkeys(wanted[term] for term in alert_terms(alert) if term in wanted))
        lead_us = alert.started_us - began_us
        if shared or abs(lead_us) <= NEAR_US:
            found.append(RelatedAlert(alert=alert, lead_us=lead_us, shared=shared))
    found.sort(key=lambda one: (-len(one.shared), abs(one.lead_us), one.alert.id))
    return tuple(found[:MOST])


def _is_our_own(alert: FiredAlert) -> bool:
    """What a hub told Alertmanager of an outage and got back: an outage is no evidence of itself."""
    return alert.labels.get(KEY_LABEL, "").startswith(KEY_PREFIX)


def alert_terms(alert: FiredAlert) -> tuple[str, ...]:
    """What an alert is about, in the terms that customers' messages are read in. `CheckoutErrors` is two words."""
    values = " ".join(value for _, value in sorted(alert.labels.items()))
    return _terms(alert.name, f"{alert.summary} {values}")


@lru_cache(maxsize=4096)
def _terms(name: str, words: str) -> tuple[str, ...]:
    return features(subject=_JOINED.sub(" ", name), text=_JOINED.sub(" ", words)).terms


@lru_cache(maxsize=256)
def _readings(words: tuple[str, ...]) -> dict[str, str]:
    """The outage's words by the terms that they are read as in any of the three languages."""
    return {
        term: word
        for word in reversed(words)
        for language in ("uk", "ru", "en")
        for term in (*features(subject="", text=word, language=language).terms, word)
    }


def lead_words(lead_us: int, language: str) -> str:
    """Who was first, and by how much, in `ru`, `uk` or `en` (which stands for every other)."""
    language = language if language in _WORDS else "en"
    texts = _WORDS[language]
    if abs(lead_us) < MINUTE_US:
        return texts["together"]
    unit_us, forms = next((unit, forms) for unit, forms in _TIMES[language] if abs(lead_us) >= unit)
    time = counted(language, abs(lead_us) // unit_us, forms)
    return texts["customers" if lead_us > 0 else "alert"].format(time=time)
