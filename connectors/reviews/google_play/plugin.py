"""The connector `google_play`: reviews of an app in Google Play."""

from functools import partial

from channelhub.sdk.contract import Context, Manifest, Plugin
from connectors.reviews.connector import ReviewsConnector, is_public, pace
from connectors.reviews.google_play.config import GooglePlayConfig
from connectors.reviews.google_play.shapes import KIND, read
from connectors.reviews.google_play.store import MAX_REPLY_CHARS, GooglePlay
from connectors.reviews.parse import parse


def build(config: GooglePlayConfig, context: Context) -> ReviewsConnector:
    return ReviewsConnector(
        GooglePlay(config, context.http, context.now),
        read,
        context,
        app=config.package_name,
        poll_s=config.poll_s,
        history_days=config.history_days,
        max_reply_chars=MAX_REPLY_CHARS,
    )


plugin = Plugin(
    manifest=Manifest(
        kind=KIND,
        title="Google Play reviews",
        config=GooglePlayConfig,
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
