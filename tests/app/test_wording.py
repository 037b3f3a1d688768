from pathlib import Path

import pytest

from channelhub.app.wording import WordingError, acknowledgements, handovers


def test_writes_the_number_in_the_customers_language() -> None:
    write = acknowledgements(own_folder="", config_file=None, languages=("en", "uk", "ru"))

    for language, word in (("en", "request"), ("uk", "звернення"), ("ru", "обращение")):
        wording = write(language, "4711", "Order")
        assert "4711" in wording.subject
        assert "4711" in wording.text
        assert word in wording.subject


def test_falls_back_to_the_first_language_it_writes_in() -> None:
    write = acknowledgements(own_folder="", config_file=None, languages=("uk", "en"))

    assert write("fr", "1", "") == write("uk", "1", "")


def test_a_customers_subject_is_text_and_no_template(tmp_path: Path) -> None:
    (tmp_path / "acknowledgement.en.txt").write_text("About $subject\nNumber $number\n")
    write = acknowledgements(own_folder=str(tmp_path), config_file=None, languages=("en",))

    assert write("en", "7", "$number ${secret}").subject == "About $number ${secret}"


def test_own_texts_come_before_those_beside_the_configuration(tmp_path: Path) -> None:
    own, beside = tmp_path / "own", tmp_path / "templates"
    for folder, title in ((own, "Own"), (beside, "Beside")):
        folder.mkdir()
        (folder / "acknowledgement.en.txt").write_text(f"{title} $number\ntext\n")

    config_file = tmp_path / "channelhub.toml"
    first = acknowledgements(own_folder=str(own), config_file=config_file, languages=("en",))
    second = acknowledgements(own_folder="", config_file=config_file, languages=("en",))

    assert first("en", "1", "").subject == "Own 1"
    assert second("en", "1", "").subject == "Beside 1"


@pytest.mark.parametrize("text", ["Hello $name\n", "Hello $number\n100 $ off\n", "Hello ${\n"])
def test_refuses_a_text_with_an_unknown_placeholder_at_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "acknowledgement.en.txt").write_text(text)

    with pytest.raises(WordingError, match=r"acknowledgement\.en\.txt"):
        acknowledgements(own_folder=str(tmp_path), config_file=None, languages=("en",))


def test_names_the_missing_file(tmp_path: Path) -> None:
    with pytest.raises(WordingError, match=r"acknowledgement\.fr\.txt"):
        acknowledgements(own_folder=str(tmp_path), config_file=None, languages=("fr",))


def test_an_answer_from_the_chat_stands_in_a_mail_as_it_was_written() -> None:
    write = handovers(own_folder="", config_file=None, languages=("en", "uk", "ru"))

    for language, word in (("en", "chat"), ("uk", "чаті"), ("ru", "чате")):
        wording = write(language, "Вже їде: $number\n${secret}")
        assert word in wording.subject
        assert wording.text.startswith("Вже їде: $number\n${secret}\n")
        assert word in wording.text
