"""The templates of answers: ours, and those in the administrator's own folder, which replace ours of the same name.

`replies/NAME.LANGUAGE.txt` in the folder of templates: its first line is the title that agents see, the
rest the text.
"""

import re
from importlib.resources import files
from pathlib import Path
from string import Template

from channelhub.app.wording import CHECKOUT, WordingError, folders
from channelhub.rules.reply_templates import NAMES, ReplyTemplate

MOST = 50
MAX_CHARS = 10_000
_FOLDER = "replies"
_FILE = re.compile(r"^(?P<name>[a-z0-9][a-z0-9_-]{0,39})\.(?P<language>[a-z]{2})\.txt\Z")


def reply_templates(*, own_folder: str, config_file: Path | None) -> tuple[ReplyTemplate, ...]:
    """In the order of their names. Raises WordingError for a file that can't be used, or too many."""
    texts: dict[str, dict[str, tuple[str, Template]]] = {}
    for file, (text, place) in sorted(_texts(own_folder, config_file).items()):
        match = _FILE.match(file)
        if match is None:
            raise WordingError(f"{place}: a template of answers is called like thanks.en.txt")
        texts.setdefault(match["name"], {})[match["language"]] = _read(text, place)
    if len(texts) > MOST:
        raise WordingError(f"there are {len(texts)} templates of answers, at most {MOST} are shown")
    return tuple(ReplyTemplate(name=name, texts=by_language) for name, by_language in sorted(texts.items()))


def _texts(own_folder: str, config_file: Path | None) -> dict[str, tuple[str, str]]:
    """By the name of the file its text, and what to call it."""
    found: dict[str, tuple[str, str]] = {}
    for shipped in (files("channelhub").joinpath("reply_templates", _FOLDER), CHECKOUT.joinpath(_FOLDER)):
        if shipped.is_dir():
            found = {one.name: (one.read_text(encoding="utf-8"), one.name) for one in shipped.iterdir()}
            break
    for folder in reversed(folders(own_folder, config_file)):
        for path in sorted((folder / _FOLDER).glob("*.txt")):
            try:
                found[path.name] = (path.read_text(encoding="utf-8"), str(path))
            except (OSError, UnicodeDecodeError) as exc:
                raise WordingError(f"{path} can't be read: {exc}") from exc
    return found


def _read(text: str, place: str) -> tuple[str, Template]:
    title, _, body = text.partition("\n")
    template = Template(body.strip())
    if not title.strip() or not template.template or len(text) > MAX_CHARS:
        raise WordingError(f"{place}: a title, then a text, at most {MAX_CHARS} characters together")
    if set(template.get_identifiers()) - set(NAMES) or not template.is_valid():
        raise WordingError(f"{place}: only {', '.join(f'${one}' for one in NAMES)} can stand for something")
    return title.strip(), template
