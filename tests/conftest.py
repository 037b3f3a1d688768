"""What holds for the whole run."""

import faulthandler

import pytest

EXIT_WITHIN_S = 60


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A thread that a test left behind would hold the process for ever: say where it stands, and end."""
    faulthandler.dump_traceback_later(EXIT_WITHIN_S, exit=True)
