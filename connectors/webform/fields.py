"""What was posted against what the form defines: pure. Every faulty field is named, with a code for its words."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from connectors.webform.definition import CHOICES, FieldConfig, FormConfig, type_of
from connectors.webform.form import Form, FormFile

_PHONE_DIGITS = range(5, 21)
_WEB_ADDRESS = re.compile(r"https?://[^\s/?#]+\.[^\s]+\Z", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a field is refused: `code` names the words, `detail` is put into them."""

    code: str
    detail: str = ""


def check_fields(definition: FormConfig, form: Form, *, max_field_chars: int) -> dict[str, Fault]:
    """Every faulty field of the definition by name, in its order; empty for a good post."""
    faults: dict[str, Fault] = {}
    for name, field in definition.fields.items():
        fault = _fault(name, field, form, max_field_chars)
        if fault is not None:
            faults[name] = fault
    return faults


def _fault(name: str, field: FieldConfig, form: Form, max_field_chars: int) -> Fault | None:
    kind = type_of(name, field)
    if kind == "file":
        return _fault_of_files(field, files_of(form, name))
    values = [value.strip() for value in form.values(name.lower())]
    if not values:
        return Fault("required") if field.required else None
    if kind in CHOICES:
        return Fault("option") if any(value not in field.choices() for value in values) else None
    longest = min(field.max_chars or max_field_chars, max_field_chars)
    if any(len(value) > longest for value in values):
        return Fault("too_long", str(longest))
    return next((fault for value in values if (fault := _fault_of_value(kind, field, value))), None)


def _fault_of_value(kind: str, field: FieldConfig, value: str) -> Fault | None:
    if kind == "email":
        return None if is_email(value) else Fault("email")
    if kind == "phone":
        return None if is_phone(value) else Fault("phone")
    if kind == "url":
        return None if _WEB_ADDRESS.match(value) else Fault("url")
    if kind == "date":
        return None if _is_date(value) else Fault("date")
    return _fault_of_number(field, value) if kind == "number" else None


def _fault_of_number(field: FieldConfig, text: str) -> Fault | None:
    text = text.replace(",", ".").replace(" ", "").replace("\u00a0", "")
    if not _NUMBER.match(text):
        return Fault("number")
    number = float(text)
    least = -math.inf if field.min is None else field.min
    greatest = math.inf if field.max is None else field.max
    return None if least <= number <= greatest else Fault("range", _range(field))


def _range(field: FieldConfig) -> str:
    return " ".join(f"{sign} {bound:g}" for sign, bound in (("≥", field.min), ("≤", field.max)) if bound is not None)


def _fault_of_files(field: FieldConfig, files: Sequence[FormFile]) -> Fault | None:
    if not files:
        return Fault("required") if field.required else None
    if field.accept and any(not _is_accepted(file, field.accept) for file in files):
        return Fault("file_type", ", ".join(field.accept))
    if field.max_file_bytes and any(len(file.content) > field.max_file_bytes for file in files):
        return Fault("file_size", f"{field.max_file_bytes / 2**20:.3g}")
    return None


def files_of(form: Form, name: str) -> list[FormFile]:
    """The files posted under a field's name; JSON has one list, which stands under `files`."""
    return [file for file in form.files if file.field.lower() == name.lower()]


def _is_accepted(file: FormFile, accept: Sequence[str]) -> bool:
    """By its name's ending or the type it was sent as: what the content is, is never looked at."""
    media = file.content_type.lower()
    return any(
        file.filename.lower().endswith(kind.lower())
        if kind.startswith(".")
        else media == kind.lower() or (kind.endswith("/*") and media.startswith(kind[:-1]))
        for kind in accept
    )


def is_email(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return bool(at and local and domain) and len(text) <= 320 and " " not in text


def is_phone(text: str) -> bool:
    return sum(char.isdigit() for char in text) in _PHONE_DIGITS and len(text) <= 64


def _is_date(text: str) -> bool:
    try:
        return _DAY.match(text) is not None and date.fromisoformat(text) is not None
    except ValueError:
        return False


def free_text(definition: FormConfig, form: Form) -> str:
    """What was written in words, where the form has no message of its own: its text fields, one below the other."""
    return "\n".join(_free_lines(definition, form))


def _free_lines(definition: FormConfig, form: Form) -> Iterator[str]:
    own = frozenset({"name", "email", "phone", "subject", "order_id", "message"})
    for name, field in definition.fields.items():
        if name.lower() not in own and type_of(name, field) in ("textarea", "text"):
            yield from (value.strip() for value in form.values(name.lower()))
