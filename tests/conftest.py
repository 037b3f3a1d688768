"""What holds for the whole run."""

import faulthandler
import gc

import pytest

from tests.examples import register_quick

EXIT_WITHIN_S = 60

register_quick()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was collected lives until the end: no collection of garbage has to look through it again."""
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A thread that a test left behind would hold the process for ever: say where it stands, and end."""
    faulthandler.dump_traceback_later(EXIT_WITHIN_S, exit=True)
