"""What clues weigh, and which values are clues at all."""

import pytest

from channelhub.domain.people import Clue
from channelhub.rules.clues import address_key, in_english, is_suggestion, name_key, score, with_name
from channelhub.rules.resemblance import Likeness


def clue(text: str) -> Clue:
    kind, _, how = text.partition(" ")
    return Clue(kind=kind, how=how or "shared")


@pytest.mark.parametrize(
    ("clues", "expected"),
    [
        ("phone claimed", True),
        ("phone claimed, name different", True),
        ("order", True),
        ("order, name different", False),
        ("device", True),
        ("device, name different", False),
        ("phone", True),
        ("phone, name different", False),
        ("address", False),
        ("address, name same", True),
        ("address, name similar", True),
        ("address, name partial", False),
        ("name same", False),
        ("address, device, name different", False),
    ],
)
def test_a_name_alone_suggests_nobody_and_another_name_speaks_against(clues: str, expected: bool) -> None:
    assert is_suggestion([clue(one) for one in clues.split(", ")]) is expected


def test_each_further_clue_weighs_more_and_never_all() -> None:
    one, two, three = [clue("phone claimed")], [clue("order")], [clue("device")]
    alone, both, all_three = score(one), score(one + two), score(one + two + three)

    assert alone == 0.5
    assert alone < both < all_three < 1
    assert score(with_name(one, Likeness.SAME)) > alone > score(with_name(one, Likeness.DIFFERENT))
    assert with_name(one, Likeness.UNKNOWN) == tuple(one)


def test_reasons_are_said_in_english() -> None:
    said = in_english([clue("phone claimed"), clue("order"), clue("name same")])

    assert said == (
        "the sender of one message gave phone without proof; both gave the number of one order; the names are the same"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("olena.shevchuk@gmail.com", "Shevchuk_Olena@ukr.net"),
        ("olena.shevchuk+shop@gmail.com", "olena.shevchuk@gmial.com"),
    ],
)
def test_mail_addresses_that_begin_alike_have_one_key(one: str, other: str) -> None:
    assert address_key(one) == address_key(other) is not None


@pytest.mark.parametrize("address", ["ann@example.com", "support@example.com", "sales.office@a.ua", "1234567@qq.com"])
def test_short_ones_and_offices_have_no_key(address: str) -> None:
    assert address_key(address) is None


def test_names_meet_in_all_their_spellings() -> None:
    keys = {name_key(name) for name in ("Олена Шевчук", "Helen Shevchuk", "ЕЛЕНА ШЕВЧУК", "Шевчук Альона Петрівна")}

    assert len(keys) == 1
    assert name_key("Олена") is name_key("") is None
    assert name_key("Олена Шевчук") != name_key("Ольга Шевчук")
