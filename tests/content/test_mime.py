"""Structure and names of parts, as real mailers write and damage them."""

import pytest

from channelhub.content import body, encodedwords, filenames, headers, mime, parameters, transfer


def read(*rows: str, charset: str = "utf-8") -> body.Body:
    return body.read(mime.read("\r\n".join(rows).encode(charset)))


def test_alternative_gives_plain_text_and_its_html() -> None:
    content = read(
        "Content-Type: multipart/alternative; boundary=b", "", "preamble",
        "--b", "Content-Type: text/plain; charset=utf-8", "", "Привет",
        "--b", "Content-Type: text/html; charset=utf-8", "",
        "<p onclick=x()>Привет, <b>Анна</b></p><script>x()</script>",
        "--b--", "epilogue",
    )  # fmt: skip

    assert content.text == "Привет"
    assert content.html == "<p>Привет, <b>Анна</b></p>"
    assert content.files == ()


def test_an_empty_plain_part_yields_to_the_html() -> None:
    content = read(
        "Content-Type: multipart/alternative; boundary=b", "",
        "--b", "Content-Type: text/plain", "", " ",
        "--b", "Content-Type: text/html; charset=utf-8", "", "<div>Да</div><div>Нет<br>Может&nbsp;быть</div>",
        "--b--",
    )  # fmt: skip

    assert content.text == "Да\nНет\nМожет быть"


def test_inline_texts_are_joined_and_files_are_kept_apart() -> None:
    content = read(
        "Content-Type: multipart/mixed; boundary=b", "",
        "--b", "", "first",
        "--b", "Content-Type: image/png; name=a.png", "Content-ID: <i1@x>",
        "Content-Transfer-Encoding: base64", "", "iVBORw==",
        "--b", "Content-Type: text/plain", "", "second",
        "--b", "Content-Type: message/rfc822", "", "Subject: inner", "", "inner text",
        "--b--",
    )  # fmt: skip

    assert content.text == "first\nsecond"
    image, enclosed = content.files
    assert (image.filename, image.content, image.is_inline, image.content_id) == ("a.png", b"\x89PNG", True, "i1@x")
    assert enclosed.filename.endswith(".eml")
    assert enclosed.content == b"Subject: inner\r\n\r\ninner text"


def test_a_text_sent_as_the_only_file_is_also_the_text() -> None:
    content = read('Content-Type: text/plain; name="a.txt"', "Content-Disposition: attachment", "", "Смотрите файл")

    assert content.text == "Смотрите файл"
    assert content.files[0].filename == "a.txt"


def test_one_boundary_may_begin_like_another() -> None:
    content = read(
        "Content-Type: multipart/mixed; boundary=b", "",
        "--b", "Content-Type: multipart/alternative; boundary=bb", "",
        "--bb", "Content-Type: text/plain", "", "inner", "--bb--",
        "--b", "Content-Type: text/plain", "", "outer", "--b--",
    )  # fmt: skip

    assert content.text == "inner\nouter"


@pytest.mark.parametrize("content_type", ["multipart/mixed", "multipart/mixed; boundary=wrong"])
def test_a_missing_or_wrong_boundary_is_guessed(content_type: str) -> None:
    mail = mime.read(f"Content-Type: {content_type}\n\n--real\nContent-Type: text/plain\n\nhello\n--real--\n".encode())

    assert body.read(mail).text == "hello"
    assert mail.warnings


def test_an_unclosed_multipart_keeps_its_last_part() -> None:
    assert read("Content-Type: multipart/mixed; boundary=b", "", "--b", "", "cut of").text == "cut of"


@pytest.mark.parametrize(
    "preface", [b"\xef\xbb\xbf", b"\r\n\r\n", b"From ann Fri Nov 20 12:00:00 2026\r\n", b">From x\n"]
)
def test_headers_are_found_after_a_preface(preface: bytes) -> None:
    mail = mime.read(preface + b"Subject: yes\r\n\r\nbody")

    assert mail.headers.text("subject") == "yes"
    assert mail.root.text == "body"


