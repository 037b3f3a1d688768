"""HTML of mails: a safe form to show, and its words. Costs bounded time; nothing here raises.

Tree-building libraries are quadratic in nesting, so what is larger than `MAX_CHARS` or has more than `MAX_TAGS` opening
angle brackets never reaches them: its words come from a linear scan and no HTML is kept.
"""

import html as entities
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

from channelhub.content.markup import rewritten, tokens

MAX_CHARS: Final = 2_000_000
MAX_TAGS: Final = 10_000
MAX_REFERENCES: Final = 50_000  # `&…;`
#: The mark of the line where history begins that a mail client put no element around.
HISTORY: Final = -1
#: The mark of a line in the element that a mail client made for the signature.
SIGNATURE: Final = -2
_MAX_DEPTH: Final = 3

#: Links, and images that came along as parts (RFC 2392).
_SCHEMES: Final = nh3.ALLOWED_URL_SCHEMES | {"cid"}
_SKIPPED: Final = frozenset({"script", "style", "title", "head", "noscript", "template", "object", "iframe", "svg"})
_BLOCKS: Final = frozenset(
    {
        "address", "article", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "footer", "form", "h1",
        "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "td", "th",
        "tr", "ul",
    }
)  # fmt: skip
_SPACED: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote"})
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
#: A tag with its text that is longer than this may hold attributes enough to cost quadratic time.
_SUSPECT_CHARS: Final = 600
_QUOTE_CLASSES: Final = frozenset(
    {"gmail_quote", "gmail_quote_container", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote", "zmail_extra",
     "tutanota_quote", "ms-outlook-mobile-reference-message", "mail_quote", "mailru-blockquote", "fm-quote"}
)  # fmt: skip
_QUOTE_IDS: Final = frozenset({"olk_src_body_section", "mail-editor-reference-message-container", "reply-intro"})
_SIGNATURE_CLASSES: Final = frozenset(
    {"gmail_signature", "moz-signature", "protonmail_signature_block", "ms-outlook-mobile-signature"}
)
_SIGNATURE_IDS: Final = frozenset({"signature", "ms-outlook-mobile-signature", "applemailsignature", "ymail_signature"})
#: Everything after these elements is history: Outlook and its kin put no element around it.
_HISTORY_IDS: Final = frozenset(
    {"divrplyfwdmsg", "appendonsend", "stopspelling", "replysplit", "ymail_android_signature_"}
)
#: The rule that desktop Outlook draws above the headers of the mail it quotes.
_OUTLOOK_RULE = re.compile(r"border:\s*none;\s*border-top:\s*solid\s+#(?:b5c4df|e1e1e1)", re.IGNORECASE)
#: Clients indent one's own words by a blockquote without a line beside it.
_INDENT = re.compile(r"border(?:-width|-left)?\s*:\s*(?:none|0)", re.IGNORECASE)


def is_too_big(markup: str) -> bool:
    """True where tree-building libraries must not see this markup."""
    return len(markup) > MAX_CHARS or markup.count("<") > MAX_TAGS or markup.count("&") > MAX_REFERENCES


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a piece of HTML says and shows."""

    text: str
    marks: tuple[int, ...]  # for each line of `text` its depth in quotes, HISTORY or SIGNATURE; empty: nothing marked
    safe: str  # sanitized; empty where the markup is too big to be cleaned in bounded time


def read(markup: str) -> Page:
    """The words of the markup, a line per block, and its safe form: no script, style, form, frame or event handler,
    no URL scheme that a mail has no use for.
    """
    if is_too_big(markup):
        return Page(text=strip(markup), marks=(), safe="")
    guarded = _guarded(markup)
    lines = _tidy(_lines(guarded))
    marks = tuple(mark for mark, _ in lines)
    return Page(
        text="\n".join(line for _, line in lines),
        marks=marks if any(marks) else (),
        safe=nh3.clean(guarded, url_schemes=_SCHEMES) if guarded.strip() else "",
    )


def strip(markup: str) -> str:
    """The words of the first `MAX_CHARS` of any markup, however broken, by one pass from left to right."""
    out: list[str] = []
    for token in tokens(markup[:MAX_CHARS]):
        if isinstance(token, str):
            out.append(token)
        elif token.name in _BLOCKS or token.name == "br":
            out.append("\n")
    lines = entities.unescape("".join(out)).split("\n")
    return "\n".join(line for _, line in _tidy([(0, line) for line in lines]))


def _lines(markup: str) -> list[tuple[int, str]]:
    """Lines of the tree's text with the mark of each, depth first and without recursion."""
    root = LexborHTMLParser(markup).body
    if root is None:
        return []
    out = _Lines()
    node: LexborNode | None = root.child
    stack: list[tuple[LexborNode, str, _Quote]] = []
    while node is not None or stack:
        if node is None:
            element, tag, quote = stack.pop()
            _close(out, tag, quote)
            if quote is _Quote.CITED and stack and stack[-1][2] is _Quote.HISTORY:
                out.quote_depth -= 1  # what follows a quote in the element for history is an answer below it
                stack[-1] = (*stack[-1][:2], _Quote.NONE)
            node = element.next
            continue
        tag = node.tag or ""
        if tag == "-text":
            out.write(node.text_content or "", is_verbatim=any(name == "pre" for _, name, _ in stack[-4:]))
        elif tag == "br":
            out.line()
        elif tag not in _SKIPPED and not tag.startswith(("-", "!")):
            stack.append((node, tag, _open(out, node, tag)))
            node = node.child
            continue
        node = node.next
    out.line()
    return out.lines


