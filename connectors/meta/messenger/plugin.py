"""The connector `messenger`."""

from collections.abc import Sequence

from channelhub.domain.inbound import Inbound
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Manifest, Mount, Pace, Plugin
from connectors.meta.inbox import parse as posts
from connectors.meta.inbox.connector import InboxConnector, media_hosts
from connectors.meta.inbox.send import file_rules, is_public, reply_window_s
from connectors.meta.inbox.settings import write_settings
from connectors.meta.messenger.config import MessengerConfig
from connectors.meta.messenger.feed import KIND, read_change

MAX_CHARS = 2000  # of one message (developers.facebook.com/docs/messenger-platform/reference/send-api)


def parse(raw: RawMessage) -> Sequence[Inbound]:
    return posts.parse(raw, kind=KIND, read_change=read_change)


def build(config: MessengerConfig, context: Context) -> InboxConnector:
    return InboxConnector(config, context, limit=MAX_CHARS, size=len, replies="comments", is_page=True)


plugin = Plugin(
    manifest=Manifest(
        kind=KIND,
        title="Messenger, and comments of a Facebook page",
        config=MessengerConfig,
        channel=KIND,
        identity_kind=KIND,
        mount=Mount.HOOKS,
        can_send=True,
        can_send_files=True,
    ),
    build=build,
    parse=parse,
    pace=lambda _config: Pace(at_once=8),
    parse_settings=write_settings,
    reply_window_s=reply_window_s,
    is_public=is_public,
    file_rules=file_rules,
    media_hosts=media_hosts,
)