def test_a_header_wrapped_without_indentation_goes_on() -> None:
    mail = mime.read(b"Subject: one\ntwo\nTo: a@x.example\n\nbody")

    assert mail.headers.text("subject") == "one two"
    assert mail.headers.text("to") == "a@x.example"


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r", b"\r\r\n"])
def test_every_kind_of_line_end_is_read(end: bytes) -> None:
    rows = [b"Subject: s", b"Content-Type: multipart/mixed; boundary=b", b"", b"--b", b"", b"text", b"--b--", b""]
    mail = mime.read(end.join(rows))

    assert mail.headers.text("subject") == "s"
    assert body.read(mail).text.strip() == "text"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"attachment; filename=\"a b.txt\"", "a b.txt"),
        (b"attachment; filename=a b.txt", "a b.txt"),
        (b"attachment; filename*=utf-8''%D1%84.txt", "ф.txt"),
        (b"attachment; filename*=us-ascii''%F6.txt", "ö.txt"),
        (b"attachment; filename*=%D1%84.txt", "ф.txt"),
        (b"attachment; filename*0*=utf-8''%D1; filename*1*=%84; filename*2=.txt", "ф.txt"),
        (b"attachment; filename*1=b.txt; filename*0=a", "ab.txt"),
        (b"attachment; filename*=utf-8'ru'=?utf-8?Q?=D1=84.txt?=", "ф.txt"),
        (b"attachment; filename=\"%D1%84.txt\"", "ф.txt"),
        (b"attachment; filename=\"100%25.txt\"", "100%25.txt"),
        (b"attachment; filename=\"=?koi8-r?B?xg==?=.txt\"", "ф.txt"),
        ("attachment; filename=\"счёт.pdf\"".encode(), "счёт.pdf"),
        ("attachment; filename=\"накладная за ноябрь.pdf\"".encode("cp1251"), "накладная за ноябрь.pdf"),
        (b"attachment; filename=\"say \\\"hi\\\".txt\"", 'say "hi".txt'),
        (b"attachment; filename=\"say \"hi\".txt\"", 'say "hi".txt'),
        (b"attachment; filename=\"unclosed.txt", "unclosed.txt"),
        (b"attachment filename=a.txt", "a.txt"),
        (b"attachment; filename=\"C:\\temp\\a.txt\"", "C:\\temp\\a.txt"),
        (b"attachment;\r\n\tfilename=\"folded\r\n name.txt\"", "folded name.txt"),
    ],
)  # fmt: skip
def test_parameters_are_read_in_every_dialect(raw: bytes, name: str) -> None:
    parsed = parameters.parse(raw)

    assert parsed.value == "attachment"
    assert parsed.parameters["filename"] == name


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\win.ini", "win.ini"),
        ("C:\\docs\\счёт.pdf", "счёт.pdf"),
        ("a\0.png", "a.png"),
        ("a\r\nX-H: 1.txt", "a X-H_ 1.txt"),
        (".htaccess", "htaccess"),
        ("\u200b.htaccess", "htaccess"),
        ("\u202egnp.exe", "gnp.exe"),
        ("x.php. ", "x.php"),
        ("NUL.txt", "_NUL.txt"),
        ("-rf", "rf"),
        ("..", ""),
        ("", ""),
        ("файл.pdf", "файл.pdf"),
        ("🙂.png", "🙂.png"),
    ],
)
def test_labels_are_harmless(name: str, label: str) -> None:
    assert filenames.label(name) == label


