"""Our own hard mails give what was reviewed, through the command that users run."""

import pytest

from tests.connectors.email import goldens

NAMES = sorted(path.stem for path in goldens.FOLDER.glob("*.eml"))


@pytest.fixture(scope="module")
def answers() -> object:
    return goldens.parsed()


@pytest.mark.parametrize("name", NAMES)
def test_a_hard_mail_gives_what_was_reviewed(name: str, answers: dict[str, object]) -> None:
    assert answers[name] == goldens.stored()[name], "make goldens writes it anew; review the diff"


def test_every_mail_has_its_golden_and_every_golden_its_mail() -> None:
    assert sorted(goldens.stored()) == NAMES
