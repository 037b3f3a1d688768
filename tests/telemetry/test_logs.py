"""What reaches the log, and in which form."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from channelhub.telemetry.logs import configure


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_off_a_terminal_each_event_is_one_json_line() -> None:
    stream = io.StringIO()
    configure(environ={}, stream=stream)

    structlog.get_logger().info("message.stored", account="пошта", inbox_id=3)

    (line,) = lines(stream)
    assert (line["event"], line["account"], line["inbox_id"], line["level"]) == ("message.stored", "пошта", 3, "info")
    assert str(line["timestamp"]).endswith("Z")


def test_on_a_terminal_it_is_for_people() -> None:
    stream = Terminal()
    configure(environ={"JOURNAL_STREAM": "8:1"}, stream=stream)

    structlog.get_logger().info("message.stored", inbox_id=3)

    assert "message.stored" in stream.getvalue()
    assert not stream.getvalue().startswith(("{", "<"))


def test_the_form_can_be_chosen() -> None:
    stream = Terminal()
    configure(environ={}, stream=stream, form="json")

    structlog.get_logger().info("x")

    assert lines(stream)[0]["event"] == "x"


def test_what_a_customer_wrote_and_credentials_are_hidden() -> None:
    stream = io.StringIO()
    configure(environ={}, stream=stream)

    structlog.get_logger().warning(
        "x", text="my card", body=b"my card", bot_token="my card", nested={"password": "my card", "n": 1}, raw="my card"
    )

    (line,) = lines(stream)
    assert "my card" not in stream.getvalue()
    assert line["nested"] == {"password": "***", "n": 1}


def test_bytes_are_logged_by_their_number_only() -> None:
    stream = io.StringIO()
    configure(environ={}, stream=stream)

    structlog.get_logger().info("x", answer=b"my card")

    assert lines(stream)[0]["answer"] == "7 bytes"


def test_the_level_is_kept() -> None:
    stream = io.StringIO()
    configure(environ={}, stream=stream, level="warning")

    structlog.get_logger().info("quiet")
    structlog.get_logger().error("loud")

    assert [line["event"] for line in lines(stream)] == ["loud"]


def test_for_the_journal_each_line_begins_with_its_priority() -> None:
    stream = io.StringIO()
    configure(environ={"JOURNAL_STREAM": "8:1"}, stream=stream)

    structlog.get_logger().info("x")
    structlog.get_logger().error("y")
    logging.getLogger("a.package").warning("z")

    assert [line[:4] for line in stream.getvalue().splitlines()] == ["<6>{", "<3>{", "<4>{"]


def test_an_exception_is_one_line_with_its_traceback() -> None:
    stream = io.StringIO()
    configure(environ={}, stream=stream)

    try:
        raise KeyError("x")
    except KeyError:
        structlog.get_logger().exception("account.failed")

    (line,) = lines(stream)
    assert "KeyError" in str(line["exception"])


def test_packages_that_log_by_the_standard_library_come_in_the_same_form() -> None:
    stream = io.StringIO()
    configure(environ={}, stream=stream)

    logging.getLogger("a.package").warning("about %s", "something")
    logging.getLogger("a.package").info("too much")

    (line,) = lines(stream)
    assert (line["event"], line["logger"], line["level"]) == ("about something", "a.package", "warning")


def test_configuring_again_replaces_the_first() -> None:
    first, second = io.StringIO(), io.StringIO()
    configure(environ={}, stream=first)
    log = structlog.get_logger()
    configure(environ={}, stream=second, level="error")

    log.info("a")
    log.error("b")
    logging.getLogger("p").error("c")

    assert first.getvalue() == ""
    assert [line["event"] for line in lines(second)] == ["b", "c"]
