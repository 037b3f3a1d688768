"""Whole lists from their pages, by the cursors that the hub gives."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Generic, TypedDict, TypeVar

from channelhub.client.problems import NotAHub

T = TypeVar("T")


class Page(TypedDict, Generic[T]):
    """A part of a list. `next` is the cursor of the part that follows; null at the end."""

    items: list[T]
    next: str | None


def every(page: Callable[[str | None], Page[T]], first: str | None) -> Iterator[T]:
    """The items of one page after the other, from the cursor `first` on. One page is held at a time."""
    cursor = first
    while True:
        found = page(cursor)
        yield from found["items"]
        if found["next"] is None:
            return
        cursor = _moved(cursor, found["next"])


async def every_awaited(page: Callable[[str | None], Awaitable[Page[T]]], first: str | None) -> AsyncIterator[T]:
    """The same, of pages that are awaited."""
    cursor = first
    while True:
        found = await page(cursor)
        for one in found["items"]:
            yield one
        if found["next"] is None:
            return
        cursor = _moved(cursor, found["next"])


def _moved(before: str | None, after: str) -> str:
    """The next cursor. Raises NotAHub where the list would go round in a circle."""
    if after == before:
        raise NotAHub("what answers at the hub's address gives the same page again and again")
    return after
