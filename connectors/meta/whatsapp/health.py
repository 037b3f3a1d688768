"""How a number does: asked at the Graph API, told in a sentence."""

import msgspec

from channelhub.sdk.contract import Health, HealthReport
from channelhub.sdk.errors import AuthFailed, Unavailable
from connectors.meta.graph import AnswerLost, Graph, Refusal, explain
from connectors.meta.whatsapp.config import WhatsAppConfig

_DOING = "asking for the number"
_FIELDS = "display_phone_number,quality_rating,status,webhook_configuration"
_WELL = frozenset({"", "CONNECTED", "FLAGGED", "UNKNOWN"})


class _Places(msgspec.Struct):
    """Where Meta posts to; the most particular one holds."""

    phone_number: str = ""
    whatsapp_business_account: str = ""
    application: str = ""

    @property
    def place(self) -> str:
        return self.phone_number or self.whatsapp_business_account or self.application


class _Number(msgspec.Struct):
    id: str
    quality_rating: str = ""
    status: str = ""
    webhook_configuration: _Places = msgspec.field(default_factory=_Places)


async def check(graph: Graph, config: WhatsAppConfig, *, hooks_url: str) -> HealthReport:
    """Whether the token works, Meta posts to us, and the number may send. `hooks_url` is where all our hooks are."""
    try:
        number = await graph.get(config.phone_number_id, _Number, fields=_FIELDS)
    except Unavailable as exc:
        return HealthReport(health=Health.DOWN, detail=f"{_DOING}: {exc}")
    except (Refusal, AnswerLost) as exc:
        failure = explain(exc, _DOING)
        health = Health.AUTH_FAILED if isinstance(failure, AuthFailed) else Health.DOWN
        return HealthReport(health=health, detail=str(failure))
    place = number.webhook_configuration.place
    if place and not place.startswith(f"{hooks_url}/"):
        wrong = f"Meta posts this number's messages to {place[:200]}, not to {hooks_url}/…: enter our address there"
        return HealthReport(health=Health.DOWN, detail=wrong)
    if number.status not in _WELL:
        return HealthReport(
            health=Health.DOWN, detail=f"WhatsApp says the number is {number.status}: see Meta's WhatsApp Manager"
        )
    if number.quality_rating in ("YELLOW", "RED"):
        told = f"customers block or report this number: its quality is {number.quality_rating}"
        return HealthReport(health=Health.OK, detail=told)
    return HealthReport(health=Health.OK)
