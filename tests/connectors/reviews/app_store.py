"""An app of the App Store for tests, and its reviews as App Store Connect lists them. The people are made up."""

from typing import Any

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.domain.secrets import Secret
from connectors.reviews.app_store.config import AppStoreConfig
from connectors.reviews.delivery import REVISION, STATUS, TOKEN, WHAT
from connectors.reviews.review import What
from tests.servers.app_store import APP_ID, ISSUER_ID, KEY_ID, KEY_PEM, AppStoreServer

REVIEW: dict[str, Any] = {
    "type": "customerReviews",
    "id": "00000064-aa11-bb22-cc33-000000000001",
    "attributes": {
        "rating": 2,
        "title": "Не приходить код",
        "body": "Третій день не можу увійти",
        "reviewerNickname": "olena_k",
        "createdDate": "2026-11-21T12:30:00-08:00",
        "territory": "UKR",
    },
    "relationships": {
        "response": {
            "data": {"type": "customerReviewResponses", "id": "r-1"},
            "links": {"related": "https://api.appstoreconnect.apple.com/v1/customerReviews/00000064-aa11/response"},
        }
    },
    "links": {"self": "https://api.appstoreconnect.apple.com/v1/customerReviews/00000064-aa11"},
}
RESPONSE: dict[str, Any] = {
    "type": "customerReviewResponses",
    "id": "r-1",
    "attributes": {
        "responseBody": "Вже виправили, оновіть застосунок",
        "lastModifiedDate": "2026-11-22T09:00:00Z",
        "state": "PUBLISHED",
    },
}
SILENT = REVIEW | {"attributes": {"rating": 4, "title": None, "body": "", "createdDate": "yesterday"}}
OF_TOMORROW = {"type": "customerVideoReviews", "id": "v1", "attributes": {"length": 12}}


def raw(
    review: dict[str, Any], what: What = What.REVIEW, *, response: dict[str, Any] | None = None, **told: str
) -> RawMessage:
    return RawMessage(
        account="reviews",
        delivery_id=f"{what}:{review['id']}",
        body=msgspec.json.encode({"review": review, "response": response}),
        envelope=Envelope(extra={WHAT: str(what)} | told),
    )


EVERY = [
    raw(REVIEW),
    raw(REVIEW, **{REVISION: "1795293000000"}),
    raw(REVIEW, What.REPLY, response=RESPONSE),
    raw(REVIEW, What.REPLY, response=RESPONSE, **{TOKEN: "t.1", STATUS: "delivered"}),
    raw(SILENT),
    raw(OF_TOMORROW),
]


def configure(server: AppStoreServer, **settings: Any) -> AppStoreConfig:
    values = {
        "app_id": APP_ID,
        "key_id": KEY_ID,
        "issuer_id": ISSUER_ID,
        "private_key": Secret(KEY_PEM),
        "history_days": 1,
        "poll_s": 0.02,
        "base_url": server.url,
        "request_timeout_s": 1,
    }
    return AppStoreConfig(**(values | settings))
