"""What holds for the whole run."""

import faulthandler
import gc
import signal
from collections.abc import Generator, Iterator

import pytest
from playwright.async_api import expect

from tests import answershapes
from tests.examples import register_profiles

EXIT_WITHIN_S = 60
#: A collection of garbage after so many new objects: Python's 700 would look through a test's own hub again and again.
COLLECT_AFTER = 10_000

register_profiles()
expect.set_options(timeout=60_000)  # of a browser's page, in milliseconds: a busy machine fails no test


def pytest_configure() -> None:
    """A run in a shell's background ignores Ctrl-C, and so would every command that it starts: tests send it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected lives until the end: no collection of garbage has to look through it, now or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(COLLECT_AFTER)
        gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    """A thread that a test left behind would hold the process for ever: say where it stands, and end.

    Only here, when everything is told and tidied up: removing the folders of a run may take minutes on a slow disk. A
    worker that is done waits for the others, and its controller ends it.
    """
    if not hasattr(config, "workerinput"):
        faulthandler.dump_traceback_later(EXIT_WITHIN_S, exit=True)


@pytest.fixture(autouse=True)
def answers_are_described() -> Iterator[None]:
    """Whatever a test asks a hub for: the answer is one that the hub's own API document tells of."""
    with answershapes.watch() as found:
        yield

    assert not found
