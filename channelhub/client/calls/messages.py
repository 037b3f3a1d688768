"""Messages, in both directions, and what became of deliveries.

Made by `make client`; not changed by hand.
"""

from collections.abc import Iterator
from typing import Literal

from channelhub.client import shapes
from channelhub.client.calling import Asking, Call, Form, Id, Tagged, part
from channelhub.client.paging import every


class Messages:
    """Messages, in both directions, and what became of deliveries."""

    def __init__(self, hub: Asking) -> None:
        self._hub = hub

    def post(self, body: shapes.MessageIn, *, key: str = "") -> shapes.Accepted:
        """Bring in a message. Answers after the message is on disk. Repeat it with the same external_id until a 2xx
        comes.
        """
        return self._hub.ask(Call("POST", "/api/v1/messages", body=body, key=key, is_repeatable=True))

    def page(
        self, *, account: str | None = None, after: str | int | None = None, limit: int | None = None
    ) -> shapes.ArrivalPage:
        """What came in, oldest first."""
        return self._hub.ask(
            Call("GET", "/api/v1/messages", query={"account": account, "after": after, "limit": limit})
        )

    def every(
        self, *, account: str | None = None, after: str | None = None, limit: int | None = None
    ) -> Iterator[shapes.ArrivalItem]:
        """Each of the list, page by page of `limit`; `after`: the cursor to begin at."""
        return every(lambda cursor: self.page(account=account, after=cursor, limit=limit), after)

    def import_mail(self, account: Id, content: bytes, *, key: str = "") -> shapes.Accepted:
        """Bring in a mail of before, as it is in its file. The mail enters the timeline at its own time; it opens no
        incident, is not answered and raises no outage, unless it was sent within the last 24 hours. The same mail
        again, also by SMTP, is a duplicate. Answers after the mail is on disk, and waits while many deliveries are
        still to be read.
        """
        return self._hub.ask(
            Call(
                "POST",
                f"/api/v1/import/{part(account)}",
                content=content,
                content_type="message/rfc822",
                key=key,
                is_repeatable=True,
            )
        )

    def held(self, account: Id, body: shapes.HeldRequest, *, key: str = "") -> shapes.HeldAnswer:
        """Which mails of before are there already."""
        return self._hub.ask(
            Call("POST", f"/api/v1/import/{part(account)}/held", body=body, key=key, is_repeatable=True)
        )

    def get(self, message_id: Id) -> shapes.MessageView:
        """A message in full."""
        return self._hub.ask(Call("GET", f"/api/v1/messages/{part(message_id)}"))

    def get_tagged(self, message_id: Id) -> Tagged[shapes.MessageView]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return self._hub.ask_tagged(Call("GET", f"/api/v1/messages/{part(message_id)}"))

    def get_if_changed(self, message_id: Id, etag: str) -> Tagged[shapes.MessageView] | None:
        """The same; None while it is as this ETag says."""
        return self._hub.ask_if_changed(Call("GET", f"/api/v1/messages/{part(message_id)}", if_none_match=etag))

    def raw(self, message_id: Id) -> bytes:
        """The delivery's bytes as they came."""
        return self._hub.ask(Call("GET", f"/api/v1/messages/{part(message_id)}/raw", form=Form.BYTES))

    def attachment(self, message_id: Id, n: Id) -> bytes:
        """A file of a message."""
        return self._hub.ask(Call("GET", f"/api/v1/messages/{part(message_id)}/attachments/{part(n)}", form=Form.BYTES))

    def attachments(
        self,
        *,
        status: Literal["failed", "pending", "refused"] | None = None,
        account: str | None = None,
        after: str | int | None = None,
        limit: int | None = None,
    ) -> shapes.NamedFilePage:
        """Files that messages only named and that aren't here."""
        return self._hub.ask(
            Call(
                "GET",
                "/api/v1/attachments",
                query={"status": status, "account": account, "after": after, "limit": limit},
            )
        )

    def every_of_attachments(
        self,
        *,
        status: Literal["failed", "pending", "refused"] | None = None,
        account: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> Iterator[shapes.NamedFileView]:
        """Each of the list, page by page of `limit`; `after`: the cursor to begin at."""
        return every(lambda cursor: self.attachments(status=status, account=account, after=cursor, limit=limit), after)

    def retry_attachment(self, message_id: Id, n: Id, *, key: str = "") -> shapes.NamedFileView:
        """Fetch a file again that isn't here."""
        return self._hub.ask(Call("POST", f"/api/v1/messages/{part(message_id)}/attachments/{part(n)}/retry", key=key))

    def similar(self, message_id: Id, *, limit: int | None = None) -> shapes.SimilarList:
        """Messages like this one, the most alike first. Among the newest 20,000, with the stems and concepts (#) they
        share.
        """
        return self._hub.ask(Call("GET", f"/api/v1/messages/{part(message_id)}/similar", query={"limit": limit}))

    def not_spam(self, message_id: Id, *, key: str = "") -> shapes.ClearedOfSpam:
        """Say that a message that was taken for spam is none. What would have followed from it follows now: it opens
        or joins an incident as of when it came, its sender is acknowledged if that was within a day, and it counts
        for outages. It is marked `not-spam`, which a replay leaves. Saying it again changes nothing.
        """
        return self._hub.ask(Call("POST", f"/api/v1/messages/{part(message_id)}/not-spam", key=key))

    def post_batch(self, body: shapes.MessageBatch, *, key: str = "") -> shapes.BatchAnswer:
        """Bring in many messages at once. At most 1000 and 16 MiB. Good ones are stored in one commit; each has an
        answer of its own, and a bad one does no harm to the others. With 503 none is stored.
        """
        return self._hub.ask(Call("POST", "/api/v1/messages/batch", body=body, key=key, is_repeatable=True))

    def conversation(self, conversation_id: Id) -> shapes.ConversationView:
        """A conversation, and until when it can be answered. `reply` says whether answers are taken now, until when
        and why; `elsewhere` offers the next address of the same customer where this one is hindered. Nothing is
        ever sent there by itself.
        """
        return self._hub.ask(Call("GET", f"/api/v1/conversations/{part(conversation_id)}"))

    def conversation_tagged(self, conversation_id: Id) -> Tagged[shapes.ConversationView]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return self._hub.ask_tagged(Call("GET", f"/api/v1/conversations/{part(conversation_id)}"))

    def conversation_if_changed(self, conversation_id: Id, etag: str) -> Tagged[shapes.ConversationView] | None:
        """The same; None while it is as this ETag says."""
        return self._hub.ask_if_changed(
            Call("GET", f"/api/v1/conversations/{part(conversation_id)}", if_none_match=etag)
        )

    def begin(self, body: shapes.Beginning, *, key: str = "") -> shapes.ConversationBegun:
        """Begin a conversation: write first to an address. Only mail can be written first. 409 says why another
        address or account can't be: messengers let us answer who wrote before. What the customer answers comes into
        this conversation.
        """
        return self._hub.ask(Call("POST", "/api/v1/conversations", body=body, key=key))

    def reply(self, conversation_id: Id, body: shapes.Reply, *, key: str = "") -> shapes.ReplyQueued:
        """Answer in a conversation."""
        return self._hub.ask(Call("POST", f"/api/v1/conversations/{part(conversation_id)}/replies", body=body, key=key))

    def typing(self, conversation_id: Id, *, key: str = "") -> None:
        """Say that somebody writes an answer. The customer sees it for six seconds where the channel can show it (the
        web chat); elsewhere nothing happens. Nothing of it is stored.
        """
        self._hub.ask(Call("POST", f"/api/v1/conversations/{part(conversation_id)}/typing", form=Form.NOTHING, key=key))

    def draft(self, conversation_id: Id) -> shapes.DraftView:
        """My unsent answer."""
        return self._hub.ask(Call("GET", f"/api/v1/conversations/{part(conversation_id)}/draft"))

    def keep_draft(self, conversation_id: Id, body: shapes.DraftIn) -> None:
        """Keep my unsent answer. One for each conversation and person; it goes when the answer is sent, or 90 days
        after the last change. Colleagues see for half a minute that somebody writes.
        """
        self._hub.ask(Call("PUT", f"/api/v1/conversations/{part(conversation_id)}/draft", form=Form.NOTHING, body=body))

    def drop_draft(self, conversation_id: Id) -> None:
        """Throw my unsent answer away."""
        self._hub.ask(Call("DELETE", f"/api/v1/conversations/{part(conversation_id)}/draft", form=Form.NOTHING))

    def writing(self, conversation_id: Id, *, key: str = "") -> shapes.WritersView:
        """Say to colleagues that I write an answer, and see who else does. Remembered for 30 seconds, in memory only.
        Live streams get `conversation.writing`, which has no id and is not resumed. Customers are not told: that is
        `typing`.
        """
        return self._hub.ask(Call("POST", f"/api/v1/conversations/{part(conversation_id)}/writing", key=key))

    def send_again(self, message_id: Id, body: shapes.Again, *, key: str = "") -> shapes.SentAgain:
        """Send a message of ours again that failed or may have arrived. The same message goes out, with all of its
        tries; nothing ever goes out again without a person. 409 says why it can't: it is on its way, its
        conversation takes no answer any more, or it is uncertain and nobody said `may_arrive_twice`.
        """
        return self._hub.ask(Call("POST", f"/api/v1/messages/{part(message_id)}/send-again", body=body, key=key))
