"""The templates of messages about events: ours, or the administrator's own, each tried with a sample of its event."""

from pathlib import Path
from typing import Final

import structlog

from channelhub.app.wording import WordingError, shipped_text, text_of
from channelhub.domain.alerts import SUMMARY, EventAlert, EventSummary
from channelhub.domain.events.catalogue import CATALOGUE, example_of
from channelhub.domain.times import from_us
from channelhub.rules.event_alerts.templates import BadTemplate, Template, Words, template
from channelhub.rules.webhooks.filters import is_of
from channelhub.settings.models import Settings

log = structlog.get_logger()
_FOLDER: Final = "events"


def sample(event_type: str) -> EventAlert | EventSummary:
    """What a template is tried with: the catalogue's example; marked as a test."""
    if event_type == SUMMARY:
        moment = from_us(1_772_442_012_000_000)
        return EventSummary(counts={"message.received": 970, "incident.opened": 10}, first_at=moment, last_at=moment)
    one = example_of(CATALOGUE[event_type])
    return EventAlert(id=int(one.id), type=one.type, at=one.timestamp, account=one.account, data=one.data, is_test=True)


class EventWording:
    """What targets are told of events, by language. A template that fails with a real event gives way to ours."""

    def __init__(self, settings: Settings, *, config_file: Path | None) -> None:
        """Raises WordingError for a text that can't be used, when it is for an event that a target is told of."""
        self._own_folder = settings.hub.templates_dir
        self._config_file = config_file
        self._made: dict[tuple[str, str], Template] = {}
        for one in settings.alerts.values():
            if one.events:
                told = [name for name in CATALOGUE if any(is_of(name, pattern) for pattern in one.events)]
                for name in (*told, SUMMARY):
                    self.checked(name, one.config.language)

    def write(self, content: EventAlert | EventSummary, language: str) -> Words:
        """A message in words. Where an own template fails, ours takes its place: it is told all the same."""
        name = content.type
        try:
            return self.checked(name, language)(content)
        except (BadTemplate, WordingError) as exc:
            log.warning("alert.template_failed", type=name, language=language, error=type(exc).__name__)
            return _shipped(name, language)(content)

    def checked(self, name: str, language: str) -> Template:
        """The template of a type of event, which has written its sample. Raises WordingError."""
        found = self._made.get((name, language))
        if found is None:
            text, place = text_of(_file(name, language), self._own_folder, self._config_file)
            found = self._made[name, language] = _tried(text, place, name, language)
        return found


def _shipped(name: str, language: str) -> Template:
    file = _file(name, language)
    return _tried(shipped_text(file), file, name, language)


def _tried(text: str, place: str, name: str, language: str) -> Template:
    """The template, once it has written its sample. Raises WordingError."""
    try:
        made = template(text, language)
        made(sample(name))
    except BadTemplate as exc:
        raise WordingError(f"{place}: {exc}") from exc
    return made


def _file(name: str, language: str) -> str:
    return f"{_FOLDER}/{name}.{language}.txt"
