"""Which column of a file says what of a customer, and the customer that a row is. Pure.

Columns are known by their names in English, Ukrainian and Russian, as CRMs, shops, spreadsheets and address books name
them; what isn't known is left out unless the person says what it is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

import msgspec

from channelhub.content.language import language_tag
from channelhub.content.tables import Record
from channelhub.domain.customer_in import CustomerIn, read_customer
from channelhub.domain.message_in import IdentityIn, InvalidMessageError
from channelhub.domain.people import Handle, IdentityKey
from channelhub.rules.identity import normalize

MAX_IDENTITIES: Final = 20
MAX_ATTRIBUTES: Final = 30
MAX_TEXT: Final = 200
MAX_NAME: Final = 100  # of an attribute
MAX_ADDRESS: Final = 320

#: What a column may be: these fields of a customer; any other name is an attribute's.
FIELDS: Final = (
    "external_id", "email", "phone", "name", "first_name", "middle_name", "last_name", "language", "segment",
    "updated_at",
)  # fmt: skip

_NAMES: Final = MappingProxyType(
    {
        "external_id": "id|uid|external id|customer id|client id|crm id|contact id|user id|customer number|customer no|"
        "код клієнта|ід клієнта|id клієнта|номер клієнта|"
        "код контрагента|код клиента|ид клиента|id клиента|номер клиента",
        "email": "email|e mail|mail|email address|e mail address|e mail value|work email|home email|customer email|"
        "пошта|ел пошта|електронна пошта|електронна адреса|адреса електронної пошти|імейл|емейл|"
        "почта|эл почта|электронная почта|электронный адрес|адрес электронной почты|имейл",
        "phone": "phone|phone number|phone value|mobile|mobile phone|mobile number|cell|cell phone|tel|telephone|"
        "msisdn|customer phone|телефон|тел|номер телефону|мобільний|мобільний телефон|моб телефон|контактний телефон|"
        "номер телефона|мобильный|мобильный телефон|контактный телефон",
        "name": "name|n|fn|full name|customer name|client name|display name|customer|client|contact name|"
        "піб|п і б|повне ім я|ім я та прізвище|прізвище та ім я|клієнт|ім я клієнта|"
        "фио|ф и о|полное имя|имя и фамилия|фамилия и имя|клиент|имя клиента",
        "first_name": "first name|given name|firstname|ім я|імя|имя",
        "middle_name": "middle name|additional name|patronymic|по батькові|отчество",
        "last_name": "last name|family name|surname|lastname|прізвище|фамилия",
        "language": "language|lang|locale|preferred language|мова|мова спілкування|язык|язык общения",
        "segment": "segment|customer segment|tier|сегмент|категорія клієнта|клас клієнта|"
        "категория клиента|класс клиента",
        "updated_at": "updated at|updated|last modified|last updated|modified|modified at|rev|"
        "оновлено|дата оновлення|змінено|дата зміни|обновлено|дата обновления|изменено|дата изменения",
        "contract": "contract|contract number|contract no|contract id|договір|номер договору|договору|"
        "договор|номер договора|договора",
        "company": "company|company name|organization|organisation|organization name|org|"
        "компанія|організація|назва компанії|компания|организация|название компании",
        "city": "city|town|місто|город",
        "plan": "plan|tariff|тариф|тарифний план|тарифный план",
    }
)  # fmt: skip
_KNOWN: Final = {name: target for target, names in _NAMES.items() for name in names.split("|")}
_LANGUAGES: Final = MappingProxyType(
    {
        "українська": "uk", "украинский": "uk", "ukrainian": "uk", "російська": "ru", "русский": "ru", "russian": "ru",
        "англійська": "en", "английский": "en", "english": "en", "укр": "uk", "рус": "ru", "рос": "ru", "eng": "en",
    }
)  # fmt: skip
_BETWEEN: Final = re.compile(r"[\W\d_]+")
_SEPARATORS: Final = re.compile(r"[;,|\n]+")
_SHORTENED: Final = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_DAY_FIRST: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")


class Unmappable(ValueError):
    """A row is no customer; the text says why, without its contents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A row's customer. `warnings`: what of the row was left out, and why, without its contents."""

    customer: CustomerIn
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerMapping:
    """How rows become customers of an account.

    `named`: columns that the person named, by what they are; an empty list says that no column is. `updated_at`: of
    rows that don't say it. `region`: the country of phone numbers written without one.
    """

    account: str
    updated_at: datetime
    region: str
    named: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def meaning(self, column: str) -> str:
        """What a column is: a field or an attribute's name; empty where it is left out."""
        for target, columns in self.named.items():
            if column in columns:
                return target
        guessed = guess(column)
        return "" if guessed in self.named else guessed

    def read(self, record: Record) -> Mapped:
        """The customer of a row. Raises Unmappable."""
        if record.fault:
            raise Unmappable(record.fault)
        found: dict[str, list[str]] = {}
        for column, text in record.cells:
            target = self.meaning(column)
            if target and text.strip():
                found.setdefault(target, []).append(text)
        warnings: list[str] = []
        if any("\ufffd" in text for texts in found.values() for text in texts):
            warnings.append("holds characters that its charset doesn't have")
        first = {target: texts[0].strip() for target, texts in found.items()}
        customer = CustomerIn(
            account=self.account,
            external_id=first.get("external_id", ""),
            identities=list(self._identities(found, warnings)),
            updated_at=_time(first.get("updated_at", ""), warnings) or self.updated_at,
            name=_bounded("name", _name(first), warnings),
            language=_language(first.get("language", ""), warnings),
            segment=" ".join(first.get("segment", "").split()),
            attributes=_attributes(first, warnings),
        )
        return Mapped(customer=_checked(customer), warnings=tuple(dict.fromkeys(warnings)))

    def _identities(self, found: Mapping[str, Sequence[str]], warnings: list[str]) -> Iterator[IdentityIn]:
        """Addresses that can be ones, each once."""
        known: set[IdentityKey] = set()
        for kind in ("email", "phone"):
            for value in _values(found.get(kind, ()), warnings):
                key = normalize(Handle(kind=kind, value=value), account=self.account, default_region=self.region)
                if key is None or len(value) > MAX_ADDRESS:
                    warnings.append(f"{kind}: can't be one")
                elif len(known) == MAX_IDENTITIES:
                    warnings.append(f"{kind}: more than {MAX_IDENTITIES} addresses")
                elif key not in known:
                    known.add(key)
                    yield IdentityIn(kind=kind, value=value)


