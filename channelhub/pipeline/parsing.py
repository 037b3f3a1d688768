"""The parser children: all customer bytes are decoded there, and one bad message costs the others nothing.

A child works through tasks in order. When its current one proves slow, another child takes its place, and the tasks
behind go to the others; it goes on at leisure, and after STALL_S it is killed. The message it died or stalled on is
tried again alone, on a child that yields to all others; after MAX_ATTEMPTS it is given up with its reason.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterator, Sequence

from channelhub.pipeline.child import Child
from channelhub.pipeline.nursery import Nursery
from channelhub.pipeline.reading import salvage
from channelhub.pipeline.wire import Reading, Task, WireError
from channelhub.sdk.contract import Logger

CHECK_S = 0.02
SLOW_S = 0.02  # of a child's own time, without waiting for the processor, since it was seen at one task for CHECK_S
LAZY_S = 0.1  # likewise
STALL_S = 2.0  # likewise; by the clock for one that failed before while others like it wait
PATIENCE_S = 60.0  # by the clock, however little processor time it got
MAX_ATTEMPTS = 3
AHEAD = 8  # tasks a child may be given before it has answered
SPARE = 2  # how many children there may be at slow messages beside the `processes` that work on


class ParserPool:
    """`read` answers every task with a reading, whatever the parsers do."""

    def __init__(self, *, processes: int, log: Logger, kinds: Sequence[str] = ()) -> None:
        self._nursery = Nursery(kinds=kinds)
        self._processes = processes
        self._log = log
        self._children: list[Child] = []
        self._slow: list[Child] = []  # at a slow message; ended by its answer, for they still have what was taken back
        self._suspect_child: Child | None = None
        self._is_starting_suspect = False
        self._is_filling = False
        self._waiting: deque[Task] = deque()
        self._suspects: deque[Task] = deque()
        self._attempts: dict[int, int] = {}
        self._answers: dict[int, asyncio.Future[Reading]] = {}
        self._background: set[asyncio.Task[None]] = set()
        self._ending: set[asyncio.Task[None]] = set()  # never cancelled: a child must not outlive its pool
        self._watch: asyncio.Task[None] | None = None
        self._is_stopping = False
        self.kills = 0

    async def start(self) -> None:
        """Bring the children up. Raises WireError when one doesn't come. A pool that runs is left as it is."""
        if self._watch is not None:
            return
        while len(self._children) < self._processes:
            self._children.append(await self._spawn(is_lazy=False))
        self._watch = asyncio.create_task(self._watch_children(), name="parser watch")
        self._hand_out()  # what was asked for meanwhile

    async def stop(self) -> None:
        self._is_stopping = True
        tasks = [*self._background, *([self._watch] if self._watch else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for child in self._all():
            self._end(child)
        await asyncio.gather(*self._ending)
        await self._nursery.stop()
        for answer in self._answers.values():
            answer.cancel()

    def pids(self) -> list[int]:
        return [child.pid for child in self._children]

    async def read(self, task: Task) -> Reading:
        """The reading of one raw message; its failure says when it can't be had."""
        answer: asyncio.Future[Reading] = asyncio.get_running_loop().create_future()
        self._answers[task.id] = answer
        self._waiting.append(task)
        self._hand_out()
        return await answer

    def _all(self) -> Iterator[Child]:
        yield from self._children
        yield from self._slow
        if self._suspect_child is not None:
            yield self._suspect_child

    def _hand_out(self) -> None:
        while self._waiting and self._children:
            child = min(self._children, key=_load)
            if len(child.unanswered) >= AHEAD:
                break
            child.give(self._waiting.popleft())
        suspect = self._suspect_child
        if self._suspects and suspect and not suspect.unanswered:
            suspect.give(self._suspects.popleft())
        elif self._suspects and suspect is None and not (self._is_starting_suspect or self._is_stopping):
            self._is_starting_suspect = True
            self._in_background(self._start_suspect_child())

    def _heard(self, child: Child, reading: Reading) -> None:
        if child in self._slow:
            self._slow.remove(child)
            self._end(child)
            self._fill_up()
        self._attempts.pop(reading.id, None)
        answer = self._answers.pop(reading.id, None)
        if answer and not answer.done():
            answer.set_result(reading)
        self._hand_out()

    def _died(self, child: Child) -> None:
        self._lose(child, "crashed", "the parser died on it (a crash, or more memory than it may use)")

    def _lose(self, child: Child, failure: str, detail: str) -> None:
        """Replace a child that died or stalled; blame the task it was at, hand the others on."""
        self.kills += 1
        tasks = list(child.unanswered)
        child.unanswered.clear()
        self._end(child)
        if child is self._suspect_child:
            self._suspect_child = None
        else:
            (self._slow if child in self._slow else self._children).remove(child)
            self._fill_up()
        if tasks:
            self._blame(tasks[0], failure, detail)
            self._waiting.extendleft(reversed(tasks[1:]))
        self._hand_out()

    def _blame(self, task: Task, failure: str, detail: str) -> None:
        attempts = self._attempts[task.id] = self._attempts.get(task.id, 0) + 1
        self._log.warning("parser.lost", inbox_id=task.id, failure=failure, attempt=attempts)
        if attempts < MAX_ATTEMPTS:
            self._suspects.append(task)
            return
        given_up = Reading(id=task.id, failure=failure, detail=detail, salvage=salvage(task.raw))
        self._attempts.pop(task.id)
        answer = self._answers.pop(task.id, None)
        if answer and not answer.done():
            answer.set_result(given_up)

    def _is_short(self) -> bool:
        """Whether another child is wanted, and may be: slow messages can't make them many."""
        many = len(self._children) + len(self._slow) >= self._processes + SPARE
        return len(self._children) < self._processes and not many and not self._is_stopping

    def _fill_up(self) -> None:
        if self._is_short() and not self._is_filling:
            self._is_filling = True
            self._in_background(self._spawn_missing())

    async def _spawn_missing(self) -> None:
        """Bring the pool to its size; tried until it has it."""
        try:
            while self._is_short():
                child = await self._spawned(is_lazy=False)
                self._children.append(child)
                self._hand_out()
        finally:
            self._is_filling = False

    async def _start_suspect_child(self) -> None:
        """Bring up the child for messages that have cost one already."""
        try:
            self._suspect_child = await self._spawned(is_lazy=True)
        finally:
            self._is_starting_suspect = False
        self._hand_out()

    async def _spawned(self, *, is_lazy: bool) -> Child:
        """A new child; tried until it comes."""
        while True:
            try:
                return await self._spawn(is_lazy=is_lazy)
            except WireError:
                self._log.exception("parser.spawn_failed")
                await asyncio.sleep(1)

    async def _spawn(self, *, is_lazy: bool) -> Child:
        newborn = await self._nursery.bear(is_lazy=is_lazy)
        child = Child(newborn, on_reading=self._heard, on_death=self._died)
        try:
            await child.start()
        except BaseException:
            newborn.drop()
            raise
        return child

    async def _watch_children(self) -> None:
        while True:
            await asyncio.sleep(CHECK_S)
            for child in list(self._all()):
                busy_s = child.busy_s()
                if busy_s <= CHECK_S:
                    continue
                own_s = child.looked_at_s()
                if own_s > STALL_S or busy_s > self._patience_s(child):
                    self._lose(child, "stalled", f"reading it took longer than {STALL_S:g} s")
                elif own_s > SLOW_S and child in self._children:
                    self._set_aside(child)
                elif own_s > LAZY_S:
                    child.yield_to_all()

    def _patience_s(self, child: Child) -> float:
        """How long a child may be at one task by the clock. Deadly messages mustn't pile up behind each other."""
        return STALL_S if child is self._suspect_child and self._suspects else PATIENCE_S

    def _set_aside(self, child: Child) -> None:
        """A slow message: another child steps in, and what waits behind goes to the others."""
        self._children.remove(child)
        self._slow.append(child)
        self._waiting.extendleft(reversed(child.take_back()))
        self._fill_up()
        self._hand_out()

    def _end(self, child: Child) -> None:
        child.end()
        _keep(self._ending, child.wait())

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        _keep(self._background, work)


def _keep(tasks: set[asyncio.Task[None]], work: Coroutine[None, None, None]) -> None:
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


def _load(child: Child) -> tuple[int, float]:
    """Who gets the next task: the one with the fewest, and among those the one that answered last."""
    return len(child.unanswered), -child.working_since_s