def test_a_long_label_keeps_its_extension() -> None:
    label = filenames.label("щ" * 300 + ".pdf")

    assert label.endswith(".pdf")
    assert len(label.encode()) <= filenames.MAX_BYTES


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?B?0J/RgNC4?= =?utf-8?B?0LLQtdGC?=", "Привет"),
        (b"=?utf-8?B?0J/R?= =?utf-8?B?gNC4?=", "При"),  # a letter split between two words
        (b"=?utf-8?Q?a=20b?= c =?utf-8?Q?d?=", "a b c d"),
        (b"=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?=", "Привет"),
        (b"=?1251?Q?=CF=F0=E8=E2=E5=F2?=", "Привет"),
        (b"=?gb2312?B?1uzpRrv5?=", "朱镕基"),
        (b"=?iso-8859-1?Q?=93x=94?=", "“x”"),
        (b"=?utf-8?Q?one?==?utf-8?Q?two?=", "onetwo"),
        ("=?UTF-8?B?Kévin?=".encode(), "Kévin"),
        (b"=?utf-8?Q?a=0D=0ABcc:_x@y?=", "a  Bcc: x@y"),
        (b"=?utf-8?B?YQBi?=", "ab"),
        (b"=?nonsense?Q?=D0=9F?=", "П"),
        (b"=?utf-8?B?broken", "=?utf-8?B?broken"),
        (b"=?utf-8?B?0J/RgNC40LLQtdGC", "Привет"),  # cut off with the header
        (b"x =?utf-8?Q?=D0=9F=D1=80", "x Пр"),
        (b"=?utf-8?B?0J/RgNC4\r\n 0LLQtdGC?=", "Привет"),  # folded inside the word
        ("Оплата не прошла".encode(), "Оплата не прошла"),
        ("Оплата не прошла".encode("cp1251"), "Оплата не прошла"),
        ("Оплата не прошла".encode("koi8-r"), "Оплата не прошла"),
        ("Zahlung über".encode("latin-1"), "Zahlung über"),
        (b"folded\r\n  line", "folded line"),
    ],
)
def test_headers_decode_to_one_clean_line(raw: bytes, text: str) -> None:
    assert encodedwords.decode_header(raw) == text


@pytest.mark.parametrize(
    ("headers_text", "codec"),
    [
        ("From: Яна <y@x.example>\r\nSubject: Счёт", "cp1251"),
        ("From: Яна <y@x.example>\r\nSubject: Счёт и заказ", "koi8-r"),
        ("Subject: 你好", "gbk"),
        ("Subject: Zażółć\r\nContent-Type: text/plain; charset=iso-8859-2", "iso-8859-2"),
        ("Subject: Überweisung für Müller", "cp1252"),
        ("Subject: Оплата", "utf-8"),
    ],
)
def test_raw_header_bytes_are_read_together_with_the_rest(headers_text: str, codec: str) -> None:
    mail = mime.read(f"{headers_text}\r\n\r\nbody".encode(codec))
    wanted = next(line for line in headers_text.split("\r\n") if line.startswith("Subject: "))

    assert mail.headers.text("subject") == wanted.removeprefix("Subject: ")


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b'"Doe, John" <j@x.example>, a@x.example', [("j@x.example", "Doe, John"), ("a@x.example", "")]),
        (b"Doe, John <j@x.example>", [("j@x.example", "Doe, John")]),
        (b"j@x.example (John Doe)", [("j@x.example", "John Doe")]),
        (b"Team: a@x.example, b@x.example;", [("a@x.example", ""), ("b@x.example", "")]),
        (b"undisclosed-recipients:;", []),
        (b"<>", []),
        (b'To: "', []),
        (b"a@x.example,", [("a@x.example", "")]),
        (b'"a@x.example" <a@x.example>', [("a@x.example", "a@x.example")]),
        (b"=?utf-8?B?0JDQvdC90LAsINC00LjRgA==?= <a@x.example>", [("a@x.example", "Анна, дир")]),
        (b"<@relay.example:a@x.example>", [("a@x.example", "")]),
        (b"<a@x.example", [("a@x.example", "")]),
        (b"=?utf-8?Q?Ann_=3Ca=40x.example=3E?=", [("a@x.example", "Ann")]),
        (b"Ann [a@x.example]", [("a@x.example", "Ann")]),
        (b"<a@b@x.example>", [("a@b@x.example", "")]),
        (b'<""@x.example>', []),
        (b"@", []),
        (b"mailto:a@x.example", [("a@x.example", "")]),
        (b'"a b"@x.example', [('"a b"@x.example', "")]),
        (b"Ann <a@x.example> <b@x.example>", [("b@x.example", "Ann")]),
        (b"=?utf-8?Q?Doe,_J:_a;b?= <j@x.example>, k@x.example", [("j@x.example", "Doe, J: a;b"), ("k@x.example", "")]),
        (b"'Ann' <a@x.example>", [("a@x.example", "Ann")]),
        (b"=?utf-8?Q?a=0D=0Ab?= <a@x.example>", [("a@x.example", "a b")]),
    ],
)
def test_addresses_survive_what_mailers_write(raw: bytes, found: list[tuple[str, str]]) -> None:
    assert [(one.address, one.name) for one in headers.addresses([raw])] == found


