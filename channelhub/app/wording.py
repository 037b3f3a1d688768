"""What we write to customers: one text file per occasion and language, the first line being the subject.

In an acknowledgement `$number` stands for the incident's number, `$subject` for the subject that is answered; in a
mail to who left a chat `$answer` for what was answered there.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template

from channelhub.pipeline.rulebook import Wording

ACKNOWLEDGEMENT = "acknowledgement"
HANDOVER = "chat_handover"
CHECKOUT = Path(__file__).resolve().parents[2] / "config" / "templates"
Write = Callable[[str, Mapping[str, str]], Wording]  # (language, values of the placeholders)


class WordingError(Exception):
    """A template is missing or has a placeholder that does not exist; the text names the file."""


def acknowledgements(
    *, own_folder: str, config_file: Path | None, languages: Sequence[str]
) -> Callable[[str, str, str], Wording]:
    """A function (language, number, subject) → wording. A language we don't write in gets the first one we do.

    Raises WordingError at once for a text that can't be used, not when a customer waits for it.
    """
    write = templates(ACKNOWLEDGEMENT, ("number", "subject"), own_folder, config_file, languages)
    return lambda language, number, subject: write(language, {"number": number, "subject": subject})


def handovers(*, own_folder: str, config_file: Path | None, languages: Sequence[str]) -> Callable[[str, str], Wording]:
    """A function (language, answer) → the mail with an answer that was not read in its chat. Raises WordingError."""
    write = templates(HANDOVER, ("answer",), own_folder, config_file, languages)
    return lambda language, answer: write(language, {"answer": answer})


def templates(
    occasion: str, names: Sequence[str], own_folder: str, config_file: Path | None, languages: Sequence[str]
) -> Write:
    """A function (language, values) → wording of an occasion, whose files may hold the placeholders `names`. A language
    we don't write in gets the first one we do. Raises WordingError."""
    texts = {language: _read(f"{occasion}.{language}.txt", names, own_folder, config_file) for language in languages}

    def write(language: str, values: Mapping[str, str]) -> Wording:
        title, text = texts.get(language) or texts[languages[0]]
        return Wording(subject=title.substitute(values), text=text.substitute(values))

    return write


def _read(name: str, names: Sequence[str], own_folder: str, config_file: Path | None) -> tuple[Template, Template]:
    text, place = text_of(name, own_folder, config_file)
    return _split(text, place, names)


def text_of(name: str, own_folder: str, config_file: Path | None) -> tuple[str, str]:
    """A template's text, our own one where there is no other, and what to call the file. Raises WordingError."""
    for folder in folders(own_folder, config_file):
        path = folder / name
        if path.is_file():
            try:
                return path.read_text(encoding="utf-8"), str(path)
            except (OSError, UnicodeDecodeError) as exc:
                raise WordingError(f"{path} can't be read: {exc}") from exc
    return shipped_text(name), name


def shipped_text(name: str) -> str:
    """The text that comes with channelhub. Raises WordingError."""
    for place in (files("channelhub").joinpath("reply_templates"), CHECKOUT):
        if (shipped := place.joinpath(name)).is_file():
            return shipped.read_text(encoding="utf-8")
    raise WordingError(f"there is no {name}: put one into the folder that [hub] templates_dir names")


def folders(own_folder: str, config_file: Path | None) -> list[Path]:
    """The configured folder, then `templates` beside the configuration file."""
    beside = [config_file.resolve().parent / "templates"] if config_file else []
    return [*([Path(own_folder)] if own_folder else []), *beside]


def _split(text: str, name: str, names: Sequence[str]) -> tuple[Template, Template]:
    title, _, body = text.partition("\n")
    found = Template(title), Template(body.strip() + "\n")
    for template in found:
        if set(template.get_identifiers()) - set(names) or not template.is_valid():
            known = " and ".join(f"${one}" for one in names) or "nothing"
            raise WordingError(f"{name}: only {known} can stand for something")
    return found
