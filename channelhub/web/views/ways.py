"""Where a customer can be answered, as the API and the pages show it."""

from datetime import datetime
from typing import Annotated

import msgspec

from channelhub.domain.times import from_us
from channelhub.pipeline.commands.replies import MAX_FILES, MAX_FILES_BYTES
from channelhub.pipeline.windows import Way
from channelhub.sdk.files import FileRules


class FileTypeView(msgspec.Struct, frozen=True, kw_only=True):
    """Files of one media type (`image/png`, `image/*`, `*/*`)."""

    type: str
    max_bytes: Annotated[int, msgspec.Meta(description="Of one such file.")]


class FilesView(msgspec.Struct, frozen=True, kw_only=True):
    """Which files go with an answer now. The narrowest of `types` that covers a file counts."""

    most: Annotated[int, msgspec.Meta(description="Files with one answer.")]
    types: Annotated[list[FileTypeView], msgspec.Meta(description="Empty: no files are taken.")]
    reason: Annotated[str, msgspec.Meta(description="Why no files are taken, in a sentence; else empty.")]


class WayView(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation, and whether it can be answered now. `reason` is the hindrance in a sentence."""

    conversation_id: str
    identity_id: str
    address: str  # kind:value
    verified: bool
    channel: str
    account: str
    hindrance: Annotated[
        str,
        msgspec.Meta(
            description="Empty: it can be answered. cannot-send (the account only brings messages in), no-address (the "
            "account can't write to such an address), blocked (they blocked the account), window-closed (they wrote "
            "too long ago)."
        ),
    ]
    reason: str
    heard_at: Annotated[
        datetime | None, msgspec.Meta(description="When the customer last wrote, where the channel has a window.")
    ]
    until: Annotated[
        datetime | None, msgspec.Meta(description="The end of the window for words of any kind; null: there is none.")
    ]
    window_hours: Annotated[int, msgspec.Meta(description="After the customer last wrote; 0: no window.")]
    template: Annotated[
        str, msgspec.Meta(description="Not empty: the window has closed, and words are only taken inside of it.")
    ]
    max_chars: Annotated[int, msgspec.Meta(description="Of words inside of the template; 0: words are free.")]
    takes_files: bool
    files: FilesView
    public: Annotated[bool, msgspec.Meta(description="Everybody sees what is said there: comments, reviews.")]

    @property
    def is_open(self) -> bool:
        """Whether something can be said there now."""
        return not self.hindrance


class ConversationView(msgspec.Struct, frozen=True, kw_only=True):
    """One thread on one account. Answers go to the address that wrote; `elsewhere` is only offered, where the
    conversation is hindered or its window has closed."""

    id: str
    customer_id: str
    subject: str
    opened_at: datetime
    last_at: datetime
    messages_in: int
    reply: WayView
    elsewhere: WayView | None
    elsewhere_rule: Annotated[str, msgspec.Meta(description="How the other way is chosen.")]


def way(one: Way) -> WayView:
    late = one.account.late_reply if one.is_late else None
    return WayView(
        conversation_id=str(one.conversation.id),
        identity_id=str(one.identity.id),
        address=str(one.identity.key),
        verified=one.identity.evidence.is_verified,
        channel=one.account.channel,
        account=one.account.name,
        hindrance=str(one.hindrance),
        reason=one.why,
        heard_at=None if one.heard_us is None else from_us(one.heard_us),
        until=None if one.until_us is None else from_us(one.until_us),
        window_hours=one.hours,
        template=late.template if late else "",
        max_chars=late.max_chars if late else 0,
        takes_files=bool(one.file_rules.types),
        files=_files(one.file_rules),
        public=one.is_public,
    )


def conversation(here: Way, elsewhere: Way | None, *, rule: str) -> ConversationView:
    known = here.conversation
    return ConversationView(
        id=str(known.id),
        customer_id=str(here.identity.customer_id),
        subject=known.subject,
        opened_at=from_us(known.opened_us),
        last_at=from_us(known.last_us),
        messages_in=known.messages,
        reply=way(here),
        elsewhere=None if elsewhere is None else way(elsewhere),
        elsewhere_rule=rule,
    )


def _files(rules: FileRules) -> FilesView:
    """With the hub's own bounds where the channel has none."""
    return FilesView(
        most=min(rules.most or MAX_FILES, MAX_FILES) if rules.types else 0,
        types=[
            FileTypeView(type=name, max_bytes=min(most or MAX_FILES_BYTES, MAX_FILES_BYTES))
            for name, most in rules.types.items()
        ],
        reason=rules.why_none,
    )
