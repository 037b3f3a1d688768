"""An app of Google Play for tests, and its reviews as Google lists them. The people are made up."""

from typing import Any

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.domain.secrets import Secret
from connectors.reviews.delivery import REVISION, STATUS, TOKEN, WHAT
from connectors.reviews.google_play.config import GooglePlayConfig
from connectors.reviews.review import What
from tests.servers.google_play import ACCOUNT, PACKAGE, GooglePlayServer

SAID: dict[str, Any] = {
    "text": "Оновили і все зламали",
    "lastModified": {"seconds": "1795293000", "nanos": 512000000},
    "starRating": 1,
    "reviewerLanguage": "uk_UA",
    "device": "a54x",
    "androidOsVersion": 34,
    "appVersionCode": 20418,
    "appVersionName": "7.4.1",
    "thumbsUpCount": 3,
    "thumbsDownCount": 0,
}
ANSWER: dict[str, Any] = {"text": "Вже виправили", "lastModified": {"seconds": "1795296600", "nanos": 0}}
OF_NOBODY: dict[str, Any] = {"reviewId": "gp:1", "authorName": "", "comments": [{"robotComment": {"text": "?"}}]}


def review(said: dict[str, Any]) -> dict[str, Any]:
    comments = [{"userComment": said}, {"developerComment": ANSWER}]
    return {"reviewId": "gp:AOqpTOG1x", "authorName": "Тарас М.", "comments": comments}


TITLED = review(SAID | {"text": "Жах\tНічого не працює", "deviceMetadata": {"productName": "Galaxy A54"}})
TRANSLATED = review(SAID | {"text": "It broke", "originalText": "Зламалось"})
SILENT = review({"text": "", "starRating": 3, "lastModified": {"seconds": "soon"}})


def raw(of: dict[str, Any], what: What = What.REVIEW, **told: str) -> RawMessage:
    return RawMessage(
        account="reviews",
        delivery_id=f"{what}:{of['reviewId']}",
        body=msgspec.json.encode(of),
        envelope=Envelope(extra={WHAT: str(what)} | told),
    )


EVERY = [
    raw(review(SAID)),
    raw(review(SAID), **{REVISION: "1795293000512"}),
    raw(review(SAID), What.REPLY),
    raw(review(SAID), What.REPLY, **{TOKEN: "t.1", STATUS: "delivered"}),
    *map(raw, (TITLED, TRANSLATED, SILENT, OF_NOBODY)),
]


def configure(server: GooglePlayServer, **settings: Any) -> GooglePlayConfig:
    values = {
        "package_name": PACKAGE,
        "service_account": Secret(ACCOUNT),
        "history_days": 1,
        "poll_s": 0.02,
        "base_url": f"{server.url}/v3",
        "token_url": f"{server.url}/token",
        "request_timeout_s": 1,
    }
    return GooglePlayConfig(**(values | settings))
