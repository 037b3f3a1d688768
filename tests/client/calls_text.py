"""The operations of the API document as the texts of the client's modules, blocking and to be awaited."""

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.client.names import NAMES, SUBJECTS
from tests.client.shapes_text import annotation

_API = "/api/v1"
_JSON = "application/json"
_SINGULAR = {"identities": "identity", "deliveries": "delivery", "parked": "parked"}
_SHADOWING = {"type": "event_type"}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation of the document, with what its method is called."""

    name: str
    method: str
    path: str
    described: Mapping[str, Any]
    answer: Mapping[str, Any]
    takes_pages: str  # the parameter that takes the cursor; empty: no list that is read page by page
    item: str

    @property
    def is_thing(self) -> bool:
        return "ETag" in self.answer.get("headers", {})

    @property
    def is_repeatable(self) -> bool:
        """What brings things in drops repetitions by their ids, and would be slower with a key."""
        return bool(self.method == "POST" and self.described.get("x-scope") == "write:messages")

    @property
    def query(self) -> list[Mapping[str, Any]]:
        return [one for one in self.described["parameters"] if one["in"] == "query"]

    def has_header(self, name: str) -> bool:
        return any(one["in"] == "header" and one["name"] == name for one in self.described["parameters"])


def by_subject(document: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """The operations that methods are made of. Raises AssertionError for one that nobody has named."""
    found: dict[str, list[Operation]] = {subject: [] for subject in SUBJECTS}
    seen = set()
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            key = f"{method.upper()} {path.removeprefix(_API)}"
            assert key in NAMES, f"name {key} in tests/client/names.py, then run `make client`"
            seen.add(key)
            name = NAMES[key]
            if name is not None:
                subject, _, word = name.partition(".")
                found[subject].append(_operation(word, method.upper(), path, described, document))
    assert seen == set(NAMES), f"no operations any more: {set(NAMES) - seen}"
    return found


def _operation(
    name: str, method: str, path: str, described: Mapping[str, Any], document: Mapping[str, Any]
) -> Operation:
    [answer] = [one for status, one in described["responses"].items() if status.startswith("2")]
    schema = answer.get("content", {}).get(_JSON, {}).get("schema", {})
    fields = document["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {}).get("properties", {})
    parameters = {one["name"] for one in described["parameters"] if one["in"] == "query"}
    cursor = next((one for one in ("before", "after") if one in parameters), "")
    is_paged = cursor and {"items", "next"} <= set(fields)
    return Operation(
        name=name,
        method=method,
        path=path,
        described=described,
        answer=answer,
        takes_pages=cursor if is_paged else "",
        item=annotation(fields["items"]["items"], prefix="shapes.") if is_paged else "",
    )


def subject_module(subject: str, operations: Sequence[Operation], *, is_awaited: bool) -> str:
    """The module of one subject."""
    asking = "AsyncAsking" if is_awaited else "Asking"
    walk = "every_awaited" if is_awaited else "every"
    iterator = "AsyncIterator" if is_awaited else "Iterator"
    methods = [text for one in operations for text in _methods(one, is_awaited=is_awaited)]
    body = "\n".join(methods)
    calling = ["Call", *(word for word in ("Form", "Id", "Tagged", "part") if re.search(rf"\b{word}\b", body))]
    lines = [f'"""{SUBJECTS[subject]}\n\nMade by `make client`; not changed by hand.\n"""', ""]
    if f"{iterator}[" in body:
        lines.append(f"from collections.abc import {iterator}")
    typing = [word for word in ("Any", "Literal") if re.search(rf"\b{word}\b", body)]
    if typing:
        lines += [f"from typing import {', '.join(typing)}"]
    lines.append("")
    if "shapes." in body:
        lines.append("from channelhub.client import shapes")
    lines.append(f"from channelhub.client.calling import {', '.join(sorted([asking, *calling], key=_import_order))}")
    if f"{walk}(" in body:
        lines.append(f"from channelhub.client.paging import {walk}")
    head = [f"class {class_name(subject)}:", f'    """{SUBJECTS[subject]}"""', ""]
    init = [f"    def __init__(self, hub: {asking}) -> None:", "        self._hub = hub", ""]
    return "\n".join([*lines, "", "", *head, *init, body])


def _import_order(name: str) -> tuple[bool, str]:
    return (not name[0].isupper(), name)


def subjects_module(*, is_awaited: bool) -> str:
    """The module that has all subjects as one."""
    folder, asking = ("async_calls", "AsyncAsking") if is_awaited else ("calls", "Asking")
    lines = ['"""Every call of the API by its subject. Made by `make client`; not changed by hand."""', ""]
    imports = [f"from channelhub.client.{folder}.{one} import {class_name(one)}" for one in SUBJECTS]
    lines += sorted([*imports, f"from channelhub.client.calling import {asking}"])
    lines += ["", "", "class Subjects:", '    """All of them."""', ""]
    lines += [f"    def __init__(self, hub: {asking}) -> None:"]
    lines += [f"        self.{one} = {class_name(one)}(hub)" for one in SUBJECTS]
    return "\n".join([*lines, ""])


def class_name(subject: str) -> str:
    return subject.capitalize()


def _methods(one: Operation, *, is_awaited: bool) -> list[str]:
    made = [_plain(one, is_awaited=is_awaited)]
    if one.takes_pages:
        made.append(_every(one, is_awaited=is_awaited))
    if one.is_thing:
        made += [_tagged(one, is_awaited=is_awaited), _if_changed(one, is_awaited=is_awaited)]
    return made


def _plain(one: Operation, *, is_awaited: bool) -> str:
    answer, form = _answer(one)
    more = [f"form=Form.{form}"] if form else []
    body, kind = _body(one)
    if kind == "bytes":
        more += ["content=content", f'content_type="{body}"']
    elif body:
        more.append("body=body")
    given = [*_path_arguments(one), *_body_argument(one)]
    named = _query_arguments(one)
    if one.has_header("Idempotency-Key"):
        named.append('key: str = ""')
        more.append("key=key")
    if one.is_repeatable:
        more.append("is_repeatable=True")
    if one.has_header("If-Match"):
        named.append('if_match: str = ""')
        more.append("if_match=if_match")
    call = _call(one, more)
    told = f"{'' if answer == 'None' else 'return '}{_await(is_awaited)}self._hub.ask({call})"
    return _method(one.name, given, named, answer, _about(one), told, is_awaited=is_awaited)


def _tagged(one: Operation, *, is_awaited: bool) -> str:
    told = f"return {_await(is_awaited)}self._hub.ask_tagged({_call(one, [])})"
    answer = f"Tagged[{_answer(one)[0]}]"
    about = "The same with its ETag, for `if_match` and `…_if_changed`."
    return _method(
        f"{one.name}_tagged", _path_arguments(one), _query_arguments(one), answer, about, told, is_awaited=is_awaited
    )


def _if_changed(one: Operation, *, is_awaited: bool) -> str:
    told = f"return {_await(is_awaited)}self._hub.ask_if_changed({_call(one, ['if_none_match=etag'])})"
    given = [*_path_arguments(one), "etag: str"]
    answer = f"Tagged[{_answer(one)[0]}] | None"
    about = "The same; None while it is as this ETag says."
    return _method(f"{one.name}_if_changed", given, _query_arguments(one), answer, about, told, is_awaited=is_awaited)


def _every(one: Operation, *, is_awaited: bool) -> str:
    name = "every" if one.name == "page" else f"every_of_{one.name}"
    walk, iterator = ("every_awaited", "AsyncIterator") if is_awaited else ("every", "Iterator")
    passed = [_name_in_path(one, part) for part in _placeholders(one.path)]
    passed += [f"{each['name']}={'cursor' if each['name'] == one.takes_pages else each['name']}" for each in one.query]
    told = f"return {walk}(lambda cursor: self.{one.name}({', '.join(passed)}), {one.takes_pages})"
    about = f"Each of the list, page by page of `limit`; `{one.takes_pages}`: the cursor to begin at."
    text = _method(name, _path_arguments(one), _query_arguments(one), f"{iterator}[{one.item}]", about, told)
    return text.replace(f"{one.takes_pages}: str | int | None = None", f"{one.takes_pages}: str | None = None")


def _method(
    name: str, given: list[str], named: list[str], answer: str, about: str, told: str, *, is_awaited: bool = False
) -> str:
    arguments = ["self", *given, *(["*", *named] if named else [])]
    lines = [f"    {'async ' if is_awaited else ''}def {name}({', '.join(arguments)}) -> {answer}:"]
    wrapped = textwrap.wrap(about, 108)
    lines += ['        """' + "\n        ".join(wrapped) + ('\n        """' if wrapped[1:] else '"""')]
    return "\n".join([*lines, f"        {told}", ""])


