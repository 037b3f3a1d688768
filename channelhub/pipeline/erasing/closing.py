"""The last steps of an erasure: nothing is left in the indexes, between the rows, in the log, and in old states."""

import asyncio
import shutil
from dataclasses import replace

from channelhub.domain.times import to_us
from channelhub.pipeline.erasing.tools import NotYet, Tools, counted, onward
from channelhub.rules.erasing import Step
from channelhub.store import erasing, erasures
from channelhub.store.erasures import Erasure
from channelhub.store.places import ASIDE_PREFIX
from channelhub.store.sqlite import SqliteSession


async def merge(tools: Tools, erasure: Erasure) -> Erasure:
    """Bring the search indexes together, some pages at a time."""
    is_over = await tools.store.writer.batch(erasing.merge_indexes)
    return await tools.save(onward(erasure)) if is_over else erasure


async def compact(tools: Tools, erasure: Erasure) -> Erasure:
    """Forget what it was about, write the file anew where it isn't too large for that, and empty the log.

    Raises NotYet while somebody reads what the log holds.
    """
    await tools.save(erasure, lambda session: erasures.remove_items(session, erasure.id))
    folders = await asyncio.to_thread(_remove_old_states, tools)
    is_compact = await tools.store.writer.upkeep(lambda session: _rewrite(session, tools.rewritten_bytes))
    done = replace(counted(onward(erasure), folders=folders), is_compact=is_compact, done_us=to_us(tools.now()))
    if not await tools.store.writer.upkeep(lambda session: session.checkpoint()):
        raise NotYet("somebody reads what the log holds")
    return await tools.save(done, erasures.all_compact if is_compact else None)


async def _rewrite(session: SqliteSession, most_bytes: int) -> bool:
    if await session.size() > most_bytes:
        return False
    await session.rewrite()
    return True


def _remove_old_states(tools: Tools) -> int:
    """States that a restore put aside hold what is erased here."""
    folders = sorted(tools.state_dir.glob(f"{ASIDE_PREFIX}*"))
    for folder in folders:
        shutil.rmtree(folder)
    return len(folders)


STEPS = {Step.INDEXES: merge, Step.COMPACTING: compact}
