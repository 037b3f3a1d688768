"""The parser children: all customer bytes are decoded there, and one bad message costs the others nothing.

A child works through tasks in order. When its current one takes longer than HANDOVER_S, the tasks behind it go to
other children; after STALL_S it is killed. The message it died or stalled on is tried again alone, on a child that
yields to all others; after MAX_ATTEMPTS it is given up with its reason.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Sequence

from channelhub.pipeline.child import Child
from channelhub.pipeline.reading import salvage
from channelhub.pipeline.wire import Reading, Task, WireError
from channelhub.sdk.contract import Logger

HANDOVER_S = 0.15
STALL_S = 2.0
MAX_ATTEMPTS = 3
AHEAD = 8  # tasks a child may be given before it has answered
CHECK_S = 0.05


class ParserPool:
    """`read` answers every task with a reading, whatever the parsers do."""

    def __init__(self, *, processes: int, log: Logger, kinds: Sequence[str] = ()) -> None:
        self._kinds = kinds  # imported by every child before it starts; others when they are first needed
        self._processes = processes
        self._log = log
        self._children: list[Child] = []
        self._spares: list[Child] = []
        self._suspect_child: Child | None = None
        self._is_starting_suspect = False
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
        """Spawn the children. Raises WireError when one doesn't come up. A pool that runs is left as it is."""
        if self._watch is not None:
            return
        self._children = list(await asyncio.gather(*(self._spawn() for _ in range(self._processes))))
        self._watch = asyncio.create_task(self._watch_children(), name="parser watch")
        self._keep_spare()

    async def stop(self) -> None:
        self._is_stopping = True
        tasks = [*self._background, *([self._watch] if self._watch else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        children = [*self._children, *self._spares, *([self._suspect_child] if self._suspect_child else [])]
        await asyncio.gather(*(child.kill() for child in children), *self._ending)
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

    def _hand_out(self) -> None:
        ready = [child for child in self._children if not child.is_alone]
        while self._waiting and ready:
            child = min(ready, key=lambda one: len(one.unanswered))
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
        child.is_alone = child.is_behind
        self._attempts.pop(reading.id, None)
        self._answer(reading)
        self._hand_out()

    def _caught_up(self, child: Child) -> None:
        """It has worked off what was taken back from it meanwhile, and is like the others again."""
        child.is_alone = False
        self._hand_out()

    def _answer(self, reading: Reading) -> None:
        answer = self._answers.pop(reading.id, None)
        if answer and not answer.done():
            answer.set_result(reading)

    def _died(self, child: Child) -> None:
        self._lose(child, "crashed", "the parser died on it (a crash, or more memory than it may use)")

    def _lose(self, child: Child, failure: str, detail: str) -> None:
        """Replace a child that died or stalled; blame the task it was at, hand the others on."""
        self.kills += 1
        tasks = list(child.unanswered)
        child.unanswered.clear()
        self._in_background(child.kill(), kept_in=self._ending)
        if child is self._suspect_child:
            self._suspect_child = None
        else:
            self._replace(child)
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
        self._attempts.pop(task.id)
        self._answer(Reading(id=task.id, failure=failure, detail=detail, salvage=salvage(task.raw)))

    def _replace(self, child: Child) -> None:
        if child in self._children:
            self._children.remove(child)
            if self._spares:
                self._children.append(self._spares.pop())
            self._keep_spare()

    def _keep_spare(self) -> None:
        self._in_background(self._fill_up())

    async def _fill_up(self) -> None:
        """Bring the pool to its size and keep one child ready beside it."""
        while not self._is_stopping and len(self._children) + len(self._spares) < self._processes + 1:
            try:
                spare = await self._spawn(is_lazy=False)
            except WireError:
                self._log.exception("parser.spawn_failed")
                await asyncio.sleep(1)
                continue
            if len(self._children) < self._processes:
                self._children.append(spare)
            else:
                self._spares.append(spare)
            self._hand_out()

    async def _start_suspect_child(self) -> None:
        """Bring up the child for messages that have cost one already; tried until it comes."""
        try:
            while self._suspect_child is None and not self._is_stopping:
                try:
                    self._suspect_child = await self._spawn(is_lazy=True)
                except WireError:
                    self._log.exception("parser.spawn_failed")
                    await asyncio.sleep(1)
        finally:
            self._is_starting_suspect = False
        self._hand_out()

    async def _spawn(self, *, is_lazy: bool = False) -> Child:
        child = Child(kinds=self._kinds, on_reading=self._heard, on_caught_up=self._caught_up, on_death=self._died)
        await child.start(is_lazy=is_lazy)
        return child

    async def _watch_children(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(CHECK_S)
            for child in [*self._children, *([self._suspect_child] if self._suspect_child else [])]:
                if not (child.unanswered or child.is_behind):
                    continue
                busy_s = loop.time() - child.working_since
                if busy_s > STALL_S:
                    self._lose(child, "stalled", f"reading it took longer than {STALL_S:g} s")
                elif busy_s > HANDOVER_S and not child.is_alone:
                    self._set_alone(child)

    def _set_alone(self, child: Child) -> None:
        """A slow message: whatever waits behind it goes to other children, and a spare steps in meanwhile."""
        if child is self._suspect_child or not child.unanswered:
            return
        child.is_alone = True
        self._waiting.extendleft(reversed(child.withdraw()))
        if self._spares:
            self._children.append(self._spares.pop())
        self._hand_out()

    def _in_background(
        self, work: Coroutine[None, None, None], *, kept_in: set[asyncio.Task[None]] | None = None
    ) -> None:
        tasks = self._background if kept_in is None else kept_in
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
