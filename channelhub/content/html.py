"""HTML of mails: a safe form to show, and its words. Costs bounded time; nothing here raises.

Tree-building libraries are quadratic in nesting, so what is larger than `MAX_CHARS` or has more than `MAX_TAGS` opening
angle brackets never reaches them: its words come from a linear scan and no HTML is kept.
"""

import html as entities
import re
from typing import Final

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_CHARS: Final = 2_000_000
MAX_TAGS: Final = 10_000
#: Marks, in `annotated_text`, the place below which a mail client put the history it quotes.
HISTORY_MARK: Final = "\ue0f0"

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
_MANY_NEWLINES = re.compile(r"\n{3,}")
_TAG_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9]{0,20})")
_QUOTE_CLASSES: Final = frozenset(
    {"gmail_quote", "gmail_quote_container", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote", "zmail_extra",
     "tutanota_quote", "ms-outlook-mobile-reference-message", "mail_quote", "mailru-blockquote", "fm-quote"}
)  # fmt: skip
_QUOTE_IDS: Final = frozenset({"olk_src_body_section", "mail-editor-reference-message-container", "reply-intro"})
#: Everything after these elements is history: Outlook and its kin put no element around it.
_HISTORY_IDS: Final = frozenset(
    {"divrplyfwdmsg", "appendonsend", "stopspelling", "replysplit", "ymail_android_signature_"}
)
#: The rule that desktop Outlook draws above the headers of the mail it quotes.
_OUTLOOK_RULE = re.compile(r"border:\s*none;\s*border-top:\s*solid\s+#(?:b5c4df|e1e1e1)", re.IGNORECASE)


def is_too_big(markup: str) -> bool:
    """True where tree-building libraries must not see this markup."""
    return len(markup) > MAX_CHARS or markup.count("<") > MAX_TAGS


def sanitize(markup: str) -> str:
    """The markup without anything active: no script, style, form, frame or event, and no unknown URL scheme.
    Empty when there is none, or too much of it to be cleaned in bounded time.
    """
    if not markup.strip() or is_too_big(markup):
        return ""
    return nh3.clean(_encodable(markup))


def to_text(markup: str) -> str:
    """The words of the markup, a line per block."""
    return _tidy(_walk(markup, is_annotated=False)) if not is_too_big(markup) else strip(markup)


def annotated_text(markup: str) -> str:
    """Like `to_text`, with `> ` before the lines that a mail client marked as quoted and a line `HISTORY_MARK` where
    everything below is history. Input for `quotes.reply`.
    """
    return _tidy(_walk(markup, is_annotated=True)) if not is_too_big(markup) else strip(markup)


def strip(markup: str) -> str:
    """The words of any markup by one pass from left to right, however large or broken."""
    out: list[str] = []
    at, end = 0, len(markup)
    while at < end:
        opening = markup.find("<", at)
        if opening < 0:
            out.append(markup[at:])
            break
        out.append(markup[at:opening])
        name = _TAG_NAME.match(markup, opening + 1)
        if name is None and not markup.startswith("<!", opening):
            out.append("<")
            at = opening + 1
            continue
        tag = name.group(1).lower() if name else ""
        closing = markup.find(">", opening)
        if closing < 0:
            break
        at = closing + 1
        if tag in ("script", "style") and markup[opening + 1] != "/":
            found = markup.lower().find(f"</{tag}", at) if len(markup) - at < 4096 else markup.find(f"</{tag}", at)
            at = found if found >= 0 else at
        elif tag in _BLOCKS or tag == "br":
            out.append("\n")
    return _tidy(entities.unescape("".join(out)))


def _walk(markup: str, *, is_annotated: bool) -> str:
    """Text of the tree, depth first and without recursion."""
    root = LexborHTMLParser(_encodable(markup)).body
    if root is None:
        return ""
    out = _Lines()
    node: LexborNode | None = root.child
    stack: list[tuple[LexborNode, str, bool]] = []
    while node is not None or stack:
        if node is None:
            element, tag, is_quote = stack.pop()
            _close(out, tag, is_quote)
            node = element.next
            continue
        tag = node.tag or ""
        if tag == "-text":
            out.write(node.text_content or "", is_verbatim=any(name == "pre" for _, name, _ in stack[-4:]))
        elif tag == "br":
            out.line()
        elif tag not in _SKIPPED and not tag.startswith(("-", "!")):
            if tag in _BLOCKS:
                out.block()
            is_quote = is_annotated and _open(out, node, tag)
            stack.append((node, tag, is_quote))
            node = node.child
            continue
        node = node.next
    out.line()
    return "\n".join(out.lines)


class _Lines:
    """Text collected line by line, each with the depth of quoting it stands in."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.current: list[str] = []
        self.quote_depth = 0

    def write(self, text: str, *, is_verbatim: bool) -> None:
        if is_verbatim:
            first, *rest = text.split("\n")
            self.current.append(first)
            for line in rest:
                self.line()
                self.current.append(line)
            return
        text = _BLANKS.sub(" ", text)
        if text == " " and not self.current:
            return
        self.current.append(text)

    def line(self) -> None:
        self.lines.append(("> " * min(self.quote_depth, 3)) + "".join(self.current).strip())
        self.current = []

    def block(self) -> None:
        """End the line where one has begun."""
        if self.current and "".join(self.current).strip():
            self.line()
        else:
            self.current = []


def _open(out: _Lines, node: LexborNode, tag: str) -> bool:
    """Begin an element; True when it holds quoted text."""
    attributes = node.attributes
    identifier = (attributes.get("id") or "").lower().removeprefix("x_")
    if identifier in _HISTORY_IDS or (tag == "div" and _OUTLOOK_RULE.search(attributes.get("style") or "")):
        out.block()
        out.lines.append(HISTORY_MARK)
        return False
    classes = (attributes.get("class") or "").lower().split()
    is_quote = (
        tag == "blockquote"
        or identifier in _QUOTE_IDS
        or any(name.removeprefix("x_") in _QUOTE_CLASSES for name in classes)
    )
    if is_quote:
        out.block()
        out.quote_depth += 1
    return is_quote


def _close(out: _Lines, tag: str, is_quote: bool) -> None:
    if tag in _BLOCKS or is_quote:
        out.block()
        if tag in _SPACED:
            out.lines.append(("> " * min(out.quote_depth, 3)).rstrip())
    if is_quote:
        out.quote_depth -= 1


def _encodable(markup: str) -> str:
    """Rust and C take UTF-8: lone surrogates and NUL are replaced."""
    return markup.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _tidy(text: str) -> str:
    lines = (line.rstrip() for line in text.replace("\xa0", " ").split("\n"))
    return _MANY_NEWLINES.sub("\n\n", "\n".join(lines)).strip("\n")