def _about(one: Operation) -> str:
    text = " ".join([f"{one.described['summary']}.", one.described.get("description", "")]).strip()
    return text.replace("\\", "\\\\").replace('"', "'")


def _await(is_awaited: bool) -> str:
    return "await " if is_awaited else ""


def _answer(one: Operation) -> tuple[str, str]:
    """The method's type, and the form where that isn't JSON."""
    contents = one.answer.get("content", {"": {}})
    media_type, content = (_JSON, contents[_JSON]) if _JSON in contents else next(iter(contents.items()))
    if not media_type:
        return "None", "NOTHING"
    if media_type == _JSON:
        return annotation(content["schema"], prefix="shapes."), ""
    return ("str", "TEXT") if media_type.startswith("text/") else ("bytes", "BYTES")


def _body(one: Operation) -> tuple[str, str]:
    """The body's media type and type; empty where there is none."""
    body = one.described.get("requestBody")
    if body is None:
        return "", ""
    [(media_type, content)] = body["content"].items()
    return media_type, annotation(content["schema"], prefix="shapes.") if media_type == _JSON else "bytes"


def _body_argument(one: Operation) -> list[str]:
    _, kind = _body(one)
    return [] if not kind else ["content: bytes"] if kind == "bytes" else [f"body: {kind}"]


