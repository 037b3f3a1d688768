"""Which codec a charset label means, as browsers and mailers write it.

The table is that of https://encoding.spec.whatwg.org/#names-and-labels as far as Python's own aliases don't have it:
latin-1 means windows-1252, gb2312 means gb18030, shift_jis means windows-31j, and so on. Then come code page numbers
and the ways in which mailers misspell all of these.
"""

import codecs
import re
import string
from typing import Final

_SAME: Final = {
    "cp1252": "ascii us-ascii ansi-x3.4-1968 iso-8859-1 iso8859-1 latin1 latin-1 l1 ansi cp819 ibm819 28591",
    "cp1254": "iso-8859-9 latin5 l5 28599",
    "cp874": "iso-8859-11 tis-620 tis620 windows-874",
    "iso8859-2": "28592",
    "iso8859-5": "28595",
    "iso8859-6": "csiso88596e csiso88596i",
    "iso8859-7": "sun-eu-greek 28597",
    "iso8859-8": "csiso88598e csiso88598i logical visual 28598",
    "iso8859-15": "csisolatin9 l9 28605",
    "gb18030": "gb2312 gb-2312 gb-2312-80 csgb2312 gbk x-gbk cp936 chinese",
    "big5hkscs": "big5 cn-big5 x-x-big5 big5-hkscs",
    "euc_jp": "cseucpkdfmtjapanese x-euc-jp",
    "cp932": "shift-jis sjis x-sjis windows-31j ms-kanji ms932",
    "iso2022_jp_ext": "iso-2022-jp csiso2022jp cp50220 cp50221 cp50222 50220 50221 50222",
    "cp949": "euc-kr cseuckr korean iso-ir-149 ksc5601 ksc-5601 ks-c-5601 ks-c-5601-1987 ks-c-5601-1989 csksc56011987",
    "koi8_r": "koi8-r koi8 koi koi-8 koi-8-r koi8r cskoi8r 20866 cp20866",
    "koi8_u": "koi8-u koi8-ru koi8u koi-8-u 21866 cp21866",
    "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian 10007",
    "mac_roman": "macintosh mac csmacintosh x-mac-roman 10000",
    "utf_7": "utf-7 unicode-1-1-utf-7 65000",
    "utf_8": "utf-8 utf8 utf-8-sig utf8mb4 csutf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 65001",
    "utf_16_le": "utf-16 utf-16le unicode csunicode iso-10646-ucs-2 ucs-2 unicodefeff 1200",
    "utf_16_be": "utf-16be unicodefffe 1201",
    "": "x-unknown unknown-8bit unknown 8bit 7bit binary default none x-user-defined",
}
_LABELS: Final = {label: codec for codec, labels in _SAME.items() for label in labels.split()}
#: Codecs of the standard library that are no charsets (base64, rot13, …) or are far too slow on hostile input.
_REFUSED: Final = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_BEFORE: Final = string.whitespace + "=\"'"
_BEHIND: Final = string.whitespace + "\"';,\\?"
_BLANK = re.compile(r"[\s_]+")
_ISO = re.compile(r"(?:x-)?(?:iso-?)?8859-?(\d{1,2})(?:-[ei]|:\d{4})?")
_CODE_PAGE = re.compile(r"(?:x-)?(?:cp|windows|win|ibm|ms|dos)?-?(\d{3,5})")


def codec_of(label: str) -> str:
    """The Python codec for a label; an empty string when there is none."""
    bare = label.lower()[:64].removeprefix("charset").lstrip(_BEFORE).rstrip(_BEHIND)
    name = _BLANK.sub("-", bare).strip("-")
    if name in _LABELS:
        return _LABELS[name]
    iso = _ISO.fullmatch(name)
    page = _CODE_PAGE.fullmatch(name)
    for candidate in (f"iso-8859-{iso.group(1)}" if iso else "", name, f"cp{page.group(1)}" if page else ""):
        codec = _LABELS[candidate] if candidate in _LABELS else _known(candidate)
        if codec:
            return codec
    return ""


def _known(name: str) -> str:
    """Python's name of a text codec, again through the table."""
    if not name:
        return ""
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return ""
    if not info._is_text_encoding or info.name.replace("-", "_") in _REFUSED:  # noqa: SLF001 - no public way
        return ""
    dashed = info.name.replace("_", "-").replace("iso8859-", "iso-8859-")
    return _LABELS.get(dashed, info.name)
