"""Russian and Ukrainian in Latin letters are understood; English stays English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.concepts.catalogue import CONCEPTS
from channelhub.content.everyday import FUNCTION_WORDS
from channelhub.content.features import features
from channelhub.content.lexicon import EXACT_MARK, JOINT, concept
from channelhub.content.romanized import in_cyrillic, language_of
from channelhub.content.stems import stem
from channelhub.web.pages.words.english import ENGLISH

#: Letters as the passport spells them; by ear, people leave the soft sign out and write y for several letters.
_SHARED = (
    "а=a б=b в=v г=g д=d е=e ж=zh з=z к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ю=yu я=ya"
)
PASSPORT = {
    "ru": f"{_SHARED} ё=e и=i й=y ъ= ы=y ь= э=e",
    "uk": f"{_SHARED} ґ=g є=ye и=y і=i ї=i й=y ь=",
}
ENGLISH_WORDS = sorted(
    {
        word.removeprefix(EXACT_MARK)
        for *_, words in CONCEPTS
        for word in words.split()
        if JOINT not in word and word.removeprefix(EXACT_MARK).isalpha()
    }
    | {word for word in FUNCTION_WORDS if word.isascii()}
)


def romanized(word: str, language: str) -> str:
    spelt = dict(pair.split("=") for pair in PASSPORT[language].split())
    return "".join(spelt.get(letter, letter) for letter in word)


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("ne rabotaet oplata", "не работает оплата"),
        ("ne prihodit kod na telefon", "не приходит код на телефон"),
        ("u menya propal internet", "у меня пропал интернет"),
        ("pochemu spisali dengi", "почему списали деньги"),
        ("parol ne podkhodit", "пароль не подходит"),
        ("prilojenie vyletaet, ne mogu vojti", "приложение вылетает, не могу войти"),
        ("kuryer tak i ne dostavil zakaz", "курьер так и не доставил заказ"),
        ("ne pratsyuye zastosunok", "не працює застосунок"),
        ("vchera zakazal kartu a ona ne prishla skolko zhdat", "вчера заказал карту а она не пришла сколько ждать"),
        ("nemaye svitla vid ranku", "немає світла від ранку"),
    ],
)
def test_latin_letters_mean_what_cyrillic_ones_mean(latin: str, cyrillic: str) -> None:
    found, meant = features(subject="", text=latin), features(subject="", text=cyrillic)

    assert [term for term in found.terms if term[0] == "#"] == [term for term in meant.terms if term[0] == "#"]
    assert found.problem == meant.problem
    assert found.language == meant.language


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_every_listed_word_comes_back_from_latin_letters(language: str) -> None:
    column = ("ru", "uk").index(language)
    listed = [
        (word.removeprefix(EXACT_MARK), f"#{line[0]}")
        for line in CONCEPTS
        for word in line[1 + column].split()
        if JOINT not in word and word.removeprefix(EXACT_MARK).isalpha() and not word.isascii()
    ]
    lost = []
    for word, name in listed:
        back = in_cyrillic(romanized(word, language), language)
        if name not in {concept(back, stem(back, spoken), spoken) for spoken in ("ru", "uk")}:
            lost.append(word)

    assert len(lost) <= len(listed) // 200, lost  # a few sound like others


@given(st.lists(st.sampled_from(ENGLISH_WORDS), max_size=30), st.sampled_from(["", "en"]))
def test_english_is_never_taken_for_another_language(words: list[str], stated: str) -> None:
    assert language_of(words, stated) == ""


@pytest.mark.parametrize("text", sorted(set(ENGLISH.values())))
def test_english_sentences_stay_english(text: str) -> None:
    assert features(subject="", text=text).language in {"en", ""}


@pytest.mark.parametrize(
    "text",
    [
        "je ne recois pas le code",
        "il pagamento non funziona",
        "nie dziala platnosc karta",
        "no puedo entrar en mi cuenta",
        "ich kann mich nicht anmelden",
        "o pagamento nao funciona",
        "nie moge sie zalogowac do konta od rana pokazuje blad i nie dochodzi kod na telefon",
        "sagst du mir bitte wann oplata und kabinet wieder funktionieren",
    ],
)
def test_other_languages_in_latin_letters_are_not_taken_for_it(text: str) -> None:
    assert language_of(text.split()) == ""


@pytest.mark.parametrize(("word", "stated", "found"), [("oplata", "", ""), ("oplata", "ru", "ru"), ("card", "ru", "")])
def test_a_single_word_needs_a_stated_language(word: str, stated: str, found: str) -> None:
    assert language_of([word], stated) == found


@pytest.mark.parametrize(
    ("word", "listed"), [("kuryerov", "курьер"), ("prikhodyat", "приходят"), ("postamatov", "постамат")]
)
def test_a_form_that_is_not_listed_is_read_by_its_stem(word: str, listed: str) -> None:
    assert stem(in_cyrillic(word, "ru"), "ru") == stem(listed, "ru")


def test_english_words_in_such_a_text_stay() -> None:
    assert [in_cyrillic(word, "ru") for word in ("checkout", "ne", "rabotaet", "42x")] == [
        "checkout", "не", "работает", "42x",
    ]  # fmt: skip


@given(st.text(max_size=40), st.sampled_from(["ru", "uk"]))
def test_any_word_is_read(word: str, language: str) -> None:
    assert in_cyrillic(word, language) == in_cyrillic(word, language)
    assert language_of(word.split()) in {"", "ru", "uk"}
