"""Answers: direct messages into the conversation, posts below the post that they answer.

A post is written under a key of ours, so that a lost answer can be made good: the hub looks whether the post is there.
Direct messages have nothing like it: one whose answer is lost is not repeated.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

import msgspec

from channelhub.content.portions import split
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import AuthFailed, Blocked, Rejected, Unavailable
from channelhub.sdk.parts import receipt, send_parts
from connectors.bluesky.client import Refused, Unclear
from connectors.bluesky.config import BlueskyConfig
from connectors.bluesky.conversations import Conversations
from connectors.bluesky.facets import of_links
from connectors.bluesky.pictures import embedded, rules
from connectors.bluesky.place import POSTS, convo_of, is_post
from connectors.bluesky.session import CHAT, Session
from connectors.bluesky.shapes import NOTHING, Author, Id, Ref, ReplyRef, read
from connectors.bluesky.tid import tid

MAX_POST_CHARS = 300  # graphemes (app.bsky.feed.post); characters are never fewer
MAX_MESSAGE_CHARS = 1000  # chat.bsky.convo.defs#messageInput
MAX_PARTS = 5
TRIES = 3
_AGAIN_S = 0.3
Write: TypeAlias = Callable[[], Awaitable[str]]  # one part; its id at the server


class _Sent(msgspec.Struct, frozen=True):
    id: Id


class _Written(msgspec.Struct, frozen=True):
    uri: Id
    cid: Id


class _Record(msgspec.Struct, frozen=True):
    reply: ReplyRef | None = None


class _Post(msgspec.Struct, frozen=True):
    uri: Id
    cid: Id
    author: Author
    record: msgspec.Raw = NOTHING


class _Posts(msgspec.Struct, frozen=True):
    posts: list[_Post] = []


class Sending:
    """One account's answers."""

    def __init__(self, session: Session, known: Conversations, *, account: str, now: Callable[[], datetime]) -> None:
        self._session = session
        self._conversations = known
        self._account = account
        self._now = now

    async def send(self, message: Outbound) -> SendReceipt:
        """Send a text, in several parts where it is longer than one may be, with its pictures in the last; the receipt
        names the first.

        Raises Unavailable and AuthFailed where it was not taken now, Rejected where it never will be; everything else
        means that it may have arrived.
        """
        convo_id = convo_of(message.conversation_key)
        if not convo_id and not is_post(message.conversation_key):
            raise Rejected("there is nothing of this customer's to answer, and the hub begins no conversations")
        if why_not := rules(message.conversation_key).refusal(message.attachments):
            raise Rejected(why_not)
        texts = split(message.text, MAX_MESSAGE_CHARS if convo_id else MAX_POST_CHARS, size=len)
        if not texts and not message.attachments:
            raise Rejected("Bluesky takes no empty messages")
        if len(texts) > MAX_PARTS:
            raise Rejected(f"an answer of more than {MAX_PARTS} parts: shorten it")
        try:
            writes = self._direct(message, convo_id, texts) if convo_id else self._posts(message, texts)
            sent = await send_parts([partial(_judged, one) for one in await writes])
        except Refused as exc:
            raise _verdict(exc) from exc
        return receipt(sent)

    async def _direct(self, message: Outbound, convo_id: str, texts: list[str]) -> list[Write]:
        members = await self._conversations.members(convo_id)
        if message.to not in [one.did for one in members]:
            raise Rejected("the conversation is another person's than the one this answer is for")
        return [partial(self._write_direct, convo_id, text) for text in texts]

    async def _write_direct(self, convo_id: str, text: str) -> str:
        fields = {"convoId": convo_id, "message": {"text": text, "facets": of_links(text)}}
        async with self._conversations.sending:
            try:
                sent = await self._session.procedure("chat.bsky.convo.sendMessage", _Sent, fields, headers=CHAT)
            except Unclear:
                self._conversations.note_sent(convo_id, text=text)
                raise
            self._conversations.note_sent(convo_id, message_id=sent.id)
        return sent.id

    async def _posts(self, message: Outbound, texts: list[str]) -> list[Write]:
        """The posts of an answer, the first below the post that it answers, each other below the one before it. Its
        pictures are uploaded here, before any of it is posted."""
        root, parent = await self._answered(message)
        pictures = await embedded(self._session, message.attachments) if message.attachments else None
        texts = texts or [""]
        above, last = [parent], len(texts) - 1

        async def post(number: int, text: str) -> str:
            record: dict[str, Any] = {
                "$type": POSTS,
                "text": text,
                "facets": of_links(text),
                "createdAt": self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "langs": [message.language] if message.language else [],
                "reply": {"root": _ref(root), "parent": _ref(above[-1])},
            }
            if pictures and number == last:
                record["embed"] = pictures
            written = await self._post(tid(_name(self._account, message, number)), record)
            above.append(Ref(uri=written.uri, cid=written.cid))
            return written.uri

        return [partial(post, number, text) for number, text in enumerate(texts)]

    async def _answered(self, message: Outbound) -> tuple[Ref, Ref]:
        """The thread's first post, and the one that is answered: the customer's, or one of ours that answered them."""
        me, _ = await self._session.who()
        uris = list(dict.fromkeys(uri for uri in (message.in_reply_to, message.conversation_key) if is_post(uri)))
        found = await self._session.query("app.bsky.feed.getPosts", _Posts, [("uris", uri) for uri in uris])
        posts = {post.uri: post for post in found.posts}
        for post in (posts[uri] for uri in uris if uri in posts):
            reply = (read(post.record, _Record) or _Record()).reply or ReplyRef()
            is_theirs = post.author.did == message.to
            is_to_them = post.author.did == me and reply.parent.uri.startswith(f"at://{message.to}/")
            if is_theirs or is_to_them:
                here = Ref(uri=post.uri, cid=post.cid)
                return (reply.root if reply.root.uri else here), here
        raise Rejected("the post that would be answered was deleted, or is another person's")

    async def _post(self, key: str, record: dict[str, Any]) -> _Written:
        """Write the post unless it is there. What may have been taken is looked for."""
        me, _ = await self._session.who()
        unclear: Unclear | None = None
        for number in range(TRIES):
            try:
                if (written := await self._written(me, key)) is not None:
                    return written
                fields = {"repo": me, "collection": POSTS, "rkey": key, "record": record}
                return await self._session.procedure("com.atproto.repo.createRecord", _Written, fields)
            except Unclear as exc:
                unclear = exc
            except (Unavailable, AuthFailed, Refused) as exc:
                if unclear is not None:
                    raise unclear from exc
                raise
            await asyncio.sleep(_AGAIN_S * 2**number)
        raise unclear or Unclear("no answer")

    async def _written(self, me: str, key: str) -> _Written | None:
        params = [("repo", me), ("collection", POSTS), ("rkey", key)]
        try:
            return await self._session.query("com.atproto.repo.getRecord", _Written, params)
        except Refused:
            return None


async def _judged(write: Write) -> str:
    """Raises Rejected for what the server refuses."""
    try:
        return await write()
    except Refused as exc:
        raise _verdict(exc) from exc


def pace(_config: BlueskyConfig) -> Pace:
    """Servers take 3,000 requests in five minutes and 1,666 posts in an hour."""
    return Pace(at_once=1, per_minute_in_lane=20, lane=lambda _to: "")


def _ref(ref: Ref) -> dict[str, str]:
    return {"uri": ref.uri, "cid": ref.cid}


def _verdict(exc: Refused) -> Rejected:
    if "block" in str(exc).lower():
        return Blocked(f"the customer can't be written to: {exc}")
    return Rejected(f"the server refuses it: {exc}")


def _name(account: str, message: Outbound, number: int) -> bytes:
    """The same for each attempt. The digest keeps it apart from another message that got the same number after a
    restore of an older backup."""
    text = f"{account}\0{message.id}\0{message.to}\0{message.text}\0{number}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
