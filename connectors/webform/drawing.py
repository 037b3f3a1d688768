"""A form's fields ready to be drawn, in one language: for the hosted page and for the script of other sites."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import markupsafe

from connectors.webform.definition import WORDED_NAMES, FieldConfig, FormConfig, text_in, type_of
from connectors.webform.fields import Fault
from connectors.webform.texts import TEXTS, fault_words

_INPUT_TYPES: Final = {"text": "text", "email": "email", "phone": "tel", "number": "text", "date": "date", "url": "url"}
_AUTOCOMPLETE: Final = {"name": "name", "email": "email", "phone": "tel", "subject": "off", "order_id": "off"}
_LONGEST_LINE: Final = 320  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnOption:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnField:
    """One field with its words, what was typed, and what is wrong with that (empty: nothing)."""

    name: str
    kind: str
    label: str
    help: str
    is_required: bool
    options: tuple[DrawnOption, ...]
    value: str
    fault: str
    accept: str
    link: str
    max_chars: int
    words: Mapping[str, str]

    @property
    def id(self) -> str:
        return f"f-{self.name}"

    @property
    def input_type(self) -> str:
        return _INPUT_TYPES[self.kind]

    @property
    def autocomplete(self) -> str:
        return _AUTOCOMPLETE.get(self.name, "")

    @property
    def bounds(self) -> markupsafe.Markup:
        if self.kind == "number":
            return markupsafe.Markup(' inputmode="decimal" maxlength="40"')
        return markupsafe.Markup(' maxlength="{}"').format(self.max_chars) if self.kind != "date" else _NOTHING

    @property
    def required(self) -> markupsafe.Markup:
        return markupsafe.Markup(" required") if self.is_required else _NOTHING

    @property
    def mark(self) -> markupsafe.Markup:
        return (
            markupsafe.Markup(" <small>({})</small>").format(self.words["required"]) if self.is_required else _NOTHING
        )

    @property
    def told(self) -> markupsafe.Markup:
        """What a screen reader is told of the field besides its label."""
        about = [part for part, holds in ((f"{self.id}-fault", self.fault), (f"{self.id}-help", self.help)) if holds]
        described = markupsafe.Markup(' aria-describedby="{}"').format(" ".join(about)) if about else _NOTHING
        return described + markupsafe.Markup(' aria-invalid="true"') if self.fault else described

    @property
    def notes(self) -> markupsafe.Markup:
        """The sentences that `told` points at."""
        help_ = markupsafe.Markup('<span class="note" id="{}-help">{}</span>').format(self.id, self.help)
        fault = markupsafe.Markup('<span class="fault" id="{}-fault">{}</span>').format(self.id, self.fault)
        return (help_ if self.help else _NOTHING) + (fault if self.fault else _NOTHING)


_NOTHING: Final = markupsafe.Markup("")


def drawn_fields(
    definition: FormConfig,
    language: str,
    languages: Sequence[str],
    *,
    max_field_chars: int,
    max_files: int,
    values: Mapping[str, Sequence[str]] | None = None,
    faults: Mapping[str, Fault] | None = None,
) -> list[DrawnField]:
    """The fields in their order; those for files only where the account takes any."""
    found = []
    for name, field in definition.fields.items():
        kind = type_of(name, field)
        if kind == "file" and not max_files:
            continue
        typed = (values or {}).get(name.lower(), ())
        fault = (faults or {}).get(name)
        longest = _LONGEST_LINE if kind != "textarea" and not field.max_chars else field.max_chars or max_field_chars
        found.append(
            DrawnField(
                name=name,
                kind=kind,
                label=label_of(name, field, language, languages),
                help=text_in(field.help, language, languages),
                is_required=field.required,
                options=tuple(
                    DrawnOption(value=value, label=text_in(label, language, languages), is_chosen=value in typed)
                    for value, label in field.choices().items()
                ),
                value=field.value if kind == "hidden" else typed[0] if typed else "",
                fault="" if fault is None else fault_words(fault.code, fault.detail, language),
                accept=",".join(field.accept),
                link=field.link,
                max_chars=min(longest, max_field_chars),
                words=TEXTS[language],
            )
        )
    return found


def label_of(name: str, field: FieldConfig, language: str, languages: Sequence[str]) -> str:
    """What stands at a field: its own words, else ours for the names that have some."""
    own = text_in(field.label, language, languages)
    return own or (TEXTS[language][name.lower()] if name.lower() in WORDED_NAMES else name)


def as_settings(field: DrawnField) -> dict[str, Any]:
    """The field for the script of other sites, as JSON."""
    return {
        "name": field.name,
        "kind": field.kind,
        "label": field.label,
        "help": field.help,
        "required": field.is_required,
        "options": [[option.value, option.label] for option in field.options],
        "value": field.value,
        "accept": field.accept,
        "link": field.link,
        "max_chars": field.max_chars,
        "input_type": _INPUT_TYPES.get(field.kind, ""),
        "autocomplete": field.autocomplete,
    }
