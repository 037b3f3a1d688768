"""What a secret shows of itself."""

import pickle

from channelhub.domain.secrets import Secret


def test_a_secret_is_never_printed() -> None:
    secret = Secret("hunter2")

    assert f"{secret} {secret!r} {secret!s} {secret!s:>5} {[secret]} {{'a': {secret}}}".count("hunter2") == 0
    assert secret.reveal() == "hunter2"


def test_an_empty_secret_is_none_configured() -> None:
    assert not Secret("")
    assert Secret("x")


def test_secrets_compare_by_their_text() -> None:
    assert Secret("x") == Secret("x") != Secret("y")
    assert Secret("x") != "x"
    assert len({Secret("x"), Secret("x")}) == 1
    assert pickle.loads(pickle.dumps(Secret("x"))) == Secret("x")
