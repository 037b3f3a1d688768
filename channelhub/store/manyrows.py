"""Many rows in one INSERT: SQLite then works through them in one step.

`executemany` takes a step for each row, and Python's sqlite3 lets go of the interpreter lock around each. While the
event loop is busy, getting it back costs more than the row.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import itemgetter

MOST_ROWS = 64  # of the widest table that is some 1,700 of SQLite's 32,766 parameters
_INSERT = re.compile(r"(?P<head>INSERT INTO .*? VALUES )(?P<row>\([^()]*\))(?P<tail>.*)", re.DOTALL)
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Insert:
    """An INSERT of one row, taken apart."""

    head: str
    row: str
    tail: str
    names: tuple[str, ...]  # the parameters of a row in their order
    pick: Callable[[Mapping[str, object]], tuple[object, ...]]  # a row's values in that order

    def statements(self, rows: Sequence[Mapping[str, object]]) -> Iterator[tuple[str, list[object]]]:
        """Statements with their parameters that together insert the rows in order.

        Their sizes are powers of two, so that there are few different texts to prepare.
        """
        at = 0
        while at < len(rows):
            size = min(MOST_ROWS, 1 << ((len(rows) - at).bit_length() - 1))
            chosen = rows[at : at + size]
            yield _text(self, size), list(chain.from_iterable(map(self.pick, chosen)))
            at += size


@lru_cache(maxsize=1024)
def take_apart(sql: str) -> Insert | None:
    """An INSERT with one row of plain values; None for every other statement."""
    found = _INSERT.fullmatch(sql)
    if found is None or _PARAMETER.search(found["head"] + found["tail"]) or "'" in found["row"].replace("''", ""):
        return None
    names = tuple(_PARAMETER.findall(found["row"]))
    if not names:
        return None
    pick = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
    return Insert(head=found["head"], row=_PARAMETER.sub("?", found["row"]), tail=found["tail"], names=names, pick=pick)


@lru_cache(maxsize=4096)
def _text(insert: Insert, size: int) -> str:
    return insert.head + ", ".join([insert.row] * size) + insert.tail
