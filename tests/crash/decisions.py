"""What people's decisions about outages must leave behind, worked out again from the audit alone."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from channelhub.domain.outages import OutageState
from channelhub.rules.outage.lifecycle import Action, next_state, state_of_merged
from channelhub.store.places import DATABASE_FILE

#: Rows in `outage_decisions`: one for each outage that a decision concerns.
SIDES = {"merge": 2, "split": 2, "unmerge": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """A decision that was answered 2xx. `into` is the outage that stays, the new one of a split, or the one that stands
    on its own again; `outage_id` is then the one that held its reports, 0 where the answer doesn't say."""

    action: str
    outage_id: int
    into: int = 0


@dataclass(slots=True)
class Expected:
    """An outage as the decisions make it."""

    state: OutageState
    members: set[int]
    version: int = 1
    merged_into: int | None = None


@dataclass(slots=True)
class Model:
    """All outages. `do` follows one line of the audit."""

    outages: dict[int, Expected] = field(default_factory=dict)

    def do(self, action: str, outage_id: int, into: int, named: Iterable[int]) -> None:
        known = self.outages[outage_id]
        if action == "merge":
            stays = self.outages[into]
            stays.state = state_of_merged(known.state, stays.state)
            stays.members |= known.members
            stays.version += 1
            known.state, known.merged_into = OutageState.RESOLVED, into
        elif action == "split":
            self.outages[into] = Expected(known.state, set(named))
            known.members -= set(named)
        elif action == "unmerge":
            again = self.outages[into]
            known.members -= set(named)
            again.members |= set(named)
            again.state, again.merged_into = known.state, None
            again.version += 1
        else:
            state = next_state(known.state, Action(action))
            assert state is not None, f"{action} of an outage that is {known.state} was taken"
            known.state = state
        known.version += 1


def check(state_dir: Path, before: Mapping[int, set[int]], acknowledged: Iterable[Acknowledged]) -> Counter[str]:
    """Raise AssertionError where an acknowledged decision is missing, or one is there by half; decisions by action."""
    database = sqlite3.connect(f"file:{state_dir / DATABASE_FILE}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    try:
        done = _audited(database)
        missing = Counter(acknowledged) - Counter(_as_answered(one) for one, _ in done)
        assert not missing, f"acknowledged and lost: {missing}"
        model = Model({outage_id: Expected(OutageState.SUSPECTED, set(ids)) for outage_id, ids in before.items()})
        for one, named in done:
            model.do(one.action, one.outage_id, one.into, named)
        assert _outages(database) == model.outages
        counts = Counter(one.action for one, _ in done)
        _compare_records(database, counts)
        return counts
    finally:
        database.close()


def _audited(database: sqlite3.Connection) -> list[tuple[Acknowledged, list[int]]]:
    """Every line of the audit beside what the detector is told: both are in the order of commits."""
    lines = database.execute("SELECT * FROM audit WHERE action LIKE 'outage.%' ORDER BY id").fetchall()
    heard = database.execute("SELECT report FROM features WHERE message_id < 0 ORDER BY seq").fetchall()
    found = []
    for line, row in zip(lines, heard, strict=True):
        told: dict[str, Any] = json.loads(row["report"])
        action, detail = line["action"].removeprefix("outage."), json.loads(line["detail"])
        assert (told["outage_id"], told["at_us"]) == (int(line["target"]), line["at_us"])
        assert told["action"] == {"unmerge": "split"}.get(action, action)
        one = Acknowledged(action=action, outage_id=told["outage_id"], into=int(detail.get("into", 0)))
        found.append((one, [named[0] for named in told.get("messages", [])]))
    return found


def _as_answered(one: Acknowledged) -> Acknowledged:
    return replace(one, outage_id=0) if one.action == "unmerge" else one


def _outages(database: sqlite3.Connection) -> dict[int, Expected]:
    members: dict[int, set[int]] = {}
    for row in database.execute("SELECT outage_id, message_id FROM outage_members"):
        members.setdefault(row["outage_id"], set()).add(row["message_id"])
    return {
        row["id"]: Expected(OutageState(row["state"]), members[row["id"]], row["version"], row["merged_into"])
        for row in database.execute("SELECT id, state, version, merged_into FROM outages")
    }


def _compare_records(database: sqlite3.Connection, counts: Counter[str]) -> None:
    """Each decision is in the outages' histories and was told to whoever listens."""
    remembered = database.execute("SELECT count(*) FROM outage_decisions WHERE actor <> ''").fetchone()[0]
    assert remembered == sum(count * SIDES.get(action, 1) for action, count in counts.items())
    told = dict(database.execute("SELECT type, count(*) FROM events WHERE type LIKE 'outage.%' GROUP BY type"))
    assert told.get("outage.merged", 0) == counts["merge"]
    assert told.get("outage.split", 0) == counts["split"] + counts["unmerge"]
