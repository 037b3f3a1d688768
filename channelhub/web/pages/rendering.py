"""Fills the templates. Everything a customer wrote is escaped: no template may say otherwise."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web
from markupsafe import Markup

from channelhub.rules.clues import LEAST_SCORE
from channelhub.web.auth import PRINCIPAL
from channelhub.web.headers import PAGE_POLICY
from channelhub.web.pages.plurals import plural
from channelhub.web.pages.texts import LANGUAGES, TEXTS, language_of

FOLDER = Path(__file__).parent
STATIC = {path.name: path.read_bytes() for path in sorted((FOLDER / "static").iterdir()) if path.is_file()}
SCRIPTS = ("app.js", "keys.js", "composer.js")  # of every page, in this order
VERSION = hashlib.sha256(b"".join(STATIC.values())).hexdigest()[:12]
_LIKELY = 0.65  # a suggestion's score: two clues agree
LANGUAGE_COOKIE = "channelhub_language"
UNSEEN = web.RequestKey("unseen", int)  # notes that name the reader and that they haven't seen
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def _straight(value: object) -> object:
    """A value as a template shows it: without the marks that would turn the text around it, too (Unicode Standard
    Annex 9). Nobody who writes needs them: a script's own direction stays."""
    if isinstance(value, str) and not isinstance(value, Markup) and not value.isascii():
        return _TURNING.sub("", value)
    return value


_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
    finalize=_straight,
)


class Words:
    """The texts of one language: `t.home`, `t.state(word)`. An unknown state is shown as it is."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._texts = TEXTS[language]

    def __getattr__(self, name: str) -> str:
        try:
            return self._texts[name]
        except KeyError:
            raise AttributeError(name) from None

    def form(self, name: str, number: int) -> str:
        """The word for so many of a thing: `t.form("customers", 2)`."""
        return plural(self._language, self._texts[f"forms_{name}"], number)

    def counted(self, name: str, number: int) -> str:
        """The number and the word: 1 клієнт, 2 клієнти, 5 клієнтів."""
        return f"{number} {self.form(name, number)}"

    def state(self, word: str) -> str:
        return self._texts.get(f"state_{word}", word)

    def action(self, word: str) -> str:
        return self._texts[word]

    def decided(self, word: str) -> str:
        return self._texts.get(f"decided_{word}", word)

    def flag(self, word: str) -> str:
        return self._texts.get(f"flag_{word}", word)

    def clue(self, kind: str, how: str) -> str:
        """Why two may be one person; `how` as of `domain.people.Clue`."""
        if kind == "name":
            return self._texts[f"clue_name_{how}"]
        if how == "shared":
            return self._texts[f"clue_{kind}"]
        handle = self._texts.get(f"handle_{kind}", self._texts["handle_other"].format(kind=kind))
        return self._texts[f"clue_{how}"].format(kind=handle)

    def likely(self, score: float) -> str:
        """How likely a suggestion is, in a word."""
        return self._texts[
            "likely_high" if score >= _LIKELY else "likely_some" if score >= LEAST_SCORE else "likely_low"
        ]

    def pretence(self, word: str) -> str:
        return self._texts[f"pretence_{word}"]

    def evidence(self, word: str, reason: str) -> str:
        """Why two are one person; what a person wrote as the reason stands as it is."""
        if word != "agent":
            return self._texts.get(f"evidence_{word}", word)
        known = {"suggestion accepted": "evidence_accepted", "joined by an agent": "evidence_agent"}
        return self._texts[known[reason]] if reason in known else reason or self._texts["evidence_agent"]

    def journey(self, name: str) -> str:
        """What happened, in words; a type of another system's own as it is called."""
        return self._texts.get(f"journey_{name}", name)

    def file(self, word: str) -> str:
        """How it stands with a file that its message only named, or why it isn't here."""
        return self._texts[f"file_{word}"]

    def problem_of(self, slug: str, part: str) -> str:
        """The `title` of a type of problem, what it `means`, or what to `do`."""
        return self._texts[f"problem_{slug}_{part}"]

    def sought(self, word: str) -> str:
        return self._texts[f"sought_{word}"]

    def ordered(self, word: str) -> str:
        return self._texts[f"ordered_{word}"]

    def arranged(self, word: str) -> str:
        return self._texts[f"order_{word}"]

    def trend(self, word: str) -> str:
        return self._texts[f"trend_{word}"]

    def promise(self, word: str) -> str:
        return self._texts[f"promise_{word}"]

    def topic(self, word: str) -> str:
        return self._texts[f"topic_{word}"]

    def days(self, word: str) -> str:
        return self._texts[f"days_{word}"]

    def proof(self, word: str) -> str:
        """Why an address is believed to be theirs."""
        return self._texts[f"proof_{word}"]

    def kind(self, word: str) -> str:
        """A kind of entries, in the plural; one that has no word as it is called."""
        return self._texts.get(f"kind_{word}", word)

    def why(self, word: str) -> str:
        return self._texts.get(f"reason_{word}", word)


def language(request: web.Request) -> str:
    return language_of(request.cookies.get(LANGUAGE_COOKIE, ""), request.headers.get("Accept-Language", ""))


def part(template: str, spoken: str, **values: Any) -> str:
    """A template that is no page of the server, in a language."""
    return _environment.get_template(template).render(t=Words(spoken), language=spoken, **values)


def render(
    request: web.Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    spoken: str = "",
    **values: Any,
) -> web.Response:
    """A page in the reader's language, or in the one `spoken` names."""
    spoken = spoken or language(request)
    principal = request.get(PRINCIPAL)
    text = _environment.get_template(template).render(
        t=Words(spoken),
        language=spoken,
        languages=LANGUAGES,
        version=VERSION,
        scripts=SCRIPTS,
        signed_in=principal,
        unseen=request.get(UNSEEN, 0),
        path=request.path,
        **values,
    )
    return web.Response(
        text=text,
        status=status,
        content_type="text/html",
        headers={
            "Content-Security-Policy": PAGE_POLICY,
            "Referrer-Policy": "same-origin",  # with no-referrer a browser would post our own forms with Origin: null
            **(headers or {}),
        },
    )
