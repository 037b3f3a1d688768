"""The connector `webchat`: a chat on the pages of a site, served under `/chat/{account}`."""

import asyncio

from channelhub.domain.outbound import Outbound, OutboxState, SendReceipt
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Manifest, Mount, Pace, Plugin
from channelhub.sdk.errors import Rejected
from channelhub.sdk.transcript import Said, SaidFile
from connectors.webchat.config import WebchatConfig
from connectors.webchat.frames import shown, write
from connectors.webchat.parse import KIND, parse
from connectors.webchat.receive import Receiver
from connectors.webchat.rooms import Rooms
from connectors.webchat.talk import Talk

_AT_ONCE = 50  # nobody is called to send


class WebchatConnector:
    """One chat. Its script and its page are served from the start; visitors are let in while it runs."""

    def __init__(self, config: WebchatConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self.rooms = Rooms(config)
        self._talk = Talk(config, context, self.rooms)
        self._receiver = Receiver(config, context, rooms=self.rooms, talk=self._talk)
        context.mount(self._receiver.handle)

    async def run(self, deliver: Deliver) -> None:
        """Take messages until cancelled; then every open page is told to come again."""
        self._talk.deliver = deliver
        try:
            await asyncio.Event().wait()
        finally:
            self._talk.deliver = None
            self._receiver.close()

    async def check(self) -> HealthReport:
        """There is nothing of others that could fail; an account that no site may open is set up by half."""
        if not self._config.allowed_origins:
            detail = (
                'no site may open the chat but our own page: list yours in allowed_origins, as "https://shop.example"'
            )
            return HealthReport(health=Health.OK, detail=detail)
        return HealthReport(health=Health.OK)

    def typing(self, conversation_key: str) -> None:
        """Every open page of the conversation shows it for six seconds."""
        self.rooms.tell(conversation_key, write("typing"))

    async def send(self, message: Outbound) -> SendReceipt:
        """Show a message on the open pages of its conversation. Who has none open now reads it from the hub when they
        come again, so it is never sent in vain, and sent twice it is shown once."""
        place = message.conversation_key
        if place != message.to:
            raise Rejected("the conversation is another visitor's than the one this answer is for")
        said = Said(
            id=message.reply_token,
            place="",
            is_ours=True,
            text=message.text,
            at=self._context.now(),
            is_automatic=message.is_automatic,
            state=OutboxState.SENT,
            files=tuple(
                SaidFile(filename=one.filename, content_type=one.content_type, size=one.size)
                for one in message.attachments
            ),
        )
        self.rooms.tell(place, write("item", item=shown(said)))
        return SendReceipt(external_id=message.reply_token)


def build(config: WebchatConfig, context: Context) -> WebchatConnector:
    return WebchatConnector(config, context)


plugin = Plugin(
    manifest=Manifest(
        kind="webchat",
        title="Web chat",
        config=WebchatConfig,
        channel="chat",
        identity_kind=KIND,
        mount=Mount.CHAT,
        can_send=True,
        can_send_files=True,
        shows_typing=True,
        is_repeat_safe=True,
    ),
    build=build,
    parse=parse,
    pace=lambda _config: Pace(at_once=_AT_ONCE),
)
