import stat
from pathlib import Path

from channelhub.app.signing import SECRET_FILE, read_or_make_secret


def test_keeps_the_secret_of_the_first_start(tmp_path: Path) -> None:
    first = read_or_make_secret(tmp_path)

    assert len(first) == 32
    assert read_or_make_secret(tmp_path) == first


def test_only_its_user_can_read_it(tmp_path: Path) -> None:
    read_or_make_secret(tmp_path)

    assert stat.S_IMODE((tmp_path / SECRET_FILE).stat().st_mode) == 0o600


def test_a_file_cut_short_is_replaced(tmp_path: Path) -> None:
    (tmp_path / SECRET_FILE).write_bytes(b"short")

    assert len(read_or_make_secret(tmp_path)) == 32
