"""The account's settings as an administrator writes them."""

from pathlib import Path

import pytest

from channelhub.settings.load import load
from connectors.telegram.config import TELEGRAM_URL, TelegramConfig


def config(folder: Path, lines: str) -> TelegramConfig:
    file = folder / "hub.toml"
    file.write_text(f'[accounts.bot]\nkind = "telegram"\n{lines}\n')
    settings = load(file, account_models={"telegram": TelegramConfig}, environ={})
    found = settings.accounts["bot"].config
    assert isinstance(found, TelegramConfig)
    return found


def test_token_file_is_all_that_polling_needs(tmp_path: Path) -> None:
    (tmp_path / "bot").write_text("7391204518:AAExample\n")
    (tmp_path / "bot").chmod(0o600)
    read = config(tmp_path, 'token_file = "bot"')

    assert read.token.reveal() == "7391204518:AAExample"
    assert (read.base_url, read.mode, read.groups) == (TELEGRAM_URL, "polling", False)
    assert "AAExample" not in repr(read)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("", "token"),
        ('token = ""', "token is empty"),
        ('token = "1:a"\nmode = "webhook"', "needs webhook_secret"),
        ('token = "1:a"\nwebhook_secret = "a b"', "A-Z a-z 0-9"),
        ('token = "1:a"\nwebhook_secret = "ключ"', "A-Z a-z 0-9"),
        ('token = "1:a"\nmode = "pushing"', "polling"),
        ('token = "1:a"\nbase_url = "telegram.org"', "base_url"),
        ('token = "1:a"\npoll_timeout_s = 90', "50"),
        ('token = "1:a"\ngroop = true', "groups"),
    ],
)
def test_fault_says_what_is_expected(tmp_path: Path, lines: str, words: str) -> None:
    with pytest.raises(Exception, match=words):
        config(tmp_path, lines)
