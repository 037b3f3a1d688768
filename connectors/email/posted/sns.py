"""Amazon SNS: its notifications are signed with a key whose certificate lies at an address of its own
(docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html)."""

import asyncio
import re
from collections import OrderedDict
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import msgspec

from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.email.posted import keys

MAX_CERTIFICATE_BYTES: Final = 64 * 1024
REMEMBERED: Final = 8  # certificates
WITHIN_S: Final = 8.0  # SNS waits fifteen
_HOST: Final = re.compile(r"sns\.[a-z0-9-]{1,30}\.amazonaws\.com(\.cn)?")
_OF_NOTIFICATION: Final = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_OF_OTHERS: Final = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")


class Post(msgspec.Struct, frozen=True, rename="pascal"):
    """What SNS posts, as text/plain."""

    type: str
    message_id: str
    topic_arn: str
    message: str
    timestamp: str
    signature: str
    signature_version: str
    signing_cert_url: str = msgspec.field(name="SigningCertURL")
    subject: str | None = None
    subscribe_url: str | None = msgspec.field(name="SubscribeURL", default=None)
    token: str | None = None


def read(body: bytes) -> Post | None:
    """None for what is no post of SNS."""
    try:
        return msgspec.json.decode(body, type=Post)
    except UNREADABLE:
        return None


def signed(post: Post) -> bytes:
    """What the signature is over: names and values, a line each, those that are there."""
    given = {
        "Message": post.message,
        "MessageId": post.message_id,
        "Subject": post.subject,
        "SubscribeURL": post.subscribe_url,
        "Timestamp": post.timestamp,
        "Token": post.token,
        "TopicArn": post.topic_arn,
        "Type": post.type,
    }
    names = _OF_NOTIFICATION if post.type == "Notification" else _OF_OTHERS
    return "".join(f"{name}\n{given[name]}\n" for name in names if given[name] is not None).encode("utf-8", "replace")


class Sns:
    """Verifies posts of one topic, and confirms its subscription. `base` stands for Amazon's addresses, if set."""

    def __init__(self, http: aiohttp.ClientSession, *, topic_arn: str, base: str = "") -> None:
        self._http = http
        self._topic_arn = topic_arn
        self._base = base.rstrip("/")
        self._certificates: OrderedDict[str, bytes] = OrderedDict()

    async def is_genuine(self, post: Post) -> bool:
        """Whether Amazon signed it for our topic. Raises Unavailable where its certificate can't be had."""
        if post.topic_arn != self._topic_arn or not self._is_amazon(post.signing_cert_url):
            return False
        if not urlsplit(post.signing_cert_url).path.endswith(".pem") or post.signature_version not in ("1", "2"):
            return False
        certificate = await self._certificate(post.signing_cert_url)
        return await asyncio.to_thread(
            keys.is_by_certificate, certificate, post.signature, signed(post), is_older=post.signature_version == "1"
        )

    async def confirm(self, post: Post) -> None:
        """Confirm the subscription, so that notifications come. Raises Unavailable."""
        if not post.subscribe_url or not self._is_amazon(post.subscribe_url):
            raise Unavailable("SNS names an address for the confirmation that is not its own")
        await self._get(post.subscribe_url, "confirming the subscription")

    async def _certificate(self, url: str) -> bytes:
        found = self._certificates.get(url)
        if found is None:
            found = await self._get(url, "fetching SNS's certificate")
            self._certificates[url] = found
            if len(self._certificates) > REMEMBERED:
                self._certificates.popitem(last=False)
        return found

    async def _get(self, url: str, doing: str) -> bytes:
        try:
            async with self._http.get(
                url, timeout=aiohttp.ClientTimeout(total=WITHIN_S), allow_redirects=False
            ) as answer:
                body = await read_answer(answer, max_bytes=MAX_CERTIFICATE_BYTES)
        except (aiohttp.ClientError, AnswerTooLong, TimeoutError) as exc:
            raise Unavailable(f"{doing}: no answer of SNS ({type(exc).__name__})") from exc
        if answer.status != 200:
            raise Unavailable(f"{doing}: SNS answered {answer.status}")
        return body

    def _is_amazon(self, url: str) -> bool:
        if self._base:
            return url.startswith(f"{self._base}/")
        try:
            parts = urlsplit(url)
            return parts.scheme == "https" and bool(_HOST.fullmatch(parts.netloc))
        except ValueError:
            return False
