"""Forms defined by configuration: what is refused when it is read, and the words that a person then sees."""

from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.plugins import account_models, discover
from channelhub.settings.faults import ConfigurationError, Fault
from channelhub.settings.load import load
from connectors.webform.definition import FieldConfig, FormConfig, text_in, type_of

MODELS = account_models(discover())
BEGINNING = '[accounts.shop]\nkind = "webform"\n'


def faults(folder: Path, text: str) -> list[Fault]:
    path = folder / "hub.toml"
    path.write_text(BEGINNING + text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(path, account_models=MODELS, environ={})
    return list(caught.value.faults)


@pytest.mark.parametrize(
    ("field", "key", "words"),
    [
        ("reqired = true", "x.reqired", "did you mean required?"),
        ('type = "selct"', "x.type", "did you mean select?"),
        ('type = "select"\nlabel = "X"', "", "x is a select field and needs options"),
        ('label = "X"\noptions = ["a"]', "", "options is only for checkboxes, radio, select"),
        ('type = "select"\nlabel = "X"\noptions = ["a", "a"]', "x.options", "one stands there twice"),
        ('type = "number"\nlabel = "X"\nmin = 5\nmax = 2', "x.min", "is greater than max"),
        ('type = "number"\nlabel = "X"\nmin = nan', "x.min", "finite"),
        ('type = "file"\nlabel = "X"\naccept = ["pdf"]', "x.accept", 'such as ".pdf"'),
        ('type = "consent"\nlabel = "X"\nlink = "javascript:alert(1)"', "x.link", "found"),
        ('type = "hidden"\nrequired = true', "", "nobody could fill it in"),
        ('type = "text"', "", "x needs a label"),
        ("label = { de = 'X' }", "x.label", "expected one of ru, uk, en"),
        ("label = 5", "x.label", "expected"),
    ],
    ids=range(13),
)
def test_a_faulty_field_is_named_with_its_form(tmp_path: Path, field: str, key: str, words: str) -> None:
    found = faults(tmp_path, f"[accounts.shop.forms.return.fields.x]\n{field}\n")

    place = f"accounts.shop.forms.return.fields{'.' + key if key else ''}"
    assert any(fault.key == place and words in str(fault) for fault in found), list(map(str, found))


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("[accounts.shop.forms.a]\n", "forms.a.fields", "expected a value"),
        ("[accounts.shop.forms.a.fields]\n", "forms.a.fields", "expected 1 to 50 tables"),
        ('[accounts.shop.forms."A b".fields.message]\n', "forms", "can't be part of an address"),
        ("[accounts.shop.forms.a.fields.website]\nlabel = 'W'\n", "forms.a.fields", "the page itself uses"),
        ("[accounts.shop.forms.a.fields.'1x']\nlabel = 'W'\n", "forms.a.fields", "is no field name"),
        ("[accounts.shop.forms.a.fields]\nsize = {label='S'}\nSize = {label='S'}\n", "forms.a.fields", "only by case"),
        ("[accounts.shop.forms.a.fields.x]\ntype = 'hidden'\nvalue = '1'\n", "forms.a.fields", "all hidden"),
        ("[accounts.shop.forms.a.fields.message]\ntype = 'date'\n", "forms.a.fields", "message has to be"),
        ("captcha = 'turnstile'\n", "captcha", "needs captcha_site_key and captcha_secret"),
        ("captcha = 'turnstil'\n", "captcha", "did you mean turnstile?"),
        (
            "max_files = 0\n[accounts.shop.forms.a.fields]\nfiles = {required = true}\n",
            "max_files",
            "form a requires a file",
        ),
        ("spam_words = [' ']\n", "spam_words", "1 to 100 characters"),
        ("[accounts.shop.spam_weights]\nhoneypt = 0.5\n", "spam_weights", "expected one of"),
        ("[accounts.shop.spam_weights]\nhoneypot = 1.5\n", "spam_weights", "<= 1"),
        ("forms = 5\n", "forms", "a table"),
    ],
    ids=range(15),
)
def test_a_faulty_account_is_explained(tmp_path: Path, text: str, key: str, words: str) -> None:
    found = faults(tmp_path, text)

    assert any(words in str(fault) and (not key or fault.key == f"accounts.shop.{key}") for fault in found), list(
        map(str, found)
    )


def test_every_fault_of_every_form_is_told_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        "[accounts.shop.forms.a.fields.x]\ntype = 'select'\nlabel = 'X'\n"
        "[accounts.shop.forms.b.fields.y]\nlable = 'Y'\n",
    )

    assert [fault.key for fault in found] == ["accounts.shop.forms.a.fields", "accounts.shop.forms.b.fields.y.lable"]


def test_a_field_is_what_its_name_says_unless_it_says_more() -> None:
    assert [type_of(name, FieldConfig()) for name in ("email", "Phone", "message", "files", "consent", "city")] == [
        "email", "phone", "textarea", "file", "consent", "text",
    ]  # fmt: skip
    assert type_of("email", FieldConfig(type="text")) == "text"


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("one", "uk", "one"),
        ({"uk": "так", "en": "yes"}, "en", "yes"),
        ({"uk": "так", "en": "yes"}, "ru", "так"),
        ({"en": "yes"}, "ru", "yes"),
        ({"en": ""}, "en", ""),
    ],
)
def test_words_fall_back_to_the_pages_first_language(text: str | dict[str, str], language: str, words: str) -> None:
    assert text_in(text, language, ("uk", "ru", "en")) == words  # type: ignore[arg-type]


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
_keys = st.sampled_from([*FieldConfig.__struct_fields__, "other"])


@given(st.dictionaries(st.text(max_size=12), st.dictionaries(_keys, _values, max_size=4), max_size=4))
def test_any_definition_is_taken_or_refused_with_a_sentence(fields: dict[str, dict[str, object]]) -> None:
    with suppress(msgspec.ValidationError):
        form = msgspec.convert({"fields": fields}, FormConfig)

        assert all(type_of(name, field) for name, field in form.fields.items())
