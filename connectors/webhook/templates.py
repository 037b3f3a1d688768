"""Templates of mappings: text with slots, `{$.first} {$.last}`, each of alternatives and perhaps a default.

    $.email                            one slot, without braces around it
    {$.email | $.customer.email}       the first of them that finds something
    order {$.number | 'unknown'}       a default in quotes ('' stands for one quote)
    {header:X-Shopify-Topic}           a header of the post
    {{ and }}                          braces themselves

What a slot finds is joined by commas; objects, lists, null and blanks are nothing. A template none of whose
slots finds anything is empty as a whole, so that no `order ` is left over.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from connectors.webhook.paths import Node, NotAPath, Path, Root, find, path_at

MOST_CHARS: Final = 1000
MOST_PARTS: Final = 50

_HEADER = re.compile(r"header:([!#$%&*+.^_`~0-9A-Za-z-]{1,100})", re.ASCII)  # without ' and |, which end it here
_QUOTED = re.compile(r"'((?:[^']|'')*+)'")
_LITERAL = re.compile(r"(?:[^{}]|\{\{|\}\})+")
_BLANKS = re.compile(r"[ \t]*")
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")  # what no table of ours can hold


class NotATemplate(ValueError):
    """The text is no template."""


@dataclass(frozen=True, slots=True)
class Header:
    """A header of the post by its name in lower case."""

    name: str

    @property
    def text(self) -> str:
        return f"header:{self.name}"


Source = Path | Header


@dataclass(frozen=True, slots=True)
class Choice:
    """A slot: the first source that finds something, else the default."""

    sources: tuple[Source, ...]
    default: str = ""


@dataclass(slots=True, kw_only=True)
class Scope:
    """What a mapping can see of a post.

    `missed` collects the slots that found nothing, `notes` what was found and can't be used.
    """

    body: Node
    item: Node
    headers: Mapping[str, str]  # names in lower case
    missed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def nodes(self, source: Source) -> Sequence[Node]:
        """What a source leads to, null among it."""
        if isinstance(source, Header):
            return [self.headers[source.name]] if source.name in self.headers else []
        return find(source, self.body if source.root is Root.BODY else self.item)

    def values(self, source: Source) -> list[str]:
        """The texts that a source leads to."""
        return [text for node in self.nodes(source) if (text := _text(node))]

    def of(self, item: Node) -> "Scope":
        """The same post seen from a part of it; what is missed or noted there is so here."""
        return Scope(body=self.body, item=item, headers=self.headers, missed=self.missed, notes=self.notes)


@dataclass(frozen=True, slots=True)
class Template:
    """Texts and slots in turn."""

    parts: tuple[str | Choice, ...]

    def fill(self, scope: Scope) -> str:
        """The text for a post, without blanks at its ends."""
        choices = [part for part in self.parts if isinstance(part, Choice)]
        texts = {part: _chosen(part, scope) for part in dict.fromkeys(choices)}
        if choices and not any(texts.values()):
            return ""
        return "".join(part if isinstance(part, str) else texts[part] for part in self.parts).strip()

    def sources(self) -> Iterator[Source]:
        """Everything that it looks at."""
        for part in self.parts:
            if isinstance(part, Choice):
                yield from part.sources


def read_template(text: str) -> Template:
    """The template of a text. Raises NotATemplate."""
    if len(text) > MOST_CHARS:
        raise NotATemplate(f"a template has at most {MOST_CHARS} characters")
    if text[:1] in ("$", "@") or text.startswith("header:"):
        choice, end = _choice(text, 0)
        if end != len(text):
            raise NotATemplate(f"{text[:80]!r} can't be read from column {end + 1} on; words beside it need braces")
        return Template((choice,))
    parts = tuple(_parts(text))
    if len(parts) > MOST_PARTS:
        raise NotATemplate(f"a template has at most {MOST_PARTS} parts")
    return Template(parts)


def read_source(text: str) -> Source:
    """The one source that a whole text names. Raises NotATemplate."""
    source, end = _source(text, 0)
    if end != len(text):
        raise NotATemplate(f"{text[:80]!r} can't be read from column {end + 1} on")
    return source


def _parts(text: str) -> Iterator[str | Choice]:
    at = 0
    while at < len(text):
        if literal := _LITERAL.match(text, at):
            yield literal[0].replace("{{", "{").replace("}}", "}")
            at = literal.end()
        elif text[at] == "{":
            choice, at = _choice(text, at + 1)
            if text[at : at + 1] != "}":
                raise NotATemplate(f"expected }} or | in {text[:80]!r} at column {at + 1}")
            yield choice
            at += 1
        else:
            raise NotATemplate(f"a }} without its {{ in {text[:80]!r} at column {at + 1}; the sign itself is }}}}")


def _choice(text: str, at: int) -> tuple[Choice, int]:
    """The alternatives from `at` on, and where they end."""
    sources: list[Source] = []
    while True:
        at = _past_blanks(text, at)
        if quoted := _QUOTED.match(text, at):
            return Choice(tuple(sources), quoted[1].replace("''", "'")), _past_blanks(text, quoted.end())
        source, at = _source(text, at)
        sources.append(source)
        at = _past_blanks(text, at)
        if text[at : at + 1] != "|":
            return Choice(tuple(sources)), at
        at += 1


def _source(text: str, at: int) -> tuple[Source, int]:
    if header := _HEADER.match(text, at):
        return Header(header[1].lower()), header.end()
    try:
        return path_at(text, at)
    except NotAPath as exc:
        raise NotATemplate(str(exc)) from exc


def _past_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _chosen(choice: Choice, scope: Scope) -> str:
    for source in choice.sources:
        if values := scope.values(source):
            return ", ".join(values)
    if choice.sources and not choice.default:
        scope.missed.append(" | ".join(source.text for source in choice.sources))
    return choice.default


def _text(node: Node) -> str:
    """A value as text that can be stored; nothing for objects, lists and null."""
    if isinstance(node, str):
        return _UNKEEPABLE.sub("\ufffd", node).strip()
    return str(node).lower() if isinstance(node, bool) else ""
