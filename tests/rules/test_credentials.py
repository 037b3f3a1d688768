"""What a login and a password may be."""

import pytest

from channelhub.rules.credentials import WEAKNESSES, is_login, prepared, weakness


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("kate", True), ("k", True), ("kate.b-2_x", True), ("9", True), ("Kate", False), ("", False), (".kate", False),
     ("катя", False), ("kate\n", False), ("kate smith", False), ("k" * 40, True), ("k" * 41, False)],
)  # fmt: skip
def test_logins(text: str, is_one: bool) -> None:
    assert is_login(text) is is_one


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("correct horse battery", None),
        ("довгий пароль", None),
        ("sixteen letters!", None),
        ("short", "short"),
        ("elevenchars", "short"),
        ("x" * 201, "long"),
        ("kate", "short"),
        ("kate12345678", "login"),
        ("KATE 12345678", "login"),
        ("kate likes a long walk by the sea", None),
        ("aaaaaaaaaaaaaa", "plain"),
        ("abababababababab", "plain"),
        ("with a\nnew line", "control"),
        ("a lone \ud800 half", "control"),
    ],
)
def test_weak_passwords_say_why(password: str, found: str | None) -> None:
    assert weakness(password, login="kate") == found
    assert found is None or found in WEAKNESSES


def test_one_password_has_one_form_however_it_is_typed() -> None:
    assert prepared("caf\u0065\u0301\u00a0au lait") == prepared("café au lait")