@pytest.mark.parametrize(
    ("raw", "ids"),
    [
        (b"<a@x> <b@x>\r\n <a@x>", ("a@x", "b@x")),
        (b"a@x", ("a@x",)),
        (b"<[a-b]@x>", ("[a-b]@x",)),
        (b"", ()),
        (b"<>", ()),
        (b"<a\0\r\n b@x>", ("ab@x",)),
    ],
)
def test_message_ids_lose_their_brackets(raw: bytes, ids: tuple[str, ...]) -> None:
    assert headers.message_ids(raw) == ids


@pytest.mark.parametrize(
    ("data", "encoding", "decoded"),
    [
        (b"0J8=", "base64", "П".encode()),
        (b"0J8", "BASE64", "П".encode()),
        (b"0J8=0J8=", "base64", "ПП".encode()),
        (b"0J/RgNC40LLQtdGC\r\n\r\n--\r\nSent by a list\r\n", "base64", "Привет\r\n--\r\nSent by a list".encode()),
        (b"Hello, this is not base64 at all!", "base64", b"Hello, this is not base64 at all!"),
        (b"=D0=9F=\r\n!", "quoted-printable", "П!".encode()),
        (b"=D0=9F", "quoted-printable; x=y", "П".encode()),
        (b"100% =zz", "quoted-printable", b"100% =zz"),
        (b"begin 644 a.txt\n#86)C\n`\nend\n", "x-uuencode", b"abc"),
        (b"as is", "7bit", b"as is"),
        (b"as is", "nonsense", b"as is"),
    ],
)
def test_transfer_encodings_are_undone(data: bytes, encoding: str, decoded: bytes) -> None:
    assert transfer.decode(data, encoding) == decoded


def test_a_whole_mail_in_utf_16_is_read() -> None:
    mail = mime.read("Subject: Оплата\r\n\r\nтекст".encode("utf-16"))

    assert (mail.headers.text("subject"), mail.root.text) == ("Оплата", "текст")


def test_a_blank_before_the_colon_is_no_mbox_line() -> None:
    mail = mime.read(b"From : a@x.example\r\nSubject : s\r\n\r\nbody")

    assert (mail.headers.text("from"), mail.headers.text("subject")) == ("a@x.example", "s")


def test_a_multipart_of_delimiters_only_has_its_preamble_for_text() -> None:
    assert read("Content-Type: multipart/mixed; boundary=b", "", "before", "--b--").text == "before"


def test_a_boundary_that_ends_in_a_blank_is_found() -> None:
    assert read('Content-Type: multipart/mixed; boundary="b "', "", "--b ", "", "x", "--b --").text == "x"


def test_html_under_a_wrong_type_is_read_as_html() -> None:
    assert read("Content-Type: text/plain", "", "<!DOCTYPE html><html><p>Да</p></html>").text == "Да"


def test_an_image_that_the_page_shows_is_inline_whatever_its_disposition() -> None:
    content = read(
        "Content-Type: multipart/related; boundary=b", "",
        "--b", "Content-Type: text/html", "", '<p>x<img src="cid:i@x"></p>',
        "--b", "Content-Type: image/png", "Content-ID: <i@x>", "Content-Disposition: attachment; filename=i.png", "",
        "png", "--b--",
    )  # fmt: skip

    assert content.html == '<p>x<img src="cid:i@x"></p>'
    assert [file.is_inline for file in content.files] == [True]


def test_a_file_of_no_valid_type_is_a_file() -> None:
    content = read(
        "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "x", "--b", "Content-Type: pdf; name=a.pdf", "",
        "%PDF", "--b--",
    )  # fmt: skip

    assert content.text == "x"
    assert [(file.filename, file.content_type) for file in content.files] == [("a.pdf", "application/octet-stream")]


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("a b.pdf", "a_b.pdf"),
        ("Чек.JPG", "file.jpg"),
        ("../../etc/passwd", "etc_passwd"),
        ("x" * 80 + ".png", "x" * 46 + ".png"),
        ("x." + "y" * 60, "x." + "y" * 48),
        ("", "file"),
        ("?a=b#c%00.txt", "a_b_c_00.txt"),
    ],
)
def test_name_at_the_end_of_an_address_needs_no_escape_and_keeps_its_extension(filename: str, name: str) -> None:
    assert filenames.address_name(filename) == name
