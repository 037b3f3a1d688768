"""The webhook of a service that receives mail for us. Each answers in its own way what isn't taken: none of ours has it
give a mail up that it should keep (Mailgun: 406; Postmark: 403; SendGrid: any 4xx)."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import msgspec
from aiohttp import web

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.errors import Unavailable, Unparseable
from channelhub.sdk.hooks import BodyReader, Refused, answers_refusals, require_method, store
from channelhub.sdk.proof import has_password, is_fresh, is_secret, is_signed
from connectors.email import forwarders
from connectors.email.arrival import arrival_day
from connectors.email.authenticity import Authenticity
from connectors.email.identity import delivery_id
from connectors.email.posted import form, keys, sns, unpack
from connectors.email.posted.config import PostedConfig
from connectors.email.posted.parse import MAIL, PROVIDER
from connectors.email.posted.unpack import Unpacked

MAX_ID_CHARS: Final = 200
RETRIED_FOR_S: Final = 9 * 3600.0  # Mailgun repeats for eight hours, perhaps with the first signature
_STAMP, _SIGNATURE = "X-Twilio-Email-Event-Webhook-Timestamp", "X-Twilio-Email-Event-Webhook-Signature"


class _Signature(msgspec.Struct, frozen=True):
    timestamp: str = ""
    token: str = ""
    signature: str = ""


class _Event(msgspec.Struct, frozen=True):
    """Of Mailgun's posts that are JSON: what became of mail that left by it."""

    signature: _Signature = _Signature()


class Webhook:
    """Serves /hooks/{account}. Answers 503 until `deliver` is set, so nothing is taken that can't be stored."""

    def __init__(self, config: PostedConfig, context: Context, authenticity: Authenticity) -> None:
        self._config = config
        self._context = context
        self._authenticity = authenticity
        self._bodies = BodyReader(config.max_message_bytes)
        self._sns = sns.Sns(context.http, topic_arn=config.topic_arn, base=config.sns_url)
        self.deliver: Deliver | None = None

    @answers_refusals
    async def handle(self, request: web.Request) -> web.StreamResponse:
        """200 after the commit; 401 without proof, 405 and 413 for what no service sends, 503 when busy or when who
        signed can't be asked. What is no mail is stored all the same."""
        require_method(request, "POST")
        if self._config.provider in ("sendgrid", "postmark") and not self._has_password(request):
            raise Refused(401, "The password is missing or wrong.", headers={"WWW-Authenticate": "Basic"})
        body = await self._bodies.read(request)
        content_type = request.headers.get("Content-Type", "")[:300]
        found = await self._unpacked(request, body, content_type)
        await store(self.deliver, [await self._raw(found, body, content_type)])
        return web.Response()

    async def _unpacked(self, request: web.Request, body: bytes, content_type: str) -> Unpacked:
        """A genuine post's mail. Raises Refused."""
        match self._config.provider:
            case "mailgun":
                return await self._mailgun(body, content_type)
            case "sendgrid":
                self._require_key(request, body)
                return await _tried(lambda: unpack.sendgrid(form.read(body, content_type)))
            case "postmark":
                return await _tried(lambda: unpack.postmark(body))
            case "ses":
                return await self._ses(body)

    def _has_password(self, request: web.Request) -> bool:
        secret = self._config.secret
        is_named = has_password(request.headers, username=self._config.username, password=secret)
        return is_named or is_secret(request.query.get("token", ""), secret)

    def _require_key(self, request: web.Request, body: bytes) -> None:
        """SendGrid's security policy, where it is configured."""
        if not self._config.public_key:
            return
        signed = request.headers.get(_STAMP, "").encode("utf-8", "replace") + body
        if not keys.is_by_key(self._config.public_key, request.headers.get(_SIGNATURE, ""), signed):
            raise Refused(401, f"{_SIGNATURE} does not match the body.")

    async def _mailgun(self, body: bytes, content_type: str) -> Unpacked:
        """The signature stands in the post, over a time and a token, which names the post."""
        is_event = content_type.startswith("application/json")
        try:
            fields = {} if is_event else await asyncio.to_thread(form.read, body, content_type)
            given = {name: one.content[:200].decode("utf-8", "replace") for name, one in fields.items()}
            mark = msgspec.json.decode(body, type=_Event).signature if is_event else msgspec.convert(given, _Signature)
        except (Unparseable, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
            raise Refused(401, "The post has no signature that can be read.") from exc
        is_genuine = is_signed(mark.signature, (mark.timestamp + mark.token).encode(), secret=self._config.secret)
        if not is_genuine or not is_fresh(mark.timestamp, self._context.now().timestamp(), max_age_s=RETRIED_FOR_S):
            raise Refused(401, "The signature is wrong or too old.")
        return Unpacked(mime=None, name=mark.token) if is_event else unpack.mailgun(fields)

    async def _ses(self, body: bytes) -> Unpacked:
        """A confirmation is answered by asking for the address that it names, so that notifications begin to come."""
        post = sns.read(body)
        try:
            if post is None or not await self._sns.is_genuine(post):
                raise Refused(401, "SNS did not sign this for the configured topic.")
            if post.type == "SubscriptionConfirmation":
                await self._sns.confirm(post)
        except Unavailable as exc:
            raise Refused(503, str(exc), retry_after_s=30) from exc
        if post.type != "Notification":
            return Unpacked(mime=None, name=post.message_id)
        found = await _tried(lambda: unpack.ses(post.message, post.message_id))
        return found if found.name else replace(found, name=post.message_id)

    async def _raw(self, found: Unpacked, body: bytes, content_type: str) -> RawMessage:
        """The mail as it travelled, named as every mail; else the post, named as the service does, or by its bytes."""
        extra = {PROVIDER: str(self._config.provider)} | forwarders.noted(self._config.forwarders)
        envelope = Envelope(
            peer=found.peer, is_tls=True, mail_from=found.mail_from, rcpt_to=found.rcpt_to, extra=extra | found.facts
        )
        if found.mime is None:
            is_name = 0 < len(found.name) <= MAX_ID_CHARS and found.name.isprintable()
            name = found.name if is_name else hashlib.sha256(_without_boundary(body, content_type)).hexdigest()
            return RawMessage(
                account=self._context.account, delivery_id=name, body=body, content_type=content_type, envelope=envelope
            )
        envelope = await self._authenticity.assess(found.mime, envelope, is_from_ours=True)
        content_id, message_id = delivery_id(found.mime)
        if not message_id:
            content_id = f"{content_id}:{arrival_day(found.mime, self._context.now())}"
        return RawMessage(
            account=self._context.account,
            delivery_id=content_id,
            body=found.mime,
            content_type=MAIL,
            envelope=replace(envelope, message_id=message_id),
        )


async def _tried(read: Callable[[], Unpacked]) -> Unpacked:
    """What a post holds, read on a thread; a post that can't be read is kept whole, and parked."""
    try:
        return await asyncio.to_thread(read)
    except Unparseable:
        return Unpacked(mime=None)


def _without_boundary(body: bytes, content_type: str) -> bytes:
    """A form's bytes without what is made anew for each repetition."""
    _, _, boundary = content_type.partition("boundary=")
    mark = boundary.strip('"; ').encode()
    return body.replace(mark, b"") if mark else body
