"""What a repository may ask of a database, whichever it is."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from channelhub.store.sqlfile import Query

Value = int | float | str | bytes | None | Sequence[int] | Sequence[str]
Row = Mapping[str, Any] | Any  # read by column name; never leaves store/


class StoreError(Exception):
    """The database can't be used as asked; the text says why and what to do."""


class SchemaTooNew(StoreError):
    """The database was written by a newer release."""


class DatabaseLocked(StoreError):
    """Another daemon holds this database."""


class Session(Protocol):
    """One connection, inside a transaction when it writes."""

    async def all(self, query: Query, **values: Value) -> list[Row]:
        """Every row of the answer."""

    async def one(self, query: Query, **values: Value) -> Row | None:
        """The first row, or None."""

    async def run(self, query: Query, **values: Value) -> None:
        """A statement whose answer is not wanted."""

    async def run_many(self, query: Query, rows: Sequence[Mapping[str, Value]]) -> int:
        """The same statement for many rows, in one go; how many rows it inserted or changed."""


class Reader(Protocol):
    """Gives sessions that only read, each a consistent snapshot."""

    def read(self) -> AbstractAsyncContextManager[Session]: ...
