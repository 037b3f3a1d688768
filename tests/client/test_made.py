"""The client's methods and fields are those of the API document."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest

from channelhub.client import HubClient
from channelhub.client.awaiting import AsyncHubClient
from channelhub.client.calling import Call
from channelhub.web.openapi import document
from channelhub.web.routes.table import API
from tests.client import made

BY_HAND = {("GET", "/api/v1/stream")}  # follow()
BESIDE = ("_tagged", "_if_changed")


class Recording:
    """Keeps the call instead of making it."""

    def __init__(self) -> None:
        self.call: Call[Any] | None = None

    def ask(self, call: Call[Any]) -> None:
        self.call = call


def calls_of(face: type) -> Iterator[Call[Any]]:
    """What each plain method asks for, given its parameters' own names in braces."""
    recording = Recording()
    subjects = inspect.getmro(face)[1](recording)
    for subject in vars(subjects).values():
        for name, method in inspect.getmembers(subject, inspect.ismethod):
            if not name.startswith(("_", "every")) and not name.endswith(BESIDE):
                given = {one: f"{{{one}}}" for one in inspect.signature(method).parameters}
                answered = method(**(given | ({"content": b""} if "content" in given else {})))
                if inspect.iscoroutine(answered):
                    with pytest.raises(TypeError):  # a recording can't be awaited; by then it has recorded
                        answered.send(None)
                assert recording.call is not None
                yield recording.call


def test_the_made_modules_are_those_of_the_document() -> None:
    stale = [path.name for path, text in made.files().items() if not path.exists() or path.read_text() != text]

    assert not stale, "run `make client`"


@pytest.mark.slow
def test_no_module_is_left_of_a_subject_that_is_gone() -> None:
    there = {path for folder in ("calls", "async_calls") for path in (made.FOLDER / folder).glob("*.py")}

    assert {path for path in there if path.name != "__init__.py"} == set(made.files()) - {made.FOLDER / "shapes.py"}


@pytest.mark.parametrize("face", [HubClient, AsyncHubClient])
def test_every_operation_has_a_method_with_all_its_parameters(face: type) -> None:
    paths = document(API, server_url="")["paths"]
    described = {
        (
            method.upper(),
            path.count("{"),
            frozenset(one["name"] for one in operation["parameters"] if one["in"] == "query"),
        )
        for path, methods in paths.items()
        for method, operation in methods.items()
        if (method.upper(), path) not in BY_HAND
    }
    calls = list(calls_of(face))

    assert {(call.method, call.path.count("%7B"), frozenset(call.query)) for call in calls} == described
    assert len(calls) == sum(len(methods) for methods in paths.values()) - len(BY_HAND)
    assert {(call.method, _shape(call.path)) for call in calls} == {
        (method.upper(), _shape(path)) for path, methods in paths.items() for method in methods
    } - BY_HAND


def _shape(path: str) -> str:
    """The address with nothing in its places."""
    return "/".join("{}" if "%7B" in part or "{" in part else part for part in path.split("/"))


def test_each_post_takes_a_key_and_each_patch_an_etag() -> None:
    calls = list(calls_of(HubClient))

    assert {call.method for call in calls if call.key} == {"POST"}
    assert all(call.key for call in calls if call.method == "POST")
    assert all(call.if_match for call in calls if call.method == "PATCH")
