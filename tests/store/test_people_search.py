"""People found by parts of names, addresses and phones, in any case and script."""

from dataclasses import replace

import pytest

from channelhub.domain.people import Evidence, Identity, IdentityKey
from channelhub.store import people, people_search
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.store.sqlfile import Queries

OLENA, OLEKSANDR, JOHN, PHONE, LI = range(1, 6)


def identity(identity_id: int, value: str, name: str = "", *, kind: str = "email") -> Identity:
    return Identity(
        id=identity_id, key=IdentityKey(kind=kind, scope="", value=value), shown=value, name=name,
        name_us=1, language="uk", language_us=1, first_us=identity_id, evidence=Evidence.CLAIMED,
        customer_id=identity_id,
    )  # fmt: skip


EVERYBODY = [
    identity(OLENA, "o.shevchuk@example.com", "Олена Шевчук"),
    identity(OLEKSANDR, "a_b@example.com", "Олександр Ковальов-Мар'яненко"),
    identity(JOHN, "axb@example.com", "JOHN Müller"),
    identity(PHONE, "+380671112233", kind="phone"),
    identity(LI, "li@example.org", "Ян Li 100%"),
]


async def found(store: Store, question: str, *, limit: int = 10) -> list[int]:
    async with store.readers.read() as session:
        return await people_search.find(session, question, limit=limit)


async def save(store: Store, *identities: Identity) -> None:
    await store.writer.batch(lambda session: people.save(session, identities))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Олена", [OLENA]), ("олена", [OLENA]), ("ШЕВЧ", [OLENA]), ("евчу", [OLENA]), ("шевчук олена", [OLENA]),
        ("Елена", [OLENA]), ("helen", [OLENA]), ("Shevchuk", [OLENA]), ("Szewczuk Олена", [OLENA]),
        ("Александр", [OLEKSANDR]), ("alexander", [OLEKSANDR]), ("Oleksandr KOVALIOV", [OLEKSANDR]),
        ("марʼяненко", [OLEKSANDR]), ("Марьяненко", [OLEKSANDR]), ("Мар’яненко", [OLEKSANDR]),
        ("john", [JOHN]), ("MULLER", [JOHN]), ("müll", [JOHN]), ("мюллер", [JOHN]), ("Джон", []),
        ("a_b", [OLEKSANDR]), ("axb@", [JOHN]), ("example.com", [JOHN, OLEKSANDR, OLENA]),
        ("ян", [LI]), ("l", [LI]), ("1", [LI]), ("%", []), ("о", [OLEKSANDR, OLENA]), ("лена ян", []),
        ("067 111", [PHONE]), ("+38 067", [PHONE]), ("(067)", [PHONE]), ("067-111-22-33", [PHONE]),
        ("00380 67 1112233", [PHONE]), ("1112233", [PHONE]), ("067 112", []), ("8 067 111", [PHONE]),
        ("Шевчк", [OLENA]), ("Шевчкук", [OLENA]), ("Шечвук", [OLENA]), ("Щевчук", [OLENA]), ("Oleksnadr", [OLEKSANDR]),
        ("Олена Шевчик", [OLENA]), ("Ян Шевчк", []), ("Шувчик", []),
        ("", []), ("  ", []), ("\u200b", []), ('"', []), ("' OR 1=1", []), ("words:олена", []), ("* NEAR(", []),
    ],
)  # fmt: skip
async def test_a_question_finds_whom_it_means(store: Store, question: str, answer: list[int]) -> None:
    await save(store, *EVERYBODY)

    assert await found(store, question) == answer


async def test_russian_numbers_are_found_with_8_and_with_7(store: Store) -> None:
    await save(store, identity(1, "+79121234567", kind="phone"), identity(2, "7001", "+38 (050) 765-43-21", kind="x"))

    assert await found(store, "8 (912) 123") == await found(store, "+7 912") == [1]
    assert await found(store, "050 765") == [2]


async def test_a_new_name_replaces_the_old_one_and_the_index_stays_whole(store: Store) -> None:
    await save(store, *EVERYBODY)
    await save(store, replace(EVERYBODY[1], name="Олександр Бондар", name_us=2), EVERYBODY[2])
    async with store.readers.read() as session:
        places = [one.identity_id for one in await people_search.known_after(session, 0, limit=10)]

    assert (await found(store, "Ковальов"), await found(store, "бондар")) == ([], [OLEKSANDR])
    assert places == [one.id for one in EVERYBODY]
    await store.writer.batch(_check)  # raises when the index isn't what the words say


async def test_those_met_last_come_first_and_no_more_than_asked(store: Store) -> None:
    await save(store, *(identity(90 - number, f"p{number}@example.com", "Ім'я") for number in range(9)))

    assert await found(store, "імя", limit=3) == [82, 83, 84]


async def test_a_customer_has_the_newest_name_of_all_their_identities(store: Store) -> None:
    new = replace(identity(2, "b@example.com", "Anna"), customer_id=1, name_us=7)
    nameless = [replace(identity(3, "c@example.com"), customer_id=1, name_us=9), identity(4, "d@example.com")]
    await save(store, identity(1, "a@example.com", "Ann"), new, *nameless)
    async with store.readers.read() as session:
        names = await people_search.names(session, [1, 4])

    assert names == {1: "Anna"}


async def test_no_search_reads_a_whole_table(store: Store) -> None:
    queries = [Queries.of("people_search").find, Queries.of("people_search").names]
    async with store.readers.read() as session:
        plans = [
            [row["detail"] for row in await session.all(replace(query, sqlite=f"EXPLAIN QUERY PLAN {query.sqlite}"),
             words='"abc"', limit=1, customer_ids=[1])]
            for query in queries
        ]  # fmt: skip

    assert plans[0][0].startswith("SCAN people_search VIRTUAL TABLE INDEX")
    assert not [step for step in plans[0][1:] if not step.startswith("SEARCH")]  # nothing is sorted either
    assert any("identities_customer" in step for step in plans[1])
    assert not [step for step in plans[1] if step.startswith("SCAN identities")]


async def _check(session: Session) -> None:
    check = replace(
        Queries.of("people_search").known_after,
        sqlite="INSERT INTO people_search (people_search, rank) VALUES ('integrity-check', 1)",
    )
    await session.run(check)
