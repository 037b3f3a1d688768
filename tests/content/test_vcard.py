"""vCards of three versions: one record a card, whatever stands in it."""

from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.tables import Record
from channelhub.content.vcard import MAX_PROPERTIES, MAX_PROPERTY_CHARS, vcard_records


def read(text: str) -> list[Record]:
    return list(vcard_records(text.splitlines(keepends=True)))


def test_reads_version_4_with_folding_groups_and_escapes() -> None:
    [card] = read(
        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:17\r\nFN:Olena\r\n  Shevchuk\\, PhD\r\nN:Shevchuk;Olena;;;\r\n"
        'item1.EMAIL;TYPE="work,pref":o@example.com\r\nEMAIL:mailto:o2@example.com\r\n'
        "TEL;VALUE=uri:tel:+380671112233;ext=5\r\nORG:Ro\\;ga;Sales\r\nADR:;;Street 1;Kyiv;;;UA\r\n"
        "PHOTO:data:image/png;base64,AAAA\r\n BBBB\r\nREV:20260301T100000Z\r\nEND:VCARD\r\n"
    )

    assert dict(card.cells) == {
        "VERSION": "4.0", "UID": "urn:uuid:17", "FN": "Olena Shevchuk, PhD", "TEL": "+380671112233", "ORG": "Ro;ga",
        "EMAIL": "o@example.com\no2@example.com", "CITY": "Kyiv", "REV": "20260301T100000Z",
    }  # fmt: skip


def test_reads_version_2_1_with_quoted_printable_in_its_charset() -> None:
    name = "Олена".encode("cp1251")
    octets = "".join(f"={octet:02X}" for octet in name)
    [card] = read(
        f"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:;{octets[:6]}=\n{octets[6:]}\n"
        "AGENT:\nBEGIN:VCARD\nFN:somebody else\nEND:VCARD\nTEL;CELL:0671112233\nEND:VCARD\n"
    )

    assert dict(card.cells) == {"VERSION": "2.1", "N": "Олена", "TEL": "0671112233"}


def test_a_card_without_end_or_too_large_is_a_fault_alone() -> None:
    good = "BEGIN:VCARD\nFN:a\nEND:VCARD\n"
    long = f"BEGIN:VCARD\nFN:{'x' * (3 * MAX_PROPERTY_CHARS)}\nEND:VCARD\n"
    many = "BEGIN:VCARD\n" + "EMAIL:a@b.c\n" * (MAX_PROPERTIES + 1) + "END:VCARD\n"
    found = read("BEGIN:VCARD\nFN:b\n" + good + long + good + many + good + "BEGIN:VCARD\n")

    assert [bool(one.fault) for one in found] == [True, False, True, False, True, False, True]
    assert found[1].line == 3


def test_a_large_picture_is_passed_over() -> None:
    [card] = read("BEGIN:VCARD\nPHOTO;ENCODING=b:AAAA\n" + " AAAA\n" * 50_000 + "FN:a\nEND:VCARD\n")

    assert card.cells == (("FN", "a"),)


_LINES = st.one_of(
    st.sampled_from(["BEGIN:VCARD", "END:VCARD", "AGENT:", "N:;;", "FN;ENCODING=QUOTED-PRINTABLE:=D0=", "ADR:;;;", ""]),
    st.text(max_size=20),
)


@given(st.lists(_LINES, max_size=20))
def test_nothing_is_raised_whatever_the_lines(lines: list[str]) -> None:
    found = list(vcard_records(lines))

    assert [one.line for one in found] == sorted({one.line for one in found})
