"""What single words mean, in whatever language and script people mix them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.features import features
from channelhub.content.lookalikes import in_one_script
from channelhub.content.meaning import meaning

CYRILLIC = st.text(alphabet="абвгґдеєжзиіїйклмнопрстуфхцчшщыьэюя", min_size=1, max_size=12)


def concepts(word: str, language: str) -> tuple[str, ...]:
    found = meaning(word, language)
    return found.concepts if found else ()


@pytest.mark.parametrize(
    ("word", "language", "found"),
    [
        ("ошибка", "uk", ("#error",)),  # Russian words in a Ukrainian text
        ("скидка", "uk", ("#discount",)),
        ("пошта", "ru", ("#email",)),  # Ukrainian ones in a Russian text
        ("login", "ru", ("#login",)),
        ("vpn", "uk", ("#vpn",)),
        ("wi-fi", "ru", ("#wifi",)),
        ("вайфай", "en", ("#wifi",)),
        ("коннект", "ru", ("#connection",)),
        ("смс-код", "ru", ("#sms", "#code")),
        ("sms-код", "uk", ("#sms", "#code")),
        ("пин-код", "ru", ("#pin",)),
        ("push-уведомления", "ru", ("#notification",)),
        ("zahlungen", "de", ()),
    ],
)
def test_a_word_is_understood_in_a_text_of_another_language(word: str, language: str, found: tuple[str, ...]) -> None:
    assert concepts(word, language) == found


@pytest.mark.parametrize(("typed", "meant"), [("iнтернет", "інтернет"), ("cайт", "сайт"), ("кaртa", "карта")])
def test_latin_lookalikes_inside_a_cyrillic_word_are_read_as_cyrillic(typed: str, meant: str) -> None:
    assert meaning(typed, "uk") == meaning(meant, "uk")


@pytest.mark.parametrize("word", ["ip-адрес", "login", "q-карта", "wifi", "naïve", "sмс"])
def test_other_latin_letters_stay(word: str) -> None:
    assert in_one_script(word) == word


@given(CYRILLIC)
def test_lookalikes_change_nothing_but_what_was_changed_by_the_keyboard(word: str) -> None:
    if word.translate(str.maketrans("асеіорху", "aceiopxy")).isascii():
        return  # a word of lookalikes alone can't be told from a Latin one
    mixed = word.translate(str.maketrans("асеіорху", "aceiopxy"))

    assert in_one_script(word) == word
    assert in_one_script(mixed) == word


@pytest.mark.parametrize(
    ("glued", "verb", "language"),
    [("неработает", "работает", "ru"), ("неприходит", "приходит", "ru"), ("непрацює", "працює", "uk")],
)
def test_not_written_together_with_its_verb_negates_it(glued: str, verb: str, language: str) -> None:
    together, apart = meaning(glued, language), meaning(verb, language)

    assert together is not None
    assert apart is not None
    assert (together.stem, together.concepts, together.is_broken) == (apart.stem, apart.concepts, True)
    assert not apart.is_broken


@pytest.mark.parametrize("word", ["неделя", "несколько", "небо", "некоторые", "неприятно", "незалежність"])
def test_words_that_begin_like_a_negation_are_none(word: str) -> None:
    found = meaning(word, "ru")

    assert found is not None
    assert not found.is_broken
    assert found.stem.startswith("не")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Приложение лагает и тупит", 1.0),
        ("Слетели настройки", 1.0),
        ("Сеть не ловит", 1.0),
        ("Пульт сдох", 1.0),
        ("Застосунок підвисає", 1.0),
        ("Мережа не ловить", 1.0),
        ("Світло вирубило", 1.0),
        ("The stream keeps stuttering", 1.0),
        ("The form won't upload", 1.0),
        ("Где посмотреть тарифы?", 0.0),
        ("Як підключити послугу?", 0.0),
        ("Do you ship abroad?", 0.0),
        ("When does the shop open?", 0.0),
    ],
)
def test_everyday_and_slang_words_of_failing_are_known(text: str, problem: float) -> None:
    assert features(subject="", text=text).problem == problem


@pytest.mark.parametrize(("word", "language"), [("поле", "ru"), ("рух", "uk"), ("обране", "uk")])
def test_a_word_with_the_short_stem_of_a_failing_one_reports_nothing(word: str, language: str) -> None:
    found = meaning(word, language)

    assert found is not None
    assert not found.is_broken


def test_a_phrase_needs_its_words_in_a_row() -> None:
    assert "#login" in features(subject="", text="unable to log in").terms
    assert "#login" not in features(subject="", text="in the log of today").terms
    assert "#login" not in features(subject="", text="log it in").terms
    assert "#topup" in features(subject="", text="I topped up").terms
