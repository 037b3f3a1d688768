"""The shop's customers: made-up names, domains that can't exist (RFC 2606), phone numbers set aside for fiction."""

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final

CUSTOMERS: Final = 90
_NAMES: Final = {
    "uk": (
        "Олена Наталія Оксана Ірина Тетяна Дарина Софія Андрій Богдан Тарас Максим Остап Юрій Роман Павло",
        "Шевчук Бондар Коваль Мельник Ткачук Лисенко Гончар Поліщук Марченко Савчук",
    ),
    "ru": (
        "Анна Мария Екатерина Ольга Светлана Дарья Вера Сергей Алексей Дмитрий Игорь Николай Павел Кирилл Антон",
        "Белик Гуляй Заяц Крамар Левченко Назаренко Пинчук Рудь Сорока Чайка",
    ),
    "en": (
        "Alice Emma Grace Hannah Lucy Nora Ruth Adam Daniel Henry James Leo Oliver Peter Simon",
        "Archer Baker Carter Fisher Hunter Mason Potter Shepherd Turner Walker",
    ),
}
_LATIN: Final = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ё": "e", "ж": "zh", "з": "z",
        "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
        "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "",
        "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer. `number` is what the shop knows them by."""

    number: str
    name: str
    language: str  # ru, uk or en
    email: str
    phone: str


def chance(what: str, seed: int = 0) -> Random:
    """The same throws for the same name and seed."""
    return Random(f"{what} {seed}")  # noqa: S311 - nothing secret depends on it


@cache
def people() -> tuple[Person, ...]:
    """`CUSTOMERS` different people, the three languages taking turns; nobody shares an address.

    The same ones always: a second demo on one hub meets its customers again.
    """
    random = chance("people")
    full_names = {
        language: random.sample([f"{one} {two}" for one in first.split() for two in last.split()], CUSTOMERS)
        for language, (first, last) in _NAMES.items()
    }
    found = []
    for place in range(CUSTOMERS):
        language = ("uk", "ru", "en")[place % 3]
        name = full_names[language][place]
        local = name.lower().translate(_LATIN).replace(" ", ".")
        found.append(
            Person(
                number=f"{10_000 + place}",
                name=name,
                language=language,
                email=f"{local}@{('post', 'mail', 'inbox')[place // 3 % 3]}.example",
                phone=f"+447700900{place + 100}",
            )
        )
    return tuple(found)
