"""The steps of an erasure that concern outages: detection forgets, and titles in the customer's words are made anew."""

import asyncio
from dataclasses import replace

import msgspec

from channelhub.pipeline.erasing.tools import NotYet, Tools, onward
from channelhub.pipeline.grouping import GroupingStage
from channelhub.rules.erasing import Item, Renaming, Step, renamed_pack, renaming, retold, spoken
from channelhub.rules.outage.reasons import Reasons
from channelhub.rules.outage.report import Report
from channelhub.rules.outage.wording import headline
from channelhub.store import erasing as rows
from channelhub.store import erasing_outages, erasures, group_snapshots, outage_words, outages
from channelhub.store.database import Session
from channelhub.store.erasures import Erasure
from channelhub.store.group_snapshots import StoredSnapshot, StoredVotes
from channelhub.store.opening import Store

REPORTS = 5000
MEMBERS = 200
PATIENCE_S = 60.0
UNTITLED = "…"
_report = msgspec.json.Decoder(Report)


class Detection:
    """Outage detection as erasures find it. `runs`: a stage has it in memory, given to `run`."""

    def __init__(self, store: Store, *, runs: bool) -> None:
        self._store = store
        self._runs = runs
        self._stage: GroupingStage | None = None

    async def run(self, stage: GroupingStage) -> None:
        """Run the stage; while it does, it is what forgets."""
        self._stage = stage
        try:
            await stage.run()
        finally:
            self._stage = None

    async def rename(self, new: Renaming) -> None:
        """Raises NotYet while the stage is busy or starting."""
        if not self._runs:
            await rename_stored(self._store, new)
            return
        if self._stage is None:
            raise NotYet("outage detection isn't up")
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._stage.rename(new)
        except TimeoutError as exc:
            raise NotYet("outage detection is busy") from exc


async def detect(tools: Tools, erasure: Erasure) -> Erasure:
    """Have detection forget words that only they used, where they wrote from, and who they are."""
    own, customers = await _own(tools, erasure)
    if own or customers:
        of_others = await _of_others(tools, erasure, own)
        people = await tools.people(erasure)
        await tools.rename(renaming(own, of_others, {*customers, *people}, erasure.id))
    return await tools.save(onward(erasure), rows.forget_emerging)


async def _own(tools: Tools, erasure: Erasure) -> tuple[set[str], set[int]]:
    """What their reports say, and under which ids. Of customers who stay: what one of them alone says."""
    words: dict[str, int] = {}
    shared: set[str] = set()
    customers: set[int] = set()
    after = -1
    while True:
        async with tools.store.readers.read() as session:
            ids = await erasures.items(session, erasure.id, Item.MESSAGE, after=after, limit=REPORTS)
            told = [text for one in ids if (text := await rows.report(session, one)) is not None]
        for text in told:
            one = _report.decode(text)
            shared |= {word for word in spoken(one) if words.setdefault(word, one.customer) != one.customer}
            customers.add(one.customer)
        if len(ids) < REPORTS:
            return (words.keys() - shared, set()) if erasure.is_expiry else (set(words), customers - {erasure.id})
        after = ids[-1]


async def _of_others(tools: Tools, erasure: Erasure, own: set[str]) -> set[str]:
    """What of it somebody else says, too. Reads everything that detection was ever told."""
    async with tools.store.readers.read() as session:
        theirs = set(await erasures.items(session, erasure.id, Item.MESSAGE))
    found: set[str] = set()
    after = 0
    while found != own:
        async with tools.store.readers.read() as session:
            page = await erasures.reports_after(session, after, limit=REPORTS)
        texts = [text for _, message_id, text in page if message_id not in theirs]
        found |= await asyncio.to_thread(_shared, texts, own)
        if len(page) < REPORTS:
            break
        after = page[-1][0]
    return found


def _shared(texts: list[str], own: set[str]) -> set[str]:
    found: set[str] = set()
    for text in texts:
        found |= own & spoken(_report.decode(text))
    return found


async def rename_stored(store: Store, new: Renaming) -> None:
    """Rename in what is stored, where no detection runs."""
    async with store.readers.read() as session:
        known = await outages.checkpoint(session)
        votes = await group_snapshots.votes(session)
    if known.snapshot is None:
        return
    core = await asyncio.to_thread(renamed_pack, known.snapshot, new)
    packed = [(one, await asyncio.to_thread(renamed_pack, one.votes, new)) for one in votes]
    stored = StoredSnapshot(
        core=core,
        votes=[StoredVotes(first=one.first, last=one.last, votes=content) for one, content in packed],
        living_from=0,
        written_from=0,
    )
    await store.writer.batch(
        lambda session: group_snapshots.save(session, stored, seq=known.snapshot_seq, at_us=known.snapshot_us)
    )


async def retitle(tools: Tools, erasure: Erasure) -> Erasure:
    """The next outage that they reported: called by what somebody else wrote, without words that only they used."""
    async with tools.store.readers.read() as session:
        ids = await erasures.items(session, erasure.id, Item.OUTAGE, after=erasure.place or -1, limit=1)
        if not ids:
            return await tools.save(onward(erasure))
        outage = await outages.get(session, ids[0])
        theirs = set(await erasures.items(session, erasure.id, Item.MESSAGE))
        members = [one.message_id for one in await outages.members(session, ids[0])]
        left = [one for one in members if one not in theirs][:MEMBERS]
        said = [f"{one.subject} {one.text}" for one in await outage_words.openings(session, left)]
        words = (await outage_words.of_outages(session, ids)).get(ids[0], {})
    after = replace(erasure, place=ids[0])
    if outage is None:
        return await tools.save(after)
    lowered = " ".join(said).lower()
    lonely = sorted(word for word in {*words.values(), *outage.terms} if word.lower() not in lowered)
    terms = tuple(term for term in outage.terms if term not in lonely)
    is_anothers = any(outage.title.rstrip("…") in " ".join(text.split()) for text in said)
    title = outage.title if is_anothers else headline(terms, said) or UNTITLED
    other = {**dict.fromkeys(lonely, UNTITLED), outage.title: title}

    async def write(session: Session) -> None:
        reasons = msgspec.convert(retold(msgspec.to_builtins(outage.reasons), other), type=Reasons)
        changed = replace(outage, title=title, terms=terms, reasons=reasons, version=outage.version + 1)
        await outages.save(session, [changed])
        await erasing_outages.retell(session, outage.id, other, lonely)
        await erasures.add_names(session, erasure.id, Item.WORD, lonely, item=outage.id)
        if title != outage.title:
            await erasures.add_names(session, erasure.id, Item.OUTAGE, [outage.title], item=outage.id)

    return await tools.save(after, write)


async def other_words(tools: Tools, erasure: Erasure) -> dict[int, dict[str, str]]:
    """By outage: what is said of it, and what instead."""
    async with tools.store.readers.read() as session:
        words = await erasures.names(session, erasure.id, Item.WORD)
        titles = [(left, name) for left, name in await erasures.names(session, erasure.id, Item.OUTAGE) if name]
        found: dict[int, dict[str, str]] = {}
        for outage_id, word in words:
            found.setdefault(outage_id, {})[word] = UNTITLED
        for outage_id, title in titles:
            known = await outages.get(session, outage_id)
            found.setdefault(outage_id, {})[title] = known.title if known is not None else UNTITLED
    return found


STEPS = {Step.DETECTING: detect, Step.RETITLING: retitle}
