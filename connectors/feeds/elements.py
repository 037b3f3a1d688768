"""XML as elements with their places in the text, read forward once, whatever is wrong with it. Nothing here raises.

No declaration of entities or documents is looked at, so nothing of them can grow; what is not closed is passed over.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_MAX_TAG_CHARS = 8192
_TAG = re.compile(r"<(/?)([A-Za-z_][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(/?)>")
_ATTRIBUTE = re.compile(r"(?<![\w:.-])([\w:.-]{1,200})\s{0,50}=\s{0,50}(?:\"([^\"]*)\"|'([^']*)')")
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_PASSED_OVER = ((_CDATA, _CDATA_END), ("<!--", "-->"), ("<?", "?>"), ("<!", ">"))


@dataclass(frozen=True, slots=True)
class Element:
    """`name` is without the prefix of Atom, and with any other; the text of it lies between `start` and `end`."""

    name: str
    attributes: dict[str, str]
    start: int
    inner_start: int
    inner_end: int
    end: int


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    attributes: str
    is_end: bool
    is_empty: bool
    start: int
    end: int


def children(text: str, start: int, end: int) -> Iterator[Element]:
    """The elements directly inside a piece of the text, in order."""
    unclosed: set[str] = set()
    at = start
    while (tag := _next_tag(text, at, end)) is not None:
        at = tag.end
        if tag.is_end:
            continue
        inner_end, close_end = tag.end, tag.end
        if not tag.is_empty and tag.name not in unclosed:
            closing = _closing(text, tag, end)
            if closing is None:
                unclosed.add(tag.name)  # looked for once: many of them must not cost a look to the end each
            else:
                inner_end, close_end = closing.start, closing.end
        yield Element(_plain(tag.name), _attributes(tag), tag.start, tag.end, inner_end, close_end)
        at = close_end


def root(text: str) -> Element | None:
    """The first element; one that isn't closed goes on to the end."""
    tag = _next_tag(text, 0, len(text))
    if tag is None or tag.is_end:
        return None
    return Element(_plain(tag.name), _attributes(tag), tag.start, tag.end, len(text), len(text))


def words(text: str, element: Element) -> str:
    """What stands in an element, as markup: character data as it is, references once resolved."""
    out, at = [], element.inner_start
    while at < element.inner_end:
        begun = text.find(_CDATA, at, element.inner_end)
        if begun < 0:
            break
        closed = text.find(_CDATA_END, begun, element.inner_end)
        closed = element.inner_end if closed < 0 else closed
        out += [html.unescape(text[at:begun]), text[begun + len(_CDATA) : closed]]
        at = closed + len(_CDATA_END)
    out.append(html.unescape(text[at : element.inner_end]))
    return "".join(out).strip()


def _next_tag(text: str, at: int, end: int) -> _Tag | None:
    """The next tag outside of character data, comments and instructions."""
    while (at := text.find("<", at, end)) >= 0:
        if text[at + 1 : at + 2] in ("!", "?"):
            opening, closing = next(one for one in _PASSED_OVER if text.startswith(one[0], at))
            found = text.find(closing, at + len(opening), end)
            if found < 0:
                return None
            at = found + len(closing)
            continue
        match = _TAG.match(text, at, min(end, at + _MAX_TAG_CHARS))
        if match is not None:
            return _Tag(match[2], match[3], bool(match[1]), bool(match[4]), match.start(), match.end())
        at += 1
    return None


def _closing(text: str, opened: _Tag, end: int) -> _Tag | None:
    """The tag that closes this one."""
    depth, at = 1, opened.end
    while (tag := _next_tag(text, at, end)) is not None:
        at = tag.end
        if tag.name != opened.name or tag.is_empty:
            continue
        depth += -1 if tag.is_end else 1
        if not depth:
            return tag
    return None


def _plain(name: str) -> str:
    return name.removeprefix("atom:").removeprefix("rdf:")


def _attributes(tag: _Tag) -> dict[str, str]:
    found = _ATTRIBUTE.finditer(tag.attributes)
    return {match[1]: html.unescape(match[2] if match[2] is not None else match[3]) for match in found}
