"""How a number does: asked at the REST API, told in a sentence."""

from channelhub.sdk.contract import Health, HealthReport
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from connectors.twilio.client import TwilioClient, Unclear
from connectors.twilio.config import TwilioSmsConfig
from connectors.twilio.send import Config
from connectors.twilio.shapes import Account, Number, Numbers

#: Has Twilio repeat a post five times, whatever went wrong
#: (twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
REPEATS = "#rc=5&rp=all&ct=2000&rt=10000&tt=15000"


async def check(client: TwilioClient, config: Config, url: str) -> HealthReport:
    """Whether the credentials work, the account may send, and the number's messages come to `url`."""
    try:
        account = await client.get(".json", Account)
        if account.status != "active":
            detail = f"Twilio says the account is {account.status}: see the console, Billing"
            return HealthReport(health=Health.DOWN, detail=detail)
        if not isinstance(config, TwilioSmsConfig) or not config.sender.startswith("+"):
            return HealthReport(health=Health.OK, detail=account.friendly_name[:200])
        found = await client.get("/IncomingPhoneNumbers.json", Numbers, {"PhoneNumber": config.sender})
    except AuthFailed as exc:
        return HealthReport(health=Health.AUTH_FAILED, detail=str(exc))
    except (Unavailable, Rejected, Unclear) as exc:
        return HealthReport(health=Health.DOWN, detail=str(exc))
    if not found.incoming_phone_numbers:
        detail = f"the Twilio account {account.friendly_name[:200]!r} has no number {config.sender}"
        return HealthReport(health=Health.DOWN, detail=detail)
    return _of(found.incoming_phone_numbers[0], url)


def _of(number: Number, url: str) -> HealthReport:
    """Where the number's messages go."""
    if number.sms_application_sid:
        detail = f"a TwiML app ({number.sms_application_sid}) takes the number's messages: enter {url} there"
        return HealthReport(health=Health.OK, detail=detail)
    place, _, overrides = (number.sms_url or "").partition("#")
    if place != url:
        wrong = f"Twilio posts to {place or 'nowhere'}, not to {url}"
        detail = f'{wrong}: enter {url}{REPEATS} at the number, "A message comes in"'
        return HealthReport(health=Health.DOWN, detail=detail)
    if "rc=" not in overrides:
        detail = f"Twilio repeats no post that fails: enter {url}{REPEATS} at the number"
        return HealthReport(health=Health.OK, detail=detail)
    return HealthReport(health=Health.OK)
