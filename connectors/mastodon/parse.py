"""From what was stored to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from channelhub.domain.inbound import (
    MAX_SHAPE_CHARS,
    Automatic,
    Content,
    DeletedMessage,
    DeliveryStatus,
    Direction,
    EditedMessage,
    Inbound,
    NewMessage,
    Reaction,
    Thread,
    Unknown,
)
from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.mastodon import words
from connectors.mastodon.delivery import BY_HUB, ME, PEER, ROOT, SPOKEN, WHAT, What, moment
from connectors.mastodon.place import Place, known
from connectors.mastodon.shapes import Account, Notification, Status, read

KIND = "mastodon"
MAX_NAME_CHARS = 256
_SIGNS = {"favourite": "⭐", "reblog": "🔁"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """What was found out when it came: our name, the thread's first post, and whom we answered."""

    me: str
    root: str
    peer: str
    by_hub: bool


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one delivery says. What we don't know is an Unknown; what is none raises Unparseable."""
    extra = raw.envelope.extra
    beside = _Beside(
        me=extra.get(ME, ""), root=extra.get(ROOT, ""), peer=extra.get(PEER, ""), by_hub=bool(extra.get(BY_HUB))
    )
    try:
        match extra.get(WHAT, What.NOTIFICATION):
            case What.DELETE:
                return [DeletedMessage(external_id=_id(raw.body))]
            case What.EDIT:
                return [_edited(msgspec.json.decode(raw.body, type=Status), beside)]
            case What.OWN:
                return [_own(msgspec.json.decode(raw.body, type=Status), beside)]
        return [_notified(msgspec.json.decode(raw.body, type=Notification), beside)]
    except UNREADABLE as exc:
        raise Unparseable(f"nothing that Mastodon documents: {str(exc)[:300]}") from exc


def person(account: Account) -> Sender:
    """An account by its address, which is the same on every instance."""
    handle = Handle(kind=KIND, value=account.key, evidence=Evidence.CHANNEL_ID)
    name = account.display_name or account.acct
    return Sender(name=name[:MAX_NAME_CHARS], handles=(handle,), origin=f"{KIND}:{account.key}")


def _id(body: bytes) -> str:
    name = body.decode("ascii").strip()
    if not 0 < len(name) <= MAX_SHAPE_CHARS:
        raise Unparseable("a deletion without a post's id")
    return name


def _notified(notification: Notification, beside: _Beside) -> Inbound:
    status = read(notification.status, Status)
    if notification.type in SPOKEN and status is not None:
        return _message(status, beside)
    account = notification.account
    if notification.type in _SIGNS and status is not None and account is not None and account.key:
        return Reaction(
            external_id=f"notification:{notification.id}",
            target_id=status.id,
            sender=person(account),
            emoji=_SIGNS[notification.type],
            sent_at=moment(notification.created_at),
        )
    return Unknown(
        external_id=f"notification:{notification.id}",
        shape=notification.type[:MAX_SHAPE_CHARS],
        sender=person(account) if account and account.key else None,
        sent_at=moment(notification.created_at),
    )


def _edited(status: Status, beside: _Beside) -> EditedMessage:
    """`edited_at` in milliseconds is the version."""
    at = moment(status.edited_at)
    return EditedMessage(
        external_id=status.id,
        revision=max(1, int(at.timestamp() * 1000)) if at else 1,
        message=_message(status, beside),
    )


def _own(status: Status, beside: _Beside) -> Inbound:
    """What the account answered: the hub (then it surely was sent), or a colleague with an app of theirs."""
    peer = Handle(kind=KIND, value=beside.peer, evidence=Evidence.CHANNEL_ID) if beside.peer else None
    if peer is None:
        return Unknown(
            external_id=f"own:{status.id}", shape="answer to somebody unknown", sent_at=moment(status.created_at)
        )
    if not beside.by_hub:
        sender = Sender(handles=(peer,), origin=f"{KIND}:{peer.value}")
        return replace(_message(status, beside), sender=sender, direction=Direction.OUT, automatic=Automatic())
    return DeliveryStatus(
        external_id=f"{status.id}:sent",
        about=(),
        status="sent",
        sent_id=status.id,
        sent_to=peer,
        at=moment(status.created_at),
    )


def _message(status: Status, beside: _Beside) -> NewMessage:
    if not status.account.key:
        raise Unparseable("a post of nobody")
    warnings: list[str] = []
    visibility = known(status.visibility)
    place = Place(visibility=visibility, root=beside.root or status.in_reply_to_id or status.id)
    sent_at = moment(status.created_at)
    extra = {"visibility": visibility, "acct": status.account.acct, "url": status.url or ""}
    if bytes(status.poll) not in (b"", b"null"):
        warnings.append("the post holds a poll, which is not shown")
    return NewMessage(
        external_id=status.id,
        sender=person(status.account),
        content=Content(
            subject=status.spoiler_text[:MAX_NAME_CHARS],
            text=words.text(status, beside.me),
            attachments=words.attachments(status, warnings),
            language=(status.language or "")[:8],
        ),
        thread=Thread(key=place.key, message_id=status.id, in_reply_to=status.in_reply_to_id or ""),
        sent_at=sent_at,
        is_time_vouched=False,  # a remote instance's word
        automatic=Automatic(is_bulk=status.account.bot),
        extra={key: value[:1000] for key, value in extra.items() if value},
        warnings=tuple(warnings),
    )
