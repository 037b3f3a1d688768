"""Bytes become text whatever is declared: labels, contradicted declarations, detection, mixtures."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.content import charset, iso2022jp
from channelhub.content.charset_labels import codec_of
from tests.examples import examples

SENTENCES = [
    ("Здравствуйте! Оплата по заказу 1042 не прошла, верните деньги.", "cp1251 koi8_r cp866 iso8859_5 mac_cyrillic"),
    ("Добрий день! Гроші списали двічі, поверніть, будь ласка, їжак.", "cp1251 koi8_u iso8859_5"),
    ("ОПЛАТА НЕ ПРОШЛА", "cp1251 koi8_r cp866"),
    ("Re: Order 1042 payment failed - Иван Петров", "cp1251 koi8_r cp866"),
    ("Счёт", "cp1251 koi8_r"),
    ("Да", "cp1251 koi8_r"),
    ("Sehr geehrte Damen, die Überweisung für März ist größer. Schöne Grüße, Jürgen", "cp1252"),
    ("Bonjour, le paiement a été refusé à cause d’une erreur. Où est passé l’argent ?", "cp1252"),
    ("Dzień dobry, płatność nie przeszła. Proszę o zwrot, źle naliczono kwotę.", "cp1250 iso8859_2"),
    ("Dobrý den, platba neprošla. Prosím o vrácení peněz, žádost přikládám.", "cp1250"),
    ("Merhaba, ödeme başarısız oldu. Lütfen parayı iade edin, çok üzgünüm.", "cp1254"),
    ("Καλημέρα, η πληρωμή δεν ολοκληρώθηκε. Παρακαλώ επιστρέψτε τα χρήματα.", "cp1253"),
    ("שלום, התשלום נכשל. אנא החזירו את הכסף", "cp1255"),
    ("مرحبا، لم تنجح عملية الدفع. يرجى إعادة المال", "cp1256"),
    ("お支払いができませんでした。返金をお願いいたします。", "cp932 euc_jp iso2022_jp"),
    ("您好，付款没有成功，请尽快退款，谢谢。", "gb18030"),
    ("您好，付款沒有成功，請儘快退款，謝謝。", "big5hkscs"),
    ("안녕하세요, 결제가 실패했습니다. 환불을 부탁드립니다.", "cp949"),
]
CASES = [(text, codec) for text, names in SENTENCES for codec in names.split()]


@pytest.mark.parametrize("declared", ["", "us-ascii", "utf-8", "x-unknown"])
@pytest.mark.parametrize(("text", "codec"), CASES, ids=[f"{codec} {text[:8]}" for text, codec in CASES])
def test_undeclared_and_wrongly_declared_text_is_recognised(text: str, codec: str, declared: str) -> None:
    assert charset.decode(text.encode(codec), declared) == text


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        ("Привіт, їжак".encode("koi8-u"), "koi8-ru", "Привіт, їжак"),
        ("Привет".encode("cp1251"), "windows1251", "Привет"),
        ("Привет, мир и все".encode("cp1251"), "iso-8859-1", "Привет, мир и все"),
        ("Привет".encode(), "windows-1251", "Привет"),
        ("Привет".encode(), "unicode", "Привет"),
        (b"\xef\xbb\xbfx\xd0\xb0", "latin-1", "xа"),
        ("x а".encode("utf-16"), "", "x а"),
        ("x а".encode("utf-16-be"), "utf-16", "x а"),
        ("x а".encode("utf-16-le"), "unicode", "x а"),
        ("日本語テキスト".encode("iso2022_jp"), "iso-2022-jp", "日本語テキスト"),
        ("①".encode("cp932"), "shift_jis", "①"),
        ("朱镕基".encode("gbk"), "gb2312", "朱镕基"),
        (b"+BB8EQAQ4BDIENQRC-", "unicode-1-1-utf-7", "Привет"),
        ("tiê\u0300n".encode("cp1258"), "windows-1258", "tiền"),
        (b"\x80 \x96 \x81", "iso-8859-1", "\x80 \x96 \x81"),
        (b"\x80 \x96", "us-ascii", "€ –"),
        ("Слово за словом".encode()[:-1], "utf-8", "Слово за слово\ufffd"),
        (b"abc", "no-such-charset", "abc"),
        (b"\xff", "base64", "ÿ"),
        (b"\xff", "\0\xff", "ÿ"),
    ],
)
def test_a_declaration_counts_as_far_as_the_bytes_allow(data: bytes, declared: str, text: str) -> None:
    assert charset.decode(data, declared) == text


@pytest.mark.parametrize("declared", ["utf-8", ""])
def test_lines_in_another_charset_are_read_in_theirs(declared: str) -> None:
    data = "Привет, это письмо\n".encode() + "Проверено антивирусом, угроз не найдено".encode("cp1251")

    assert charset.decode(data, declared) == "Привет, это письмо\nПроверено антивирусом, угроз не найдено"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x1b$B-!-5\x1b(B", "①Ⅰ"),  # a row of NEC
        (b"\x1b(I12\x1b(B x", "ｱｲ x"),  # half-width kana
        (b"\x1b$B$\"-!\nx", "あ①\nx"),  # the mode is not left at the line's end
        (b"\x1b$B$\"\x1b$(D0!\x1b(B\x1b$B-!", "あ丂①"),
        (b"\x1b$B\x7f\x7f\x1b(B", "\x7f\x7f"),
    ],
)  # fmt: skip
def test_japanese_vendors_are_understood(data: bytes, text: str) -> None:
    assert iso2022jp.decode(data) == text
    assert charset.decode(data, "iso-2022-jp") == text


@pytest.mark.parametrize(
    ("codec", "labels"),
    [
        ("cp1252", "ISO-8859-1 latin1 us-ascii iso_8859-1:1987 iso88591 8859-1 windows-1252 1252 x-cp1252 ansi cp819"),
        ("cp1251", "windows-1251 cp1251 win-1251 windows1251 1251 cp-1251 x-windows-1251 charset=windows-1251"),
        ("utf_8", "utf-8 UTF8 utf_8 utf-8; 'utf-8' \"utf-8\" charset=utf-8 =utf-8 unicode-1-1-utf-8 65001 utf-8\\"),
        ("koi8_r", "koi8-r KOI8_R koi8 cskoi8r 20866"),
        ("koi8_u", "koi8-u koi8-ru"),
        ("cp866", "ibm866 866 cp866 dos-866"),
        ("cp874", "iso-8859-11 tis-620 dos-874"),
        ("cp1254", "iso-8859-9 latin5 csisolatin5 iso88599"),
        ("gb18030", "gb2312 GBK gb_2312-80 csgb2312 x-gbk cp936"),
        ("big5hkscs", "big5 cn-big5 x-x-big5"),
        ("cp932", "shift_jis sjis x-sjis windows-31j ms_kanji csshiftjis"),
        ("cp949", "euc-kr ks_c_5601-1987 ks_c_5601-1989 korean windows-949"),
        ("iso8859-8", "iso-8859-8-i logical hebrew"),
        ("mac_cyrillic", "x-mac-cyrillic x-mac-ukrainian"),
        ("utf_7", "utf-7 unicode-1-1-utf-7"),
        ("", "x-unknown unknown-8bit base64 rot13 idna punycode zlib ../../etc/passwd _"),
    ],
)
def test_labels_mean_what_browsers_and_mailers_mean(codec: str, labels: str) -> None:
    assert {codec_of(label) for label in labels.split()} == {codec}


@given(
    st.binary(max_size=300), st.sampled_from(["", "utf-8", "iso-2022-jp", "utf-16", "utf-7", "gb2312", "hz", "big5"])
)
@settings(max_examples=examples(500), deadline=None)
def test_any_bytes_become_text(data: bytes, declared: str) -> None:
    text = charset.decode(data, declared)

    assert len(text) <= 2 * len(data)
