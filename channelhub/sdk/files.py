"""Which files a channel takes with an answer: told to who writes it, and looked at before it is queued."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from channelhub.domain.outbound import OutgoingFile

ANY: Final = "*/*"
_ALL: Final[Mapping[str, int]] = MappingProxyType({ANY: 0})
_NONE: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRules:
    """What is taken in one conversation. `types` are media types (`image/png`, `image/*`, `*/*`), each with how many
    bytes one such file may have; the narrowest that covers a file counts. 0: no bound of the channel's."""

    most: int = 0  # files with one answer
    types: Mapping[str, int] = field(default_factory=lambda: _ALL)
    barred: frozenset[str] = frozenset()  # endings of names (`exe`) that are not taken, whatever their type
    why_none: str = ""  # where `types` is empty: the reason, in a sentence without an end

    def refusal(self, files: Sequence[OutgoingFile]) -> str:
        """Why these files can't go, in a sentence without an end; empty where they can."""
        if not files:
            return ""
        if not self.types:
            return self.why_none or "no files are taken here"
        if self.most and len(files) > self.most:
            return f"at most {self.most} {'file goes' if self.most == 1 else 'files go'} with an answer"
        return next(filter(None, (self._refusal(one, at) for at, one in enumerate(files, start=1))), "")

    def _refusal(self, file: OutgoingFile, place: int) -> str:
        most, ending = self._most_bytes(media_type(file)), file.filename.rpartition(".")[2].lower()
        if ending in self.barred:
            return f"file {place} is named .{ending}: such files can't be sent"
        if most is None:
            return f"file {place} is {media_type(file) or 'of no type'}: only {', '.join(self.types)} can be sent"
        if most and max(file.size, len(file.content)) > most:
            return f"file {place} is larger than the {shown_bytes(most)} that are taken of {media_type(file)}"
        return ""

    def _most_bytes(self, kind: str) -> int | None:
        """None: this type isn't taken."""
        names = (kind, f"{kind.partition('/')[0]}/*", ANY)
        return next((self.types[name] for name in names if name in self.types), None)


def no_files(why: str) -> FileRules:
    """For a conversation that takes none; `why` is a sentence without an end."""
    return FileRules(types=_NONE, why_none=why)


def media_type(file: OutgoingFile) -> str:
    """The type of a file in lower case, without parameters."""
    return file.content_type.partition(";")[0].strip().lower()


def shown_bytes(count: int) -> str:
    """A bound as people read it: `10 MiB`, `976 KiB`, `1000000 bytes`."""
    for unit, size in (("MiB", 1024 * 1024), ("KiB", 1024)):
        if count % size == 0:
            return f"{count // size} {unit}"
    return f"{count} byte{'' if count == 1 else 's'}"