def guess(column: str) -> str:
    """What a column of this name is likely to be; empty where that isn't known."""
    words = column.casefold()[:MAX_TEXT].replace("ё", "е")
    return _KNOWN.get(" ".join(_BETWEEN.sub(" ", words).split()), "")


def _checked(customer: CustomerIn) -> CustomerIn:
    """As the intake will check it. Raises Unmappable."""
    if not customer.external_id and not customer.identities:
        raise Unmappable("names nobody: neither an id nor an address that can be one")
    try:
        return read_customer(msgspec.json.encode(customer))
    except InvalidMessageError as exc:
        raise Unmappable(str(exc)) from exc
    except (ValueError, OverflowError) as exc:  # a lone surrogate
        raise Unmappable("holds text that isn't Unicode") from exc


def _values(texts: Sequence[str], warnings: list[str]) -> Iterator[str]:
    """The addresses of cells that may hold several."""
    for text in texts:
        if _SHORTENED.fullmatch(text.strip()):
            warnings.append("phone: a spreadsheet has shortened the number; format the column as text")
            continue
        for value in _SEPARATORS.split(text):
            if value.strip():
                yield value.strip()


def _name(first: Mapping[str, str]) -> str:
    parts = (first.get(part, "") for part in ("first_name", "middle_name", "last_name"))
    return " ".join((first.get("name") or " ".join(parts)).split())


def _language(stated: str, warnings: list[str]) -> str:
    if not stated:
        return ""
    tag = _LANGUAGES.get(stated.casefold()) or language_tag(stated)
    if not tag:
        warnings.append("language: is none that is known")
    return tag


def _time(stated: str, warnings: list[str]) -> datetime | None:
    """ISO 8601, or day.month.year; without a zone it is UTC."""
    if not stated:
        return None
    try:
        day_first = _DAY_FIRST.fullmatch(stated)
        if day_first:
            day, month, year, hour, minute, second = (int(part or 0) for part in day_first.groups())
            found = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        else:
            found = datetime.fromisoformat(stated)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except ValueError:
        warnings.append("updated_at: is no time in ISO 8601 or as 31.12.2026")
        return None


def _attributes(first: Mapping[str, str], warnings: list[str]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for target, text in first.items():
        value = "" if target in FIELDS else _bounded(target, " ".join(text.split()), warnings)
        if value and len(kept) == MAX_ATTRIBUTES:
            warnings.append(f"{target}: more than {MAX_ATTRIBUTES} attributes")
        elif value:
            kept[target] = value
    return kept


def _bounded(what: str, text: str, warnings: list[str]) -> str:
    if len(text) <= MAX_TEXT:
        return text
    warnings.append(f"{what}: longer than {MAX_TEXT} characters, left out")
    return ""
