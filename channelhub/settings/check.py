"""Check one table against its struct, key by key, so that every fault is found and not only the first."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args, get_origin

import msgspec

from channelhub.domain.secrets import Secret
from channelhub.settings.faults import ConfigurationError, nearest
from channelhub.settings.overlay import SUFFIX
from channelhub.settings.tree import KeyPath, Tree, parse

_MAX_SHOWN = 60
_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
}
_SECRET_WORDS = ("password", "token", "secret", "credential", "api_key", "private_key")


def decode_custom(kind: type, value: Any) -> Any:
    """msgspec's `dec_hook`: reads a Secret from text."""
    if kind is Secret and isinstance(value, str):
        return Secret(value)
    raise TypeError("Expected `str`" if kind is Secret else f"Expected `{kind.__name__}`")


def describe(value: object) -> str:
    """A value as a fault shows it: its type for tables and lists, itself, shortened, for the rest."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > 128:
        return "a very large number"
    shown = f'"{value}"' if isinstance(value, str) else str(value)
    return shown if len(shown) <= _MAX_SHOWN else shown[:_MAX_SHOWN] + "…"


def check_struct(tree: Tree, path: KeyPath, model: type, *, besides: frozenset[str] = frozenset()) -> Any:
    """The struct of the table at `path`, or None when it has faults, which are noted in `tree`.

    `besides` are keys that the table may hold although the struct doesn't have them.
    """
    table: Any = tree.table
    for name in path:
        table = table.get(name, {}) if isinstance(table, dict) else {}
    if not isinstance(table, dict):
        return None  # noted where the sections are looked at
    before = len(tree.faults)
    values = _values(tree, path, table, model, besides)
    if len(tree.faults) > before or any(unread[:-1] == path for unread in tree.unread):
        return None
    try:
        return model(**values)
    except (ValueError, TypeError) as exc:
        _fault_of_struct(tree, path, str(exc), model)
        return None


def _values(tree: Tree, path: KeyPath, table: dict[str, Any], model: type, besides: frozenset[str]) -> dict[str, Any]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(model)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        field = fields.get(key)
        if field is not None:
            values[field.name] = _value(tree, (*path, key), value, field.type)
        elif key not in besides:
            known = [*fields, *besides]
            is_file = key.endswith(SUFFIX)
            meant = nearest(key.removesuffix(SUFFIX) if is_file else key, known)
            tree.fault((*path, key), "unknown key", nearest=meant + SUFFIX if meant and is_file else meant)
    for key, field in fields.items():
        if field.required and key not in table and (*path, key) not in tree.unread:
            tree.fault((*path, key), f"expected a value{_described(field.type)}")
    return values


def _value(tree: Tree, path: KeyPath, value: Any, kind: Any) -> Any:
    named = _struct_in_dict(kind)
    if named is not None and isinstance(value, dict):
        return _named_structs(tree, path, value, kind, named)
    struct = _struct_in(kind)
    if struct is not None and isinstance(value, dict):
        return check_struct(tree, path, struct)
    try:
        converted = _converted(value, kind, is_text=path in tree.texts)
        _refuse_endless(converted)
        return converted
    except (msgspec.ValidationError, ValueError, OverflowError, RecursionError) as exc:
        is_hidden = is_secret(path, kind)
        choices = _choices(kind)
        tree.fault(
            path,
            ("expected text" if is_hidden else _expected(str(exc), choices)) + _described(kind),
            found="" if is_hidden else describe(value),
            nearest=nearest(value, choices) if isinstance(value, str) else "",
        )
        return None


def _named_structs(tree: Tree, path: KeyPath, value: dict[str, Any], kind: Any, model: type) -> Any:
    """The tables under names of their own (forms.NAME), each checked by itself; None when one has faults."""
    before = len(tree.faults)
    found: dict[str, Any] = {}
    for name, table in value.items():
        if isinstance(table, dict):
            found[name] = check_struct(tree, (*path, name), model)
        else:
            tree.fault((*path, name), "expected a table", found=describe(table))
    if len(tree.faults) > before:
        return None
    notes = [note for note in getattr(kind, "__metadata__", ()) if isinstance(note, msgspec.Meta)]
    least, most = (next((getattr(note, name) for note in notes), None) for name in ("min_length", "max_length"))
    if len(found) < (least or 0) or (most is not None and len(found) > most):
        tree.fault(path, f"expected {least or 0} to {most} tables{_described(kind)}")
    return found


def _struct_in_dict(kind: Any) -> type | None:
    """The struct of a `dict[str, Struct]`, annotated or not."""
    plain = get_args(kind)[0] if getattr(kind, "__metadata__", None) is not None else kind
    parts = get_args(plain)
    if get_origin(plain) is not dict or len(parts) != 2:
        return None
    return parts[1] if isinstance(parts[1], type) and issubclass(parts[1], msgspec.Struct) else None


def _expected(text: str, choices: Sequence[str]) -> str:
    """msgspec's "Expected `int` >= 1, got `str` - at `$[0]`" in plain words."""
    what, _, inner = text.partition(" - at `$")
    if choices and not what.startswith(("Expected `float`", "Expected `int`")):  # the keys of a table of numbers
        what = "Expected one of " + ", ".join(filter(None, choices))
    what = what.partition(", got `")[0]
    for word, plain in _WORDS.items():
        what = what.replace(f"`{word}`", plain)
    what = what[:1].lower() + what[1:]
    return f"{what} at {inner.rstrip('`')}" if inner else what


