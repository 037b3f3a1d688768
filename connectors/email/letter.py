"""The words of an answer as a web page for mail programs: everything escaped, web addresses made links. Pure."""

import html
import re

_PARAGRAPHS = re.compile(r"\n[ \t]*\n[\n \t]*")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'`]{1,2000}", re.IGNORECASE)
_SENTENCE_ENDS = ".,;:!?…»”’"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})?\Z")


def as_html(text: str, language: str = "") -> str:
    """A whole document. Holds no element but html, head, meta, body, p, br and a, whatever the text is."""
    spoken = f' lang="{language}"' if _LANGUAGE.match(language) else ""
    paragraphs = [
        f'<p dir="auto">{_lines(one)}</p>' for one in _PARAGRAPHS.split(text.replace("\r\n", "\n").strip("\n"))
    ]
    body = "\n".join(paragraphs)
    return f'<!DOCTYPE html>\n<html{spoken}>\n<head><meta charset="utf-8"></head>\n<body>\n{body}\n</body>\n</html>\n'


def _lines(paragraph: str) -> str:
    """Spaces that begin a line or follow one another are kept, as in lists and tables of plain text."""
    return "<br>\n".join(_linked(line).replace("  ", "&nbsp; ") for line in paragraph.split("\n"))


def _linked(line: str) -> str:
    parts: list[str] = []
    end = 0
    for found in _WEB_ADDRESS.finditer(line):
        address = _without_punctuation(found[0])
        parts += [html.escape(line[end : found.start()]), _link(address)]
        end = found.start() + len(address)
    return "".join([*parts, html.escape(line[end:])])


def _link(address: str) -> str:
    safe = html.escape(address, quote=True)
    return f'<a href="{safe}">{safe}</a>'


def _without_punctuation(address: str) -> str:
    """What ends the sentence is no part of the address; a bracket only where it was opened before."""
    while address[-1] in _SENTENCE_ENDS or (address[-1] == ")" and address.count("(") < address.count(")")):
        address = address[:-1]
    return address
