"""What outage detection and the search for similar messages know of a text: small, and stored with its version."""

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from channelhub.content.concepts import FUNCTION_WORDS, NEGATIONS, PLEASANTRIES
from channelhub.content.language import guess, of_word, other_reading
from channelhub.content.lexicon import CONCEPT_MARK, concept, is_problem, is_working
from channelhub.content.stems import stem

#: Grows with every change of what `features` returns for some text; stored features of another version are remade.
FEATURES_VERSION: Final = 2
MAX_TERMS: Final = 30
_SCANNED_CHARS: Final = 4000
_NOISE: Final = re.compile(r"https?://\S+|www\.\S+|[^\s@]{1,64}@\S+|(?<!\w)@\w+|<[^<>\s]{1,80}>")
_TOKEN: Final = re.compile(r"[^\W_]+(?:['’ʼ-][^\W\d_]+)*")
_APOSTROPHE: Final = str.maketrans("’ʼ", "''")
_NEGATION_REACH: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """`terms` are distinct stems in order of appearance, then concept ids marked with `#`.

    `problem` is 0 (nothing is reported broken), 0.5 (weakly) or 1. `words` is the length of the text in words, before
    anything is dropped. `template` is the same for texts that differ in digits, order and repetition only; it is empty
    where the text has fewer than six stems, because short texts agree by chance.
    """

    version: int = FEATURES_VERSION
    terms: tuple[str, ...] = ()
    language: str = ""
    words: int = 0
    problem: float = 0.0
    template: str = ""


def features(*, subject: str, text: str, language: str = "") -> Features:
    """The features of a message. `text` is its own words, without quotes and signature; `language` is as stated."""
    whole = f"{subject} \n {text}" if subject else text
    tokens = _TOKEN.findall(_NOISE.sub(" ", whole[:_SCANNED_CHARS]).lower().translate(_APOSTROPHE))
    found = guess(whole, language)
    stems: dict[str, None] = {}
    concepts: dict[str, None] = {}
    problem, since_negation = 0.0, len(tokens) + 1
    for token in tokens:
        since_negation += 1
        if token in NEGATIONS:
            since_negation = 0
            continue
        if len(stems) >= MAX_TERMS:
            continue
        root, spoken = _root(token, found)
        if not root:
            continue
        stems[root] = None
        name, is_broken = _meaning(token, root, spoken, is_negated=since_negation <= _NEGATION_REACH)
        if name:
            concepts[name] = None
        if is_broken:
            problem = 1.0
    if problem == 0.0 and since_negation <= len(tokens):
        problem = 0.5  # a negation somewhere
    return Features(
        terms=(*stems, *concepts),
        language=found,
        words=len(tokens),
        problem=problem,
        template=_template(stems),
    )


def is_concept(term: str) -> bool:
    """The term is a concept id, not a stem."""
    return term.startswith(CONCEPT_MARK)


@lru_cache(maxsize=65536)
def _root(token: str, language: str) -> tuple[str, str]:
    """The word's stem and the language it is read in; no stem where it says nothing of the matter."""
    if token in FUNCTION_WORDS or token in PLEASANTRIES or _is_number(token):
        return "", ""
    spoken = of_word(token, language)
    root = stem(token, spoken)
    return (root, spoken) if len(root) >= 2 else ("", "")


@lru_cache(maxsize=65536)
def _meaning(token: str, root: str, spoken: str, *, is_negated: bool) -> tuple[str, bool]:
    """The word's concept, and whether it reports something broken, in its own language or else in the other one."""
    name = concept(root, spoken)
    is_broken = is_problem(root, spoken) or (is_negated and is_working(root, spoken))
    if (name and is_broken) or not (other := other_reading(token, spoken)):
        return name, is_broken
    root = stem(token, other)
    is_broken = is_broken or is_problem(root, other) or (is_negated and is_working(root, other))
    return name or concept(root, other), is_broken


def _is_number(token: str) -> bool:
    """Order numbers, amounts, dates and codes: a token with a digit names one customer's case."""
    return any(character.isdigit() for character in token)


def _template(stems: dict[str, None]) -> str:
    if len(stems) < 6:
        return ""
    return blake2b(" ".join(sorted(stems)).encode(), digest_size=8).hexdigest()