def _choices(kind: Any) -> Sequence[str]:
    """The values of a Literal of texts, also inside a tuple."""
    if get_origin(kind) is Literal:
        return [value for value in get_args(kind) if isinstance(value, str)]
    return [choice for part in get_args(kind) for choice in _choices(part)]


def _converted(value: Any, kind: Any, *, is_text: bool) -> Any:
    """The value as the field's type; text of the environment or a file may also stand for a number or a list."""
    if not is_text:
        return msgspec.convert(value, kind, dec_hook=decode_custom)
    try:
        return msgspec.convert(value, kind, strict=False, dec_hook=decode_custom)
    except (msgspec.ValidationError, ValueError) as exc:
        try:
            table = parse(b"value = " + value.encode(errors="replace"), "")
        except ConfigurationError:
            raise exc from None
        return msgspec.convert(table["value"], kind, dec_hook=decode_custom)


def _refuse_endless(value: Any) -> None:
    """TOML has `nan` and `inf`; no setting means anything with them, and `nan` passes no comparison."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("Expected a finite number")
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple | list | frozenset | set):
        for item in value:
            _refuse_endless(item)


def is_secret(path: KeyPath, kind: Any) -> bool:
    """Whether a fault must not show the value: a Secret, or a key named like one."""
    return _mentions_secret(kind) or any(word in part.lower() for part in path[-1:] for word in _SECRET_WORDS)


def _mentions_secret(kind: Any) -> bool:
    return kind is Secret or any(_mentions_secret(part) for part in get_args(kind))


def _struct_in(kind: Any) -> type | None:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    found = [struct for part in get_args(kind) if (struct := _struct_in(part)) is not None]
    origin_is_plain = getattr(kind, "__metadata__", None) is not None or type(None) in get_args(kind)
    return found[0] if len(found) == 1 and origin_is_plain else None


def _described(kind: Any) -> str:
    """The field's description in brackets."""
    notes = [note.description for note in getattr(kind, "__metadata__", ()) if isinstance(note, msgspec.Meta)]
    return f" ({notes[0].rstrip('.')})" if notes and notes[0] else ""


def _fault_of_struct(tree: Tree, path: KeyPath, text: str, model: type) -> None:
    """A rule of the whole struct failed; a key that its text begins with is the fault's place."""
    first = text.partition(" ")[0]
    key = first.rstrip(":")
    if key in {field.encode_name for field in msgspec.structs.fields(model)}:
        tree.fault((*path, key), text.removeprefix(f"{key}: "))
    else:
        tree.fault(path, text or "not valid")