class _Quote(Enum):
    """What an element is to the writer: HISTORY holds an attribution and what is CITED under it."""

    NONE = auto()
    SIGNATURE = auto()
    CITED = auto()
    HISTORY = auto()


_QUOTES: Final = (_Quote.CITED, _Quote.HISTORY)


class _Lines:
    """Text collected line by line."""

    __slots__ = ("current", "lines", "mark", "quote_depth", "signature_depth")

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []
        self.current: list[str] = []
        self.quote_depth = 0
        self.signature_depth = 0
        self.mark = 0  # HISTORY until the next line with words

    def write(self, text: str, *, is_verbatim: bool) -> None:
        if is_verbatim:
            first, *rest = text.split("\n")
            self.current.append(first)
            for line in rest:
                self.line()
                self.current.append(line)
            return
        text = _BLANKS.sub(" ", text)
        if text != " " or self.current:
            self.current.append(text)

    def line(self) -> None:
        self.add("".join(self.current).strip())
        self.current = []

    def add(self, text: str) -> None:
        if text and self.mark:
            self.lines.append((self.mark, text))
            self.mark = 0
        else:
            own = SIGNATURE if self.signature_depth else 0
            self.lines.append((min(self.quote_depth, _MAX_DEPTH) or own, text))

    def block(self) -> None:
        """End the line where one has begun."""
        if "".join(self.current).strip():
            self.line()
        else:
            self.current = []


def _open(out: _Lines, node: LexborNode, tag: str) -> _Quote:
    """Begin an element."""
    if tag in _BLOCKS:
        out.block()
    attributes = node.attributes
    identifier = (attributes.get("id") or "").lower().removeprefix("x_")
    if identifier in _HISTORY_IDS or (tag == "div" and _OUTLOOK_RULE.search(attributes.get("style") or "")):
        out.block()
        out.mark = HISTORY
        return _Quote.NONE
    classes = (attributes.get("class") or "").lower().split()
    if tag == "blockquote":
        quote = _Quote.NONE if not classes and _INDENT.search(attributes.get("style") or "") else _Quote.CITED
    elif identifier in _QUOTE_IDS or any(name.removeprefix("x_") in _QUOTE_CLASSES for name in classes):
        quote = _Quote.HISTORY
    elif identifier in _SIGNATURE_IDS or any(name.removeprefix("x_") in _SIGNATURE_CLASSES for name in classes):
        quote = _Quote.SIGNATURE
    else:
        return _Quote.NONE
    out.block()
    out.quote_depth += quote in _QUOTES
    out.signature_depth += quote is _Quote.SIGNATURE
    return quote


def _close(out: _Lines, tag: str, quote: _Quote) -> None:
    if tag in _BLOCKS or quote is not _Quote.NONE:
        out.block()
        if tag in _SPACED:
            out.add("")
    out.quote_depth -= quote in _QUOTES
    out.signature_depth -= quote is _Quote.SIGNATURE


def _guarded(markup: str) -> str:
    """What tree builders may see: valid UTF-8 without NUL, and no tag with thousands of attributes."""
    markup = markup.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if max(map(len, markup.split("<"))) > _SUSPECT_CHARS:
        return rewritten(markup)
    return markup


def _tidy(lines: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Without blank lines around and more than one between; each line's text ends in a letter or sign."""
    out: list[tuple[int, str]] = []
    for mark, raw in lines:
        for line in raw.replace("\xa0", " ").split("\n"):
            bare = line.rstrip()
            if bare or (out and out[-1][1]):
                out.append((mark, bare))
    while out and not out[-1][1]:
        out.pop()
    return out
