"""HTML as a flat sequence of tags and texts, by one pass from left to right.

Tree builders are quadratic in the attributes of one tag and in nesting. What comes out of here can be counted, cut and
written again in a form that no two parsers read differently. Nothing here raises.
"""

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

#: No mail client writes more; more of them cost a tree builder quadratic time.
MAX_ATTRIBUTES: Final = 40

_OPENING = re.compile(r"<(?=[A-Za-z/!?])")
_NAME = re.compile(r"(/?)([A-Za-z][^\s/>\0]*)")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s/>=\0][^\s/>=\0]*)(?:\s*=\s*(?:\"([^\"]*)\"?|'([^']*)'?|([^\s>\"'][^\s>]*)?))?")
_BLANK = re.compile(r"[\s/\0=]*")
_VALID_ATTRIBUTE = re.compile(r"[A-Za-z_:][A-Za-z0-9_:.-]{0,60}")
#: Elements whose content is not markup: it ends at their own end tag only.
_RAW_ENDS: Final = {
    name: re.compile(rf"</{name}(?=[\s/>]|\Z)", re.IGNORECASE)
    for name in ("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript")
}


@dataclass(frozen=True, slots=True)
class Tag:
    name: str  # lower case
    is_end: bool
    attributes: tuple[tuple[str, str], ...]  # values as written; at most MAX_ATTRIBUTES


def tokens(markup: str) -> Iterator[Tag | str]:
    """Tags, and the texts between them as written. Comments, declarations and the content of raw elements are left
    out. Costs time in proportion to the markup.
    """
    at = 0
    while (opening := _OPENING.search(markup, at)) is not None:
        if opening.start() > at:
            yield markup[at : opening.start()]
        at = opening.end()
        name = _NAME.match(markup, at)
        if name is None:  # a comment or declaration; an unclosed one runs to the end
            is_comment = markup.startswith("!--", at) and not markup.startswith(("!-->", "!--->"), at)
            closing = markup.find("-->" if is_comment else ">", at)
            if closing < 0:
                return
            at = closing + (3 if is_comment else 1)
            continue
        tag, at = _tag(markup, name)
        yield tag
        raw_end = None if tag.is_end else _RAW_ENDS.get(tag.name)
        if raw_end is not None:
            found = raw_end.search(markup, at)
            if found is None:
                return
            at = found.start()
    yield markup[at:]


def _tag(markup: str, name: re.Match[str]) -> tuple[Tag, int]:
    attributes: list[tuple[str, str]] = []
    at = name.end()
    while (found := _ATTRIBUTE.match(markup, at)) is not None:
        at = found.end()
        if len(attributes) < MAX_ATTRIBUTES:
            attributes.append((found.group(1).lower(), found.group(2) or found.group(3) or found.group(4) or ""))
        if at < len(markup) and markup[at] == ">":
            break
        blank = _BLANK.match(markup, at)
        at = blank.end() if blank else at
    else:
        blank = _BLANK.match(markup, at)
        at = blank.end() if blank else at
    end = at + 1 if at < len(markup) and markup[at] == ">" else at
    return Tag(name.group(2).lower()[:40], bool(name.group(1)), tuple(attributes)), end


def rewritten(markup: str) -> str:
    """The same markup with few attributes per tag, each quoted, and every other `<` escaped."""
    out: list[str] = []
    for token in tokens(markup):
        if isinstance(token, str):
            out.append(token.replace("<", "&lt;"))
        elif token.is_end:
            out.append(f"</{token.name}>")
        else:
            pairs = (
                f' {key}="{entities.escape(entities.unescape(value))}"'
                for key, value in token.attributes
                if _VALID_ATTRIBUTE.fullmatch(key)
            )
            out.append(f"<{token.name}{''.join(pairs)}>")
    return "".join(out)
