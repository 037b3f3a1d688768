"""What charset undeclared bytes are in. Costs bounded time; nothing here raises.

Scripts of one byte a letter (Cyrillic, Greek, Hebrew, Arabic) are told by how usual their letters are, scripts of two
bytes by which rows of their tables are used, Latin ones by whether the accented letters belong to one language.
"""

import re
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from math import log
from typing import Final

#: Time grows with the sample; this many bytes decide.
SAMPLE_BYTES: Final = 8192

CYRILLIC: Final = ("cp1251", "koi8_u", "cp866", "iso8859_5", "mac_cyrillic")

_HIGH = re.compile(rb"[\x80-\xff]")
_RUN = re.compile(rb"[\x80-\xff]{2,}")
_BESIDE_LATIN = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])")
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\xfe]")

# Letters and how often they stand among 1000, from common knowledge of the languages; Russian and Ukrainian as one.
_CYRILLIC: Final = (
    "о105 е80 а82 и70 н67 т60 с52 р47 в46 л42 к36 м31 д31 п29 у28 я21 ы14 ь17 г16 з18 б16 ч13 й12 х10 ж8 ш7 ю7 ц5 щ4 "
    "э2 ф3 ъ1 ё4 і25 ї4 є4 ґ1"
)
_GREEK: Final = (
    "α100 ο90 ι75 ε75 τ80 σ48 ς35 ν65 η45 υ35 ρ42 κ41 π40 λ30 μ32 ω18 θ13 γ17 δ17 χ11 φ8 β6 ξ5 ζ4 ψ2 ά20 έ20 ή14 ί25 "
    "ό22 ύ11 ώ12 ϊ1"
)
_HEBREW: Final = (
    "י110 ה105 ו103 ל73 א63 ר56 ת52 ב49 ש46 מ46 ם30 נ32 ן13 ח23 ק21 ד26 ע33 פ17 צ12 ט12 כ26 ך8 ף2 ץ1 ג15 ז13 ס15"
)
_ARABIC: Final = (
    "ا125 ل115 ي70 م65 و60 ن63 ر50 ت48 ب45 ة30 ع38 د36 س29 ف30 ه30 ك24 ق25 أ22 ح23 ج15 ش11 ط12 ص12 خ10 إ10 ذ8 ض8 ز7 ء4 "
    "ى9 ث7 غ5 ئ4 آ2 ظ2 ؤ2"
)


def _logs(table: str) -> dict[str, float]:
    return {word[0]: log(int(word[1:]) / 1000) for word in table.split()}


_SCRIPTS: Final = tuple(
    (codec, _logs(table))
    for table, codecs in (
        (_CYRILLIC, CYRILLIC),
        (_GREEK, ("cp1253",)),
        (_HEBREW, ("cp1255",)),
        (_ARABIC, ("cp1256",)),
    )
    for codec in codecs
)
_RARE: Final = log(0.0002)
_MIXED_CASE: Final = 4.0
#: The mean of the right charset is near -3 in long texts and above this in words of a few letters.
_LEAST: Final = -4.1
_QUOTES: Final = frozenset("«»“”„‘’‚–—…№\xa0\xad")
_PUNCTUATION: Final = _QUOTES | frozenset("•·©®°§€¡¿ª")
#: Shares of accented letters that one language must explain.
_SURE: Final = 0.85
_LIKELY: Final = 0.6
_LATIN: Final = tuple(
    (codec, frozenset(letters))
    for codec, alphabets in (
        ("cp1252", "äöüß àâçéèêëîïôùûœ áéíóúñü ãõáéíóúâêôçà åäöæøé àèéìòù áðéíóúýþæö ëïéóèü"),
        ("cp1250", "ąćęłńóśźż áčďéěíňóřšťúůýž áéíóöőúüű čćđšž ăâîşţ áäčďéíĺľňóôŕšťúýž"),
        ("iso8859_2", "ąćęłńóśźż áčďéěíňóřšťúůýž áéíóöőúüű čćđšž ăâîşţ áäčďéíĺľňóôŕšťúýž"),
        ("cp1254", "çğıöşüâîû"),
    )
    for letters in alphabets.split()
)


