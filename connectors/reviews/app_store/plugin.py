"""The connector `app_store`: reviews of an app in Apple's App Store."""

from functools import partial

from channelhub.sdk.contract import Context, Manifest, Plugin
from connectors.reviews.app_store.config import AppStoreConfig
from connectors.reviews.app_store.shapes import KIND, read
from connectors.reviews.app_store.store import MAX_REPLY_CHARS, AppStore
from connectors.reviews.connector import ReviewsConnector, is_public, pace
from connectors.reviews.parse import parse


def build(config: AppStoreConfig, context: Context) -> ReviewsConnector:
    return ReviewsConnector(
        AppStore(config, context.http, context.now),
        read,
        context,
        app=config.app_id,
        poll_s=config.poll_s,
        history_days=config.history_days,
        max_reply_chars=MAX_REPLY_CHARS,
    )


plugin = Plugin(
    manifest=Manifest(
        kind=KIND,
        title="App Store reviews",
        config=AppStoreConfig,
        channel="review",
        identity_kind=KIND,
        can_send=True,
        is_repeat_safe=True,
    ),
    build=build,
    parse=partial(parse, kind=KIND, read=read),
    pace=pace,
    is_public=is_public,
)
