"""The rows that a batch of decisions adds or changes."""

from dataclasses import dataclass, field

from channelhub.domain.inbound import Attachment
from channelhub.domain.people import Link, Suggestion
from channelhub.rules.clues import ClueKind
from channelhub.store.albums import AlbumPart
from channelhub.store.events import NewEvent
from channelhub.store.message_texts import Version
from channelhub.store.messages import Message
from channelhub.store.outbox import OutboxItem
from channelhub.store.profiles import Profile
from channelhub.store.reach import Reaches
from channelhub.store.timeline import Entry


@dataclass(slots=True)
class Written:
    """Rows that the batch adds or changes, in the order of the decisions."""

    messages: list[Message] = field(default_factory=list)
    changed_messages: dict[int, Message] = field(default_factory=dict)
    corrected: dict[int, Message] = field(default_factory=dict)  # journey events of which a newer revision came
    versions: list[Version] = field(default_factory=list)
    outdated: list[Version] = field(default_factory=list)  # no longer findable: a newer version is
    sources: list[tuple[int, int]] = field(default_factory=list)
    attachments: list[tuple[int, tuple[Attachment, ...]]] = field(default_factory=list)
    further_attachments: list[tuple[int, tuple[Attachment, ...]]] = field(default_factory=list)  # of later versions
    media: list[tuple[int, str, int]] = field(default_factory=list)  # (message, account, microseconds): files to fetch
    album_parts: list[AlbumPart] = field(default_factory=list)
    album_sizes: list[tuple[int, int]] = field(default_factory=list)  # (message, files) of later versions
    reach: Reaches = field(default_factory=Reaches)
    deletions: list[tuple[str, int, int]] = field(default_factory=list)
    left: set[tuple[int, int, int]] = field(default_factory=set)  # where entries stood that stand elsewhere now
    entries: dict[tuple[int, int, int], Entry] = field(default_factory=dict)
    events: list[NewEvent] = field(default_factory=list)
    profiles: dict[tuple[int, str], Profile] = field(default_factory=dict)  # by identity and account
    outbox: list[OutboxItem] = field(default_factory=list)
    features: list[tuple[int, int, str]] = field(default_factory=list)
    links: dict[int, Link] = field(default_factory=dict)
    suggestions: dict[int, Suggestion] = field(default_factory=dict)
    clues: dict[tuple[int, ClueKind, int], int] = field(default_factory=dict)  # (identity, kind, key): given first
    identities: set[int] = field(default_factory=set)
    incidents: set[int] = field(default_factory=set)