def detect(sample: bytes) -> str:
    """The codec that the bytes are likeliest in; an empty string when ASCII or anybody's guess."""
    sample = sample[:SAMPLE_BYTES]
    high = len(_HIGH.findall(sample))
    if not high:
        return ""
    if _stands_together(sample):
        return _script(sample) or _double(sample, high)
    return _latin(sample, _SURE) or _double(sample, high) or _latin(sample, _LIKELY)


def is_cyrillic(sample: bytes) -> bool:
    """True where the bytes read like Russian or Ukrainian in one of the charsets for them."""
    sample = sample[:SAMPLE_BYTES]
    return _stands_together(sample) and _script(sample) in CYRILLIC


def _stands_together(sample: bytes) -> bool:
    """False for Latin scripts, whose accented letters stand between plain ones."""
    in_runs = sum(map(len, _RUN.findall(sample)))
    return bool(in_runs) and in_runs >= 4 * len(_BESIDE_LATIN.findall(sample))


def _script(sample: bytes) -> str:
    """The charset in which the bytes read like Russian, Ukrainian, Greek, Hebrew or Arabic; empty: there is none."""
    best, best_score = "", _LEAST
    for codec, usual in _SCRIPTS:
        score = _likeness(sample.decode(codec, "replace"), usual)
        if score > best_score:
            best, best_score = codec, score
    return best


def _likeness(text: str, usual: Mapping[str, float]) -> float:
    """The mean logarithm of how usual the letters are, less for capitals inside a word."""
    total, count = 0.0, 0
    for letter, times in Counter(text).items():
        if letter > "\x7f" and letter not in _QUOTES:
            total += times * usual.get(letter.lower(), _RARE)
            count += times
    if not count:
        return _RARE
    turns = sum(one.islower() and other.isupper() and other > "\x7f" for one, other in pairwise(text))
    return (total - _MIXED_CASE * turns) / count


def _double(sample: bytes, high: int) -> str:
    """The charset of two bytes a letter, if the pairs lie where its commonest letters are."""
    pairs = _PAIR.findall(sample)
    if sum((one[0] > 0x7F) + (one[1] > 0x7F) for one in pairs) < 0.95 * high or len(pairs) < 2:
        return ""
    count = len(pairs)
    kana_jis = sum(one[0] in b"\xa4\xa5" and one[1] > 0xA0 for one in pairs)
    kana_sjis = sum((one[0] == 0x82 and one[1] > 0x9E) or (one[0] == 0x83 and one[1] < 0x97) for one in pairs)
    hangul = sum(0xB0 <= one[0] <= 0xC8 and one[1] > 0xA0 for one in pairs)
    chinese = sum((0xB0 <= one[0] <= 0xD7 or one[0] in b"\xa1\xa3") and one[1] > 0xA0 for one in pairs)
    taiwanese = sum(0xA1 <= one[0] <= 0xC6 for one in pairs)
    below = sum(one[1] < 0x7F for one in pairs)
    for codec, is_likely in (
        ("cp932", kana_sjis >= 0.25 * count),
        ("euc_jp", kana_jis >= 0.25 * count),
        ("cp949", hangul >= 0.9 * count and count >= 6 and b" " in sample),
        ("gb18030", chinese >= 0.95 * count),
        ("big5hkscs", taiwanese >= 0.95 * count and below >= 0.15 * count),
    ):
        if is_likely and _decodes(sample, codec):
            return codec
    return ""


def _decodes(sample: bytes, codec: str) -> bool:
    """True where no letter, or only the last one that the sample cuts, is damaged."""
    try:
        sample.decode(codec)
    except UnicodeDecodeError as exc:
        return exc.start >= SAMPLE_BYTES - 4
    return True


def _latin(sample: bytes, least_share: float) -> str:
    """The Latin charset in which the accented letters belong to one language; windows-1252 before others."""
    best, best_share = "", least_share
    texts: dict[str, Counter[str]] = {}
    for codec, letters in _LATIN:
        if codec not in texts:
            texts[codec] = Counter(sample.decode(codec, "replace"))
        found = {letter: n for letter, n in texts[codec].items() if letter > "\x7f" and letter not in _PUNCTUATION}
        share = sum(n for letter, n in found.items() if letter.lower() in letters) / max(1, sum(found.values()))
        if share > best_share:
            best, best_share = codec, share
    return best
