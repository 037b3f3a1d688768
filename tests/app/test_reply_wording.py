"""Templates of answers: ours in three languages, an administrator's own in their place, bad ones refused."""

from pathlib import Path

import pytest

from channelhub.app.reply_wording import reply_templates
from channelhub.app.wording import WordingError


def own(folder: Path, **texts: str) -> Path:
    (folder / "replies").mkdir()
    for name, text in texts.items():
        (folder / "replies" / f"{name.replace('__', '.')}.txt").write_text(text, encoding="utf-8")
    return folder


def test_ours_are_there_in_every_language() -> None:
    shipped = reply_templates(own_folder="", config_file=None)

    assert [one.name for one in shipped] == ["details", "solved", "thanks"]
    assert all(sorted(one.texts) == ["en", "ru", "uk"] for one in shipped)


def test_an_administrators_own_come_first(tmp_path: Path) -> None:
    folder = own(tmp_path, thanks__uk="Подяка\nДякуємо, $name!", refund__uk="Повернення\nГроші повернуться.")
    found = {one.name: one.texts for one in reply_templates(own_folder=str(folder), config_file=None)}

    assert found["thanks"]["uk"][1].template == "Дякуємо, $name!"
    assert found["thanks"]["en"][0] == "Thanks for writing"
    assert sorted(found) == ["details", "refund", "solved", "thanks"]


@pytest.mark.parametrize(
    "texts",
    [
        {"thanks__uk": "Подяка\n$secret"},
        {"thanks__uk": "Подяка\n$"},
        {"thanks__uk": "Подяка"},
        {"thanks__uk": "\nДякуємо"},
        {"thanks": "Подяка\nДякуємо"},
        {"thanks__uk": "Подяка\n" + "x" * 20_000},
    ],
)
def test_what_cant_be_used_is_refused_by_its_name(tmp_path: Path, texts: dict[str, str]) -> None:
    with pytest.raises(WordingError, match="thanks"):
        reply_templates(own_folder=str(own(tmp_path, **texts)), config_file=None)
