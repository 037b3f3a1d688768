"""Where a folder has been read up to, as it is stored: UIDVALIDITY, UID, and where reading began. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import date

from connectors.email.imap_since import NOTHING_OLD

HIGHEST_UID = 2**32 - 1
_MAX_FOLDER_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Everything up to `uid` is stored. UIDs mean something under one UIDVALIDITY only (RFC 9051 §2.3.1.1)."""

    uidvalidity: int
    uid: int

    @property
    def text(self) -> str:
        return f"{self.uidvalidity}:{self.uid}"

    @classmethod
    def read(cls, text: str) -> "Place":
        uidvalidity, _, uid = text.partition(":")
        return cls(uidvalidity=int(uidvalidity), uid=int(uid))


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where reading began: all above `floor` belongs to us, of the rest what came to the mailbox since `day`.

    `floor` is the highest UID at that moment. `day` None means all, `NOTHING_OLD` none.
    """

    uidvalidity: int
    floor: int
    day: date | None

    @property
    def text(self) -> str:
        return f"{self.uidvalidity}:{self.floor}:{'all' if self.day is None else self.day.isoformat()}"

    @classmethod
    def read(cls, text: str) -> "Start":
        uidvalidity, floor, day = text.split(":")
        return cls(
            uidvalidity=int(uidvalidity), floor=int(floor), day=None if day == "all" else date.fromisoformat(day)
        )

    def criteria(self, after: int) -> list[object]:
        """What to search for: the UIDs above `after` that belong to us."""
        above: list[object] = ["UID", _above(after)]
        if self.day is None or after >= self.floor:
            return above
        if self.day == NOTHING_OLD:
            return ["UID", _above(self.floor)]
        return [*above, "OR", "UID", _above(self.floor), "SINCE", self.day]


def _above(uid: int) -> str:
    """Not `n:*`: where nothing is above, that names the newest mail all the same (RFC 9051 §9, seq-range)."""
    return f"{min(uid + 1, HIGHEST_UID)}:{HIGHEST_UID}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderName:
    """One folder of one mailbox, as it is named in cursors and delivery ids.

    The mailbox is part of the name: servers count UIDVALIDITY and UIDs from small numbers, so after a change of the
    account to another mailbox the same numbers mean other mails.
    """

    folder: str
    mailbox: str  # hex digits

    @classmethod
    def of(cls, folder: str, *, host: str, username: str) -> "FolderName":
        mailbox = hashlib.sha256(f"{host.casefold()}\0{username.casefold()}".encode()).hexdigest()[:8]
        return cls(folder=folder, mailbox=mailbox)

    @property
    def scope(self) -> str:
        """Of the cursor that is moved with the messages."""
        folder = self.folder
        if len(folder) > _MAX_FOLDER_CHARS:
            folder = hashlib.sha256(folder.encode()).hexdigest()
        return f"{folder}#{self.mailbox}"

    @property
    def start_scope(self) -> str:
        """Of the cursor that remembers where reading began."""
        return f"{self.scope}/start"

    def delivery_id(self, place: Place) -> str:
        return f"{self.scope}:{place.text}"
