"""A form as the configuration defines it: its fields in order, what each takes, and its words in each language."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal

import msgspec

Language = Literal["ru", "uk", "en"]
Text = str | dict[Language, str]

FieldType = Literal[
    "text",
    "textarea",
    "email",
    "phone",
    "number",
    "date",
    "url",
    "select",
    "radio",
    "checkbox",
    "checkboxes",
    "consent",
    "file",
    "hidden",
]

MAX_FORMS: Final = 50
MAX_DEFINED_FIELDS: Final = 50
MAX_OPTIONS: Final = 200
_MAX_WORDS: Final = 2000  # characters of one text in one language

#: Fields that a page adds for its own use. They are no part of the message, and no form may define them.
PAGE_FIELDS: Final = frozenset(
    {
        "t", "_charset_", "website", "identity_token", "submission_id", "proof",
        "h-captcha-response", "cf-turnstile-response", "g-recaptcha-response",
    }
)  # fmt: skip
#: Names that the page or the hub puts beside the fields by itself.
_KEPT_NAMES: Final = frozenset({"locale", "page_url", "form", "dataset"})

#: What a field is that says only its name.
_TYPE_BY_NAME: Final[Mapping[str, FieldType]] = {
    "email": "email",
    "phone": "phone",
    "message": "textarea",
    "files": "file",
    "consent": "consent",
}
#: Names that have words of our own in each language, so that a field of that name needs no label.
WORDED_NAMES: Final = frozenset({"name", "email", "phone", "subject", "order_id", "message", "files"})
CHOICES: Final = frozenset({"select", "radio", "checkboxes"})
_TYPED: Final = frozenset({"text", "textarea", "email", "phone", "url"})

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}\Z")
_FORM_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")
_KIND_OF_FILE = re.compile(r"(\.[A-Za-z0-9]{1,10}|[a-z]+/(\*|[A-Za-z0-9][A-Za-z0-9.+-]{0,80}))\Z")
_WEB_ADDRESS = r"^(https?://[^\s;,'\"]+)?$"


class FieldConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One field. What is posted under its name is checked as its type says; a refusal names the field."""

    type: Annotated[
        Literal[FieldType, ""],
        msgspec.Meta(description="What the field takes. Empty: as its name says, else a line of text."),
    ] = ""
    label: Annotated[
        Text, msgspec.Meta(description="What stands at the field: one text, or one for each of ru, uk, en.")
    ] = ""
    help: Annotated[Text, msgspec.Meta(description="A further sentence under the label.")] = ""
    required: Annotated[bool, msgspec.Meta(description="Whether the form is refused without it.")] = False
    options: Annotated[
        tuple[str, ...] | dict[str, Text],
        msgspec.Meta(description="Of select, radio and checkboxes: what can be chosen, or value = label."),
    ] = ()
    max_chars: Annotated[
        int, msgspec.Meta(ge=0, le=1_000_000, description="The longest text. 0: as the account says.")
    ] = 0
    min: Annotated[float | None, msgspec.Meta(description="The least number.")] = None
    max: Annotated[float | None, msgspec.Meta(description="The greatest number.")] = None
    accept: Annotated[
        tuple[str, ...],
        msgspec.Meta(max_length=50, description='Kinds of files, such as ".pdf" or "image/*". Empty: any.'),
    ] = ()
    max_file_bytes: Annotated[
        int, msgspec.Meta(ge=0, le=100 * 2**20, description="The largest file, in bytes. 0: as the account says.")
    ] = 0
    link: Annotated[
        str,
        msgspec.Meta(
            pattern=_WEB_ADDRESS, max_length=2000, description="Of a consent: the page with what is consented to."
        ),
    ] = ""
    value: Annotated[str, msgspec.Meta(max_length=1000, description="Of a hidden field: what it posts.")] = ""

    def __post_init__(self) -> None:
        check_text("label", self.label)
        check_text("help", self.help)
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min: is greater than max")
        if len(self.options) > MAX_OPTIONS:
            raise ValueError(f"options: more than {MAX_OPTIONS}")
        if len(set(self.options)) < len(self.options):
            raise ValueError("options: one stands there twice")
        for value in self.options:
            if not value.strip() or len(value) > 200:
                raise ValueError("options: expected values of 1 to 200 characters")
            if isinstance(self.options, dict):
                check_text("options", self.options[value])
        for kind in self.accept:
            if not _KIND_OF_FILE.match(kind):
                raise ValueError(
                    f'accept: expected an ending such as ".pdf" or a type such as "image/*", found "{kind}"'
                )

    def choices(self) -> Mapping[str, Text]:
        """Value → label, in the order of the page."""
        return self.options if isinstance(self.options, dict) else {value: value for value in self.options}


class FormConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A form of its own at `/forms/{account}/{name}`."""

    title: Annotated[Text, msgspec.Meta(description="The heading of its page. Empty: a greeting per language.")] = ""
    intro: Annotated[Text, msgspec.Meta(description="A paragraph under the heading.")] = ""
    fields: Annotated[
        dict[str, FieldConfig],
        msgspec.Meta(
            min_length=1,
            max_length=MAX_DEFINED_FIELDS,
            description="The fields in their order: [accounts.A.forms.F.fields.NAME].",
        ),
    ]
    send: Annotated[Text, msgspec.Meta(description="What stands on the button.")] = ""
    thanks: Annotated[Text, msgspec.Meta(description="What is said after sending.")] = ""
    thanks_url: Annotated[
        str,
        msgspec.Meta(
            pattern=_WEB_ADDRESS,
            max_length=2000,
            description="Where a plain HTML form is sent afterwards (303). Empty: as the account says.",
        ),
    ] = ""

    def __post_init__(self) -> None:
        for name in ("title", "intro", "send", "thanks"):
            check_text(name, getattr(self, name))
        seen: dict[str, str] = {}
        for name, field in self.fields.items():
            _check_field(name, field)
            if name.lower() in seen:
                raise ValueError(f"fields: {name} and {seen[name.lower()]} differ only by case")
            seen[name.lower()] = name
        if not any(type_of(name, field) != "hidden" for name, field in self.fields.items()):
            raise ValueError("fields: nobody can fill in a form whose fields are all hidden")


def type_of(name: str, field: FieldConfig) -> FieldType:
    """What the field is, by its type or, without one, by its name."""
    return field.type or _TYPE_BY_NAME.get(name.lower(), "text")


def text_in(text: Text, language: str, languages: Sequence[str] = ()) -> str:
    """The text in a language, else in the first of `languages` that has one, else in any."""
    if isinstance(text, str):
        return text
    for wanted in (language, *languages):
        if found := next((words for name, words in text.items() if name == wanted and words), ""):
            return found
    return next((words for words in text.values() if words), "")


def needs_files(form: FormConfig) -> bool:
    """Whether nobody can send it without a file."""
    return any(field.required and type_of(name, field) == "file" for name, field in form.fields.items())


def check_forms(forms: Mapping[str, FormConfig]) -> None:
    """Raises ValueError that begins with the key."""
    if len(forms) > MAX_FORMS:
        raise ValueError(f"forms: more than {MAX_FORMS}")
    for name in forms:
        if not _FORM_NAME.match(name):
            raise ValueError(f'forms: "{name[:60]}" can\'t be part of an address: use a-z 0-9 _ -, at most 40')


def check_text(key: str, text: Text) -> None:
    if any(len(words) > _MAX_WORDS for words in ([text] if isinstance(text, str) else text.values())):
        raise ValueError(f"{key}: longer than {_MAX_WORDS} characters")


def _check_field(name: str, field: FieldConfig) -> None:
    """Raises ValueError that begins with `fields` and names the field."""
    if not _NAME.match(name):
        raise ValueError(f'fields: "{name[:60]}" is no field name: use A-Z a-z 0-9 _ -, at most 40, a letter first')
    if name.lower() in PAGE_FIELDS | _KEPT_NAMES:
        raise ValueError(f"fields: {name} is a name that the page itself uses")
    kind = type_of(name, field)
    for key, kinds in _ONLY_FOR.items():
        if getattr(field, key) not in ((), {}, 0, None, "") and kind not in kinds:
            raise ValueError(f"fields: {name} is a {kind} field, {key} is only for {', '.join(sorted(kinds))}")
    if kind in CHOICES and not field.options:
        raise ValueError(f"fields: {name} is a {kind} field and needs options")
    if kind != "hidden" and not field.label and name.lower() not in WORDED_NAMES:
        raise ValueError(f"fields: {name} needs a label")
    if name.lower() == "message" and kind not in ("textarea", "text"):
        raise ValueError("fields: message has to be a textarea or text field")
    if kind == "hidden" and field.required:
        raise ValueError(f"fields: {name} is hidden, so nobody could fill it in: it can't be required")


_ONLY_FOR: Final[Mapping[str, frozenset[str]]] = {
    "options": CHOICES,
    "max_chars": _TYPED,
    "min": frozenset({"number"}),
    "max": frozenset({"number"}),
    "accept": frozenset({"file"}),
    "max_file_bytes": frozenset({"file"}),
    "link": frozenset({"consent"}),
    "value": frozenset({"hidden"}),
}

#: What is served at `/forms/{account}` itself.
STANDARD: Final = FormConfig(
    fields={
        "name": FieldConfig(),
        "email": FieldConfig(),
        "phone": FieldConfig(),
        "subject": FieldConfig(),
        "order_id": FieldConfig(),
        "message": FieldConfig(required=True),
        "files": FieldConfig(),
    }
)
