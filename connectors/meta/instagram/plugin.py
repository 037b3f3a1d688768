"""The connector `instagram`."""

from collections.abc import Sequence

from channelhub.domain.inbound import Inbound
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Manifest, Mount, Pace, Plugin
from connectors.meta.inbox import parse as posts
from connectors.meta.inbox.connector import InboxConnector, media_hosts
from connectors.meta.inbox.send import is_public, reply_window_s
from connectors.meta.inbox.settings import write_settings
from connectors.meta.instagram.comments import KIND, read_change
from connectors.meta.instagram.config import InstagramConfig

MAX_BYTES = 1000  # of one message, in UTF-8


def parse(raw: RawMessage) -> Sequence[Inbound]:
    return posts.parse(raw, kind=KIND, read_change=read_change)


def build(config: InstagramConfig, context: Context) -> InboxConnector:
    return InboxConnector(config, context, limit=MAX_BYTES, size=_bytes, replies="replies", is_page=False)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


plugin = Plugin(
    manifest=Manifest(
        kind=KIND,
        title="Instagram messages and comments",
        config=InstagramConfig,
        channel=KIND,
        identity_kind=KIND,
        mount=Mount.HOOKS,
        can_send=True,
    ),
    build=build,
    parse=parse,
    pace=lambda _config: Pace(at_once=4),
    parse_settings=write_settings,
    reply_window_s=reply_window_s,
    is_public=is_public,
    media_hosts=media_hosts,
)
