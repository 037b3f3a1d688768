"""By what an erased customer is known in an older backup: salted digests, in a file beside the database.

A restore leaves the file where it is. Of a phone number a digest is no secret for whoever has the file and its salt: it
tells whether a known number was erased, and nothing else. Lines are appended and fsynced before anything is erased.
"""

import json
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from channelhub.domain.people import IdentityKey
from channelhub.rules.erasing import SALT_BYTES, Item, Step, digest
from channelhub.store import erasures
from channelhub.store.database import Session
from channelhub.store.erasures import Erasure
from channelhub.store.folders import sync_folder
from channelhub.store.places import ERASED_FILE

_DIGESTS_A_LINE = 1000
_PAGE = 5000
RESTORED_BY = "channelhub"


@dataclass(slots=True)
class Erased:
    """What one request was about."""

    at_us: int = 0
    actor: str = ""
    digests: set[str] = field(default_factory=set)


def append(state_dir: Path, erasure: Erasure, people: Iterable[IdentityKey], deliveries: Sequence[bytes]) -> None:
    """Note what a request is about; on disk when this returns. Noting it twice is harmless."""
    path = state_dir / ERASED_FILE
    salt, _ = read(state_dir)
    fresh = salt or secrets.token_bytes(SALT_BYTES)
    digests = [_of_person(fresh, one) for one in people] + [_of_delivery(fresh, one) for one in deliveries]
    lines: list[dict[str, object]] = [] if salt else [{"salt": fresh.hex()}]
    for first in range(0, len(digests), _DIGESTS_A_LINE):
        part = digests[first : first + _DIGESTS_A_LINE]
        lines.append({"id": str(erasure.id), "at_us": erasure.asked_us, "actor": erasure.actor, "digests": part})
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(b"\n" + b"".join(json.dumps(line).encode() + b"\n" for line in lines))  # after a torn line, too
        file.flush()
        os.fsync(file.fileno())
    sync_folder(state_dir)


def is_there(state_dir: Path) -> bool:
    """Whether anything was ever noted."""
    return (state_dir / ERASED_FILE).is_file()


def read(state_dir: Path) -> tuple[bytes, dict[int, Erased]]:
    """The salt, empty without a file, and what is noted by request. A line that was torn is left out: what it belongs
    to was not erased yet, and is noted again."""
    salt, found = b"", dict[int, Erased]()
    try:
        lines = (state_dir / ERASED_FILE).read_bytes().splitlines()
    except FileNotFoundError:
        return salt, found
    for line in lines:
        try:
            told = json.loads(line)
            if "salt" in told:
                salt = salt or bytes.fromhex(told["salt"])
                continue
            one = found.setdefault(int(told["id"]), Erased())
            one.at_us, one.actor = int(told["at_us"]), str(told["actor"])
            one.digests.update(told["digests"])
        except (ValueError, TypeError, KeyError):
            continue
    return salt, found


async def ask_again(session: Session, state_dir: Path) -> int:
    """Ask for every noted erasure that this database knows nothing of, as an older one does; how many these are.

    What of them waits to be read is not read any more. Looks at every identity and delivery where there are any.
    """
    salt, noted = read(state_dir)
    missing = {key: one for key, one in noted.items() if one.digests}
    for key in await erasures.known(session):
        missing.pop(key, None)
    if not missing:
        return 0
    people = await _people(session, salt)
    deliveries = await _deliveries(session, salt)
    for key, one in missing.items():
        request = Erasure(id=key, step=Step.COLLECTING, actor=one.actor or RESTORED_BY, asked_us=one.at_us)
        await erasures.add(session, request)
        found = [people[name] for name in one.digests if name in people]
        brought = [deliveries[name] for name in one.digests if name in deliveries]
        await erasures.add_items(session, key, Item.IDENTITY, found)
        await erasures.add_items(session, key, Item.DELIVERY, brought)
        await erasures.unqueue(session, brought)
    return len(missing)


async def _people(session: Session, salt: bytes) -> dict[str, int]:
    found: dict[str, int] = {}
    after = -1
    while page := await erasures.people_after(session, after, limit=_PAGE):
        found.update((_of_person(salt, key), identity_id) for identity_id, key in page)
        after = page[-1][0]
    return found


async def _deliveries(session: Session, salt: bytes) -> dict[str, int]:
    found: dict[str, int] = {}
    after = -1
    while page := await erasures.keys_after(session, after, limit=_PAGE):
        found.update((_of_delivery(salt, key), inbox_id) for inbox_id, key in page)
        after = page[-1][0]
    return found


def _of_person(salt: bytes, key: IdentityKey) -> str:
    return digest(salt, "person", key.kind, key.scope, key.value)


def _of_delivery(salt: bytes, key: bytes) -> str:
    return digest(salt, "delivery", key)
