"""The body of a post as a document: JSON, or the fields of a form or of an address."""

import json
from typing import Final, Literal, NoReturn
from urllib.parse import parse_qsl

from channelhub.domain.json_size import has_more_marks
from channelhub.sdk.errors import Unparseable
from connectors.webhook.paths import Node

Format = Literal["json", "form", "query"]
MOST_MARKS: Final = 200_000  # strings and separators: a value costs a hundred times its bytes
MOST_FIELDS: Final = 1000  # of a form


def read_document(body: bytes, form: Format) -> Node:
    """What was posted. Raises Unparseable, with a sentence for the administrator.

    Numbers stay the text that they were written as, so that ids of any length keep their digits and prices their
    zeros. Of members with one name the last counts. NaN and Infinity are no JSON.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise Unparseable(f"the body isn't UTF-8: {exc.reason} at byte {exc.start}") from exc
    return _json(body, text) if form == "json" else _form(text)


def _json(body: bytes, text: str) -> Node:
    if has_more_marks(body, MOST_MARKS):
        raise Unparseable(f"the body has more than {MOST_MARKS} names and values")
    try:
        document: Node = json.loads(text, parse_int=str, parse_float=str, parse_constant=_refuse)
    except RecursionError as exc:
        raise Unparseable("the body is nested too deeply") from exc
    except ValueError as exc:
        raise Unparseable(f"the body isn't JSON: {exc}") from exc
    return document


def _form(text: str) -> Node:
    """The fields by name; a repeated one is a list."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as exc:
        raise Unparseable(f"the form has more than {MOST_FIELDS} fields") from exc
    fields: dict[str, list[Node]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no value of JSON")
