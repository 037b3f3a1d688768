"""App Store Connect for tests: an app's reviews, the newest first, in pages; one response for each.

Faithful: tokens are checked with the public key (ES256, audience, life of at most 20 minutes), places in the list are
opaque, an edit changes words and nothing else, a response that is posted again takes the former's place and waits for
publication. Not modelled: territories, the hours until a review is shown.
"""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from channelhub.sdk.testing import VendorServer

APP_ID, KEY_ID, ISSUER_ID = "1234567890", "2X9R4HXF34", "57246542-96fe-1a63-e053-0824d011072a"
BEGUN = datetime(2026, 1, 15, 9, 40, tzinfo=UTC)
KEY = ec.derive_private_key(20418, ec.SECP256R1())
KEY_PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@dataclass(kw_only=True)
class AppStoreServer(VendorServer):
    """`async with AppStoreServer() as server:` serves at `server.url`."""

    reviews: list[dict[str, Any]] = field(default_factory=list)
    responses: dict[str, dict[str, Any]] = field(default_factory=dict)  # by the id of their review
    sent: list[str] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)  # for the list
    claims: list[dict[str, Any]] = field(default_factory=list)  # of the tokens
    refusal: tuple[int, str] | None = None
    is_backwards: bool = False
    drops_answers: bool = False
    next_host: str = ""  # in links to the next page; empty: ours

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get(f"/v1/apps/{APP_ID}/customerReviews", self._list)
        router.add_post("/v1/customerReviewResponses", self._take)
        router.add_route("*", "/{path:.*}", self._nothing)

    # What a test does

    def say(self, body: str, **more: Any) -> str:
        """A customer reviews the app; the review's id."""
        number = len(self.reviews) + 1
        review_id = f"00000064-aa11-bb22-cc33-{number:012}"
        attributes = {
            "rating": 2,
            "title": "Не приходить код",
            "body": body,
            "reviewerNickname": "olena_k",
            "createdDate": (BEGUN + timedelta(minutes=number)).isoformat(),
            "territory": "UKR",
        } | more
        self.reviews.append({"type": "customerReviews", "id": review_id, "attributes": attributes})
        return review_id

    def edit(self, review_id: str, **attributes: Any) -> None:
        next(one for one in self.reviews if one["id"] == review_id)["attributes"] |= attributes

    def respond(self, review_id: str, text: str, *, state: str = "PUBLISHED") -> str:
        """Somebody of the app's people answers in the store's pages; the response's id."""
        at = BEGUN + timedelta(hours=1, minutes=len(self.sent) + len(self.responses))
        response_id = f"response-{review_id}"
        self.responses[review_id] = {
            "type": "customerReviewResponses",
            "id": response_id,
            "attributes": {"responseBody": text, "lastModifiedDate": at.isoformat(), "state": state},
        }
        return response_id

    def publish(self, review_id: str) -> None:
        self.responses[review_id]["attributes"]["state"] = "PUBLISHED"

    # What the store does

    async def _list(self, request: web.Request) -> web.Response:
        if refused := self._refusal(request):
            return refused
        self.asked.append(dict(request.query))
        rows = self.reviews if self.is_backwards else self.reviews[::-1]
        begin, limit = int(request.query.get("cursor", "0")), int(request.query["limit"])
        page = rows[begin : begin + limit]
        own = f"{self.next_host or self.plain_url}{request.path}"
        links = {"self": f"{own}?limit={limit}"}
        if begin + limit < len(rows):
            links["next"] = f"{own}?cursor={begin + limit}&limit={limit}"
        body = {
            "data": [one | {"relationships": {"response": self._relation(one["id"])}} for one in page],
            "included": [self.responses[one["id"]] for one in page if one["id"] in self.responses],
            "links": links,
            "meta": {"paging": {"total": len(rows), "limit": limit}},
        }
        return web.json_response(body, headers={"X-Rate-Limit": "user-hour-lim:3500;user-hour-rem:500;"})

    def _relation(self, review_id: str) -> dict[str, Any]:
        response = self.responses.get(review_id)
        return {"data": {"type": response["type"], "id": response["id"]} if response else None, "links": {}}

    async def _take(self, request: web.Request) -> web.Response:
        if refused := self._refusal(request):
            return refused
        asked = (await request.json())["data"]
        review_id = asked["relationships"]["review"]["data"]["id"]
        if not any(one["id"] == review_id for one in self.reviews):
            return fault(404, "NOT_FOUND")
        self.sent.append(asked["attributes"]["responseBody"])
        self.respond(review_id, self.sent[-1], state="PENDING_PUBLISH")
        if self.drops_answers:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"data": self.responses[review_id]}, status=201)

    async def _nothing(self, request: web.Request) -> web.Response:
        return self._refusal(request) or fault(404, "NOT_FOUND")

    def _refusal(self, request: web.Request) -> web.Response | None:
        if not self._is_signed(request.headers.get("Authorization", "").removeprefix("Bearer ")):
            return fault(401, "NOT_AUTHORIZED")
        return fault(*self.refusal) if self.refusal else None

    def _is_signed(self, token: str) -> bool:
        signed, _, signature = token.rpartition(".")
        header, claims = (json.loads(unpacked(part)) for part in signed.split("."))
        raw = unpacked(signature)
        pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        try:
            KEY.public_key().verify(pair, signed.encode(), ec.ECDSA(SHA256()))
        except InvalidSignature:
            return False
        self.claims.append(claims)
        is_named = claims.get("iss") == ISSUER_ID or claims.get("sub") == "user"
        is_short = 0 < claims["exp"] - claims["iat"] <= 1200
        return header == {"alg": "ES256", "kid": KEY_ID, "typ": "JWT"} and is_named and is_short and len(raw) == 64

    def rate_limited(self, retry_after_s: int) -> web.Response:
        answer = fault(429, "RATE_LIMIT_EXCEEDED")
        answer.headers["Retry-After"] = str(retry_after_s)
        return answer


def unpacked(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def fault(status: int, code: str) -> web.Response:
    error = {"id": "1", "status": str(status), "code": code, "title": "A title", "detail": "What is wrong."}
    return web.json_response({"errors": [error]}, status=status)
