"""A row of a file is a customer: columns known by their names, addresses that can be ones, bounds."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.tables import Record
from channelhub.domain.customer_in import read_customer
from channelhub.rules.customer_mapping import FIELDS, CustomerMapping, Mapped, Unmappable, guess

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)


def mapped(named: dict[str, list[str]] | None = None, **cells: str) -> Mapped:
    mapping = CustomerMapping(account="shop", updated_at=AT, region="UA", named=named or {})
    return mapping.read(Record(line=1, cells=tuple(cells.items())))


def addresses(one: Mapped) -> list[str]:
    return [f"{identity.kind}:{identity.value}" for identity in one.customer.identities]


@pytest.mark.parametrize(
    ("column", "meaning"),
    [
        ("E-mail", "email"), ("Email 1 - Value", ""), ("E-mail 1 - Value", "email"), ("Ел. пошта", "email"),
        ("Электронная почта", "email"), ("EMAIL", "email"), ("Телефон 2", "phone"), ("Моб. телефон", "phone"),
        ("Ім'я", "first_name"), ("Ім\u2019я", "first_name"), ("Имя", "first_name"), ("ПІБ", "name"), ("Ф.И.О.", "name"),
        ("Прізвище", "last_name"), ("customer_id", "external_id"), ("Код клієнта", "external_id"), ("Мова", "language"),
        ("Сегмент", "segment"), ("№ договору", "contract"), ("Номер договора", "contract"), ("Місто", "city"),
        ("updated_at", "updated_at"), ("FN", "name"), ("Примітка", ""), ("", ""),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_names_in_three_languages(column: str, meaning: str) -> None:
    assert guess(column) == meaning


def test_a_row_is_a_customer() -> None:
    found = mapped(
        id="crm-17", email="a@example.com; B@example.com", phone="067 111 22 33", first_name="Олена",
        last_name="Шевчук", мова="українська", segment="vip", договір="42", note="not known",
        updated="31.12.2025 10:00",
    ).customer  # fmt: skip

    assert (found.external_id, found.name, found.language, found.segment) == ("crm-17", "Олена Шевчук", "uk", "vip")
    assert [one.value for one in found.identities] == ["a@example.com", "B@example.com", "067 111 22 33"]
    assert found.attributes == {"contract": "42"}
    assert found.updated_at == datetime(2025, 12, 31, 10, tzinfo=UTC)


def test_what_a_person_names_stands_before_what_is_guessed() -> None:
    named = {"email": ["Reserve"], "phone": [], "plan": ["Tier 9"]}
    found = mapped(named, **{"email": "a@b.com", "Reserve": "c@d.com", "phone": "0671112233", "Tier 9": "gold"})

    assert addresses(found) == ["email:c@d.com"]
    assert found.customer.attributes == {"plan": "gold"}


def test_an_address_that_can_be_none_is_left_out_and_told_without_its_contents() -> None:
    found = mapped(email="a@b.com, nonsense", phone="3,80671E+11", city="x" * 201, language="?", updated="soon")

    assert addresses(found) == ["email:a@b.com"]
    assert found.customer.updated_at == AT
    assert [one.partition(":")[0] for one in found.warnings] == ["email", "phone", "updated_at", "language", "city"]
    assert "nonsense" not in " ".join(found.warnings)


@pytest.mark.parametrize(
    "cells",
    [
        {"name": "nobody"}, {"email": "nonsense"}, {"id": "x" * 201}, {"id": "a\nb"}, {"id": "1", "segment": "x" * 41},
        {"id": "1", "updated": "1900-01-01"},
    ],
)  # fmt: skip
def test_a_row_that_is_no_customer_is_refused(cells: dict[str, str]) -> None:
    with pytest.raises(Unmappable):
        mapped(**cells)


def test_at_most_twenty_addresses_are_kept() -> None:
    found = mapped(email=";".join(f"a{number}@b.com" for number in range(30)))

    assert len(found.customer.identities) == 20
    assert found.warnings == ("email: more than 20 addresses",)


@given(st.dictionaries(st.sampled_from([*FIELDS, "city", "plan", "x"]), st.text(max_size=400)))
def test_whatever_the_cells_the_intake_takes_what_is_mapped(cells: dict[str, str]) -> None:
    try:
        found = mapped({"x": ["x"]}, **cells)
    except Unmappable:
        return
    assert read_customer(msgspec.json.encode(found.customer)) == found.customer
