"""Google Play's reviews for tests: tokens for signed claims, a list with the newest change first, a reply for each.

Faithful: claims are checked with the public key (RS256), tokens end, what is empty is left out of answers, `seconds`
are strings, a reply takes the place of the former one. Not modelled: that reviews leave the list after a week.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from channelhub.sdk.testing import VendorServer
from tests.servers.app_store import unpacked

PACKAGE, MAIL, KEY_ID = "com.example.shop", "hub@shop-example.iam.gserviceaccount.example", "0a1b2c"
TOKEN_URL = "https://oauth2.googleapis.com/token"
BEGUN = datetime(2026, 1, 15, 9, 40, tzinfo=UTC)
KEY = rsa.generate_private_key(65537, 2048)
KEY_PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
ACCOUNT = json.dumps(
    {"type": "service_account", "client_email": MAIL, "private_key": KEY_PEM, "private_key_id": KEY_ID}
)


@dataclass(kw_only=True)
class GooglePlayServer(VendorServer):
    """`async with GooglePlayServer() as server:` serves below `server.url`."""

    reviews: list[dict[str, Any]] = field(default_factory=list)  # the newest change last
    sent: list[str] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)  # for the list
    tokens: list[str] = field(default_factory=list)  # given out
    ended: set[str] = field(default_factory=set)
    refusal: tuple[int, str] | None = None  # of whatever is asked for
    reply_refusal: tuple[int, str] | None = None
    token_refusal: tuple[int, str] | None = None
    is_backwards: bool = False
    drops_answers: bool = False
    _number: int = 0

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/token", self._give)
        router.add_get(f"/v3/applications/{PACKAGE}/reviews", self._list)
        router.add_post(f"/v3/applications/{PACKAGE}/reviews/{{name}}", self._take)
        router.add_route("*", "/{path:.*}", self._nothing)

    # What a test does

    def say(self, text: str, **more: Any) -> str:
        """A customer reviews the app; the review's id."""
        review_id = f"gp:AOqpTOG{len(self.reviews) + 1}"
        comment = {
            "text": text,
            "lastModified": self._next(),
            "starRating": 1,
            "reviewerLanguage": "uk",
            "device": "a54x",
            "androidOsVersion": 34,
            "appVersionCode": 20418,
            "appVersionName": "7.4.1",
            "thumbsUpCount": 3,
        } | more
        self.reviews.append({"reviewId": review_id, "authorName": "Тарас М.", "comments": [{"userComment": comment}]})
        return review_id

    def edit(self, review_id: str, **more: Any) -> None:
        review = self._review(review_id)
        review["comments"][0]["userComment"] |= {"lastModified": self._next()} | more
        self.reviews.remove(review)
        self.reviews.append(review)

    def respond(self, review_id: str, text: str) -> None:
        """Somebody of the app's people answers in the Play Console."""
        review = self._review(review_id)
        answer = {"developerComment": {"text": text, "lastModified": self._next()}}
        review["comments"] = [review["comments"][0], answer]

    # What the store does

    async def _give(self, request: web.Request) -> web.Response:
        form = await request.post()
        signed, _, signature = str(form["assertion"]).rpartition(".")
        header, claims = (json.loads(unpacked(part)) for part in signed.split("."))
        try:
            KEY.public_key().verify(unpacked(signature), signed.encode(), padding.PKCS1v15(), SHA256())
        except InvalidSignature:
            return web.json_response({"error": "invalid_grant"}, status=400)
        if self.token_refusal:
            status, code = self.token_refusal
            return web.json_response({"error": code}, status=status)
        assert header == {"alg": "RS256", "kid": KEY_ID, "typ": "JWT"}
        assert (claims["iss"], claims["aud"], claims["exp"] - claims["iat"]) == (MAIL, TOKEN_URL, 3600)
        assert claims["scope"] == "https://www.googleapis.com/auth/androidpublisher"
        self.tokens.append(f"ya29.test-token-{len(self.tokens) + 1}")
        return web.json_response({"access_token": self.tokens[-1], "expires_in": 3599, "token_type": "Bearer"})

    async def _list(self, request: web.Request) -> web.Response:
        if refused := self._refusal(request):
            return refused
        self.asked.append(dict(request.query))
        rows = self.reviews if self.is_backwards else self.reviews[::-1]
        begin, limit = int(request.query.get("token", "0")), int(request.query["maxResults"])
        page: dict[str, Any] = {"reviews": rows[begin : begin + limit]} if rows else {}
        if begin + limit < len(rows):
            page["tokenPagination"] = {"nextPageToken": str(begin + limit)}
        return web.json_response(page)

    async def _take(self, request: web.Request) -> web.Response:
        if refused := self._refusal(request):
            return refused
        if self.reply_refusal:
            return fault(*self.reply_refusal)
        review_id = unquote(request.match_info["name"]).removesuffix(":reply")
        if not any(one["reviewId"] == review_id for one in self.reviews):
            return fault(404, "notFound")
        text = (await request.json())["replyText"]
        self.sent.append(text)
        self.respond(review_id, text)
        if self.drops_answers:
            assert request.transport is not None
            request.transport.abort()
        edited = self._review(review_id)["comments"][1]["developerComment"]["lastModified"]
        return web.json_response({"result": {"replyText": text, "lastEdited": edited}})

    async def _nothing(self, request: web.Request) -> web.Response:
        return self._refusal(request) or fault(404, "notFound")

    def _refusal(self, request: web.Request) -> web.Response | None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if given not in self.tokens or given in self.ended:
            return fault(401, "authError")
        return fault(*self.refusal) if self.refusal else None

    def _review(self, review_id: str) -> dict[str, Any]:
        return next(one for one in self.reviews if one["reviewId"] == review_id)

    def _next(self) -> dict[str, Any]:
        self._number += 1
        at = BEGUN + timedelta(minutes=self._number)
        return {"seconds": str(int(at.timestamp())), "nanos": 512000000}


def fault(status: int, reason: str) -> web.Response:
    error = {
        "code": status,
        "message": "What is wrong.",
        "errors": [{"message": "What is wrong.", "domain": "androidpublisher", "reason": reason}],
    }
    return web.json_response({"error": error}, status=status)
