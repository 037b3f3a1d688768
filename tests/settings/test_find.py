"""Which file is read when the command line names none."""

from pathlib import Path

import pytest

from channelhub.settings.find import find


def test_the_variable_is_taken_first_even_when_nothing_is_there() -> None:
    assert find({"CHANNELHUB_CONFIG": "/nowhere/x.toml"}) == Path("/nowhere/x.toml")


def test_then_the_file_of_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/channelhub.toml").touch()
    monkeypatch.chdir(tmp_path)

    assert find({}) == Path("config/channelhub.toml")


def test_without_any_file_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("channelhub.settings.find.PLACES", (Path("config/channelhub.toml"),))

    assert find({}) is None
