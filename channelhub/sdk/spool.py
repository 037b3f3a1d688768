"""Large bodies on their way to disk: written while they come, read where they stand, kept once they are wanted.

So what a stranger uploads costs disk until it is refused or committed, and no memory.
"""

import mmap
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from channelhub.domain.raw import KeptBody


class Spool(Protocol):
    """One body, for as long as the block that opened it. What isn't kept by its end is removed from the disk."""

    async def write(self, piece: bytes) -> None:
        """Append. Raises NotCommitted (DiskFull)."""

    async def read(self) -> mmap.mmap:
        """All that was written, one byte at least, where it stands on disk."""

    async def keep(self) -> KeptBody:
        """It is whole, and on disk when this returns: the answer is for `RawMessage.kept`. Raises NotCommitted."""


OpenSpool = Callable[[], AbstractAsyncContextManager[Spool]]
