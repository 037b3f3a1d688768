"""What the owner of an endpoint that was disabled is told."""

from collections.abc import Callable
from datetime import UTC
from pathlib import Path

from channelhub.app.wording import templates
from channelhub.domain.times import from_us
from channelhub.domain.webhooks import DisabledReason, Endpoint
from channelhub.pipeline.rulebook import Wording
from channelhub.settings.models import Settings

_OCCASIONS = {
    DisabledReason.GONE: ("webhook_gone", ("number", "description", "kept", "link")),
    DisabledReason.FAILING: ("webhook_failing", ("number", "description", "kept", "link", "since", "error")),
}


def owner_wording(settings: Settings, *, config_file: Path | None) -> Callable[[Endpoint], Wording]:
    """In the first language that the hub writes. Raises WordingError at once for a text that can't be used."""
    language = settings.replies.languages[0]
    place = (settings.hub.templates_dir, config_file, (language,))
    written = {reason: templates(occasion, names, *place) for reason, (occasion, names) in _OCCASIONS.items()}

    def words(endpoint: Endpoint) -> Wording:
        since = "" if endpoint.failing_since_us is None else from_us(endpoint.failing_since_us).astimezone(UTC)
        values = {
            "number": str(endpoint.id),
            "description": " ".join(endpoint.description.split()) or "-",
            "kept": f"{settings.webhooks.keep_days:g}",
            "link": settings.http.public_url,
            "since": f"{since:%d.%m.%Y %H:%M} UTC" if since else "-",
            "error": endpoint.error,
        }
        return written[endpoint.disabled_reason](language, values)

    return words
