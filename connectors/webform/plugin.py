"""The connector `webform`: a contact form served and taken in under `/forms/{account}`."""

import asyncio

from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Manifest, Mount, Plugin
from connectors.webform.captcha import CaptchaUnreachable, SecretRefused
from connectors.webform.config import WebformConfig
from connectors.webform.parse import parse
from connectors.webform.receive import Receiver


class WebformConnector:
    """Serves its page once `run` has begun, and takes posts while it runs."""

    def __init__(self, config: WebformConfig, context: Context) -> None:
        self._receiver = Receiver(config, context)
        self._context = context

    async def run(self, deliver: Deliver) -> None:
        """Take posts until cancelled; afterwards they are answered 503."""
        self._receiver.deliver = deliver
        self._context.mount(self._receiver.handle)
        try:
            await asyncio.Event().wait()
        finally:
            self._receiver.deliver = None

    async def check(self) -> HealthReport:
        """The form is up with the daemon's own HTTP server; only its captcha is somebody else's."""
        captcha = self._receiver.doubts.captcha
        if captcha is None:
            return HealthReport(health=Health.OK)
        try:
            await captcha.ask("probe")  # wrong for sure, but a wrong secret is told before a wrong answer
        except SecretRefused as exc:
            return HealthReport(health=Health.AUTH_FAILED, detail=f"{exc}; until then posts are taken in and marked")
        except CaptchaUnreachable as exc:
            return HealthReport(health=Health.OK, detail=f"{exc}; posts are taken in and marked")
        return HealthReport(health=Health.OK)


def build(config: WebformConfig, context: Context) -> WebformConnector:
    return WebformConnector(config, context)


plugin = Plugin(
    manifest=Manifest(
        kind="webform",
        title="Web form",
        config=WebformConfig,
        channel="form",
        identity_kind="email",
        mount=Mount.FORMS,
        names_customers=False,
    ),
    build=build,
    parse=parse,
)
