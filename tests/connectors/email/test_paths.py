"""Reading MAIL's and RCPT's arguments."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email.paths import Path, read_path


@pytest.mark.parametrize(
    ("argument", "address"),
    [
        ("FROM:<ann@example.com>", "ann@example.com"),
        ("from: <ann@example.com>", "ann@example.com"),
        ("FROM:ann@example.com", "ann@example.com"),
        ("FROM:<>", ""),
        ('FROM:<"ann b"@example.com>', '"ann b"@example.com'),
        ("FROM:<@one.example,@two.example:ann@example.com>", "ann@example.com"),
        ("FROM:<ann@[192.0.2.1]>", "ann@[192.0.2.1]"),
        ("FROM:<ann@[IPv6:2001:db8::1]>", "ann@[IPv6:2001:db8::1]"),
        ("FROM:<ann+tag=a.b@example.com>", "ann+tag=a.b@example.com"),
        ("FROM:<.a..b.@example.com>", None),
        ("FROM:<a..b@example.com>", "a..b@example.com"),
        ("FROM:<анна@приклад.укр>", "анна@приклад.укр"),
        ("FROM:<postmaster>", "postmaster"),
    ],
)
def test_reads_addresses_as_senders_write_them(argument: str, address: str | None) -> None:
    path = read_path(argument, "FROM:")

    assert (path.address if path else None) == address


@pytest.mark.parametrize(
    "argument",
    [
        *(
            None,
            "",
            "FROM:",
            "TO:<a@b.c>",
            "FROM:<a>",
            "FROM:<a@>",
            "FROM:<@b>",
            "FROM:<a@b>c",
            "FROM:<a@b",
            "FROM:a b@c",
        ),
        *("FROM:<a@b> SIZE=", "FROM:<a@b> =1", "FROM:<a@b> SIZE=1 SIZE=2", "FROM:<a@b> \udcff", "FROM:<a\udcff@b>"),
        *("FROM:<a@-b>", "FROM:<a@b..c>", 'FROM:<"a@b>', "FROM:<<a@b>>", "FROM:<" + "a" * 600 + "@b.c>"),
    ],
)
def test_refuses_what_is_no_path(argument: str | None) -> None:
    assert read_path(argument, "FROM:") is None


def test_reads_parameters() -> None:
    path = read_path("FROM:<ann@example.com> size=100 BODY=8BITMIME SMTPUTF8", "FROM:")

    assert path == Path(address="ann@example.com", parameters={"SIZE": "100", "BODY": "8BITMIME", "SMTPUTF8": ""})


@given(st.text(max_size=200))
def test_never_raises_and_never_lets_control_characters_through(text: str) -> None:
    path = read_path("TO:" + text, "TO:")

    assert path is None or all(character.isprintable() or ord(character) > 127 for character in path.address)


@pytest.mark.parametrize(
    "attack", ["a-" * 500 + "@", "<a@" + "a-" * 500, "<" + "a." * 500, "<" + "@a," * 300, '<"' + "\\a" * 490]
)
def test_takes_no_longer_for_hostile_arguments(attack: str) -> None:
    started_s = time.process_time()
    for _ in range(10):
        read_path("TO:" + attack, "TO:")

    assert time.process_time() - started_s < 1
