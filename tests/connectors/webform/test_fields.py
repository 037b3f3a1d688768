"""What was posted against the fields of a form."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.webform.definition import STANDARD, FieldConfig, FormConfig
from connectors.webform.delivery import FieldsRefused, check
from connectors.webform.fields import Fault, check_fields
from connectors.webform.form import Form, FormFile
from connectors.webform.texts import fault_words


def fault(field: dict[str, Any], *values: str, name: str = "x") -> Fault | None:
    definition = FormConfig(fields={name: FieldConfig(**{"label": "X", **field})})
    return check_fields(definition, Form(fields=tuple((name, value) for value in values)), max_field_chars=100).get(
        name
    )


def file_fault(field: dict[str, Any], *files: FormFile) -> Fault | None:
    definition = FormConfig(fields={"photo": FieldConfig(**{"type": "file", "label": "P", **field})})
    return check_fields(definition, Form(fields=(), files=files), max_field_chars=100).get("photo")


@pytest.mark.parametrize("kind", ["text", "textarea", "email", "number", "date", "consent", "checkbox", "phone", "url"])
def test_what_is_required_is_missed_and_what_is_not_is_not(kind: str) -> None:
    assert fault({"type": kind, "required": True}) == Fault("required")
    assert fault({"type": kind, "required": True}, " \n") == Fault("required")
    assert fault({"type": kind}) is None


@pytest.mark.parametrize(
    ("field", "good", "bad", "code"),
    [
        ({"type": "email"}, ["ann@example.com", "анна@приклад.укр"], ["ann", "@", "a b@example.com"], "email"),
        ({"type": "phone"}, ["+380 67 111-22-33", "(044) 111-22-33"], ["12", "call me"], "phone"),
        ({"type": "number"}, ["5", "-1,5", "1 000"], ["five", "1e5", "nan", "٣", "0x1"], "number"),
        ({"type": "number", "min": 1, "max": 10}, ["1", "10"], ["0", "10.5"], "range"),
        (
            {"type": "date"},
            ["2026-11-22", "2028-02-29"],
            ["22.11.2026", "2026-02-30", "20261122", "2026-W01-1"],
            "date",
        ),
        ({"type": "url"}, ["https://shop.example/x"], ["shop", "javascript:alert(1)", "https://x"], "url"),
        ({"type": "select", "options": ("a", "b")}, ["a"], ["c", "A"], "option"),
        ({"type": "radio", "options": {"a": "Так"}}, ["a"], ["Так"], "option"),
        ({"max_chars": 3}, ["abc"], ["abcd"], "too_long"),
    ],
    ids=range(9),
)
def test_each_type_takes_what_it_is_for(field: dict[str, Any], good: list[str], bad: list[str], code: str) -> None:
    assert [fault(field, value) for value in good] == [None] * len(good)
    assert [found.code if (found := fault(field, value)) else None for value in bad] == [code] * len(bad)


def test_several_choices_are_each_looked_at() -> None:
    field = {"type": "checkboxes", "options": ("a", "b")}

    assert fault(field, "a", "b") is None
    assert fault(field, "a", "c") == Fault("option")


def test_files_are_judged_by_name_type_and_size_in_their_own_field() -> None:
    pdf = FormFile(filename="Чек.PDF", content_type="application/pdf", content=b"x" * 10, field="photo")
    image = FormFile(filename="a", content_type="image/png", content=b"", field="photo")
    elsewhere = FormFile(filename="a.exe", content_type="", content=b"", field="files")

    assert file_fault({"required": True}, elsewhere) == Fault("required")
    assert file_fault({"accept": (".pdf", "image/*")}, pdf, image, elsewhere) is None
    assert file_fault({"accept": (".pdf",)}, image) == Fault("file_type", ".pdf")
    assert file_fault({"max_file_bytes": 9}, pdf) == Fault("file_size", "8.58e-06")
    assert file_fault({"max_file_bytes": 10}, pdf) is None


def test_every_faulty_field_is_named_in_the_language_that_was_asked_for() -> None:
    definition = FormConfig(
        fields={"email": FieldConfig(required=True), "age": FieldConfig(type="number", label="Вік")}
    )

    with pytest.raises(FieldsRefused) as caught:
        check(Form(fields=(("age", "багато"),)), definition, max_files=1, max_field_chars=100, language="uk")

    assert caught.value.errors == {"email": "обов’язкове поле", "age": "це не число"}


def test_the_standard_form_takes_any_address_and_wants_a_message() -> None:
    check(Form(fields=(("message", "x"), ("email", "nope"))), STANDARD, max_files=1, max_field_chars=100)

    with pytest.raises(FieldsRefused) as caught:
        check(Form(fields=(("email", "ann@example.com"),)), STANDARD, max_files=1, max_field_chars=100)
    assert caught.value.errors == {"message": "required"}


_kinds = st.sampled_from(
    ["text", "email", "phone", "number", "date", "url", "consent", "select", "checkboxes", "radio"]
)


@given(_kinds, st.lists(st.text(max_size=120), max_size=3), st.booleans())
def test_any_value_is_taken_or_refused_with_words_in_every_language(kind: str, values: list[str], needed: bool) -> None:
    options: dict[str, Any] = {"options": ("a",)} if kind in ("select", "checkboxes", "radio") else {}
    definition = FormConfig(fields={"x": FieldConfig(type=kind, label="X", required=needed, **options)})  # type: ignore[arg-type]
    form = Form(fields=tuple(("x", value) for value in values))

    for fault in check_fields(definition, form, max_field_chars=100).values():
        for language in ("uk", "ru", "en"):
            assert "{" not in fault_words(fault.code, fault.detail, language)
