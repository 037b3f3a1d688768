"""Every text that the hub writes to people, tried as at its start."""

from collections.abc import Mapping
from pathlib import Path

from channelhub.app.book import working_book
from channelhub.app.event_wording import EventWording
from channelhub.app.reply_wording import reply_templates
from channelhub.app.webhook_wording import owner_wording
from channelhub.sdk.contract import Plugin
from channelhub.settings.models import Settings


def check_texts(settings: Settings, plugins: Mapping[str, Plugin], *, config_file: Path | None) -> None:
    """Raises WordingError for the first that can't be used: the hub would not start with it."""
    working_book(settings, plugins, secret=b"", config_file=config_file)
    reply_templates(own_folder=settings.hub.templates_dir, config_file=config_file)
    owner_wording(settings, config_file=config_file)
    EventWording(settings, config_file=config_file)