def _placeholders(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _name_in_path(one: Operation, placeholder: str) -> str:
    """`{id}` is called after what stands before it."""
    parts = one.path.split("/")
    before = parts[parts.index(f"{{{placeholder}}}") - 1].replace("-", "_")
    if placeholder == "id":
        return f"{_SINGULAR.get(before) or before.removesuffix('s')}_id"
    return _SHADOWING.get(placeholder, placeholder)


def _path_arguments(one: Operation) -> list[str]:
    return [f"{_name_in_path(one, part)}: Id" for part in _placeholders(one.path)]


def _query_arguments(one: Operation) -> list[str]:
    query = sorted(one.query, key=lambda each: not each["required"])
    return [f"{each['name']}: {_parameter(each)}{'' if each['required'] else ' | None = None'}" for each in query]


def _parameter(each: Mapping[str, Any]) -> str:
    if each["name"] in ("before", "after"):
        return "str | int"
    kinds = [kind for kind in annotation(each["schema"], prefix="shapes.").split(" | ") if kind != "None"]
    return " | ".join(kinds)


def _call(one: Operation, more: list[str]) -> str:
    path = one.path
    for placeholder in _placeholders(path):
        path = path.replace(f"{{{placeholder}}}", f"{{part({_name_in_path(one, placeholder)})}}")
    prefix = "f" if "{" in path else ""
    said = [f'"{one.method}"', f'{prefix}"{path}"']
    if one.query:
        pairs = ", ".join(f'"{name}": {name}' for name in (each["name"] for each in one.query))
        said.append(f"query={{{pairs}}}")
    return f"Call({', '.join([*said, *more])})"
