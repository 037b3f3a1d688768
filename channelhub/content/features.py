"""What outage detection and the search for similar messages know of a text: small, and stored with its version."""

import re
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final

from channelhub.content.everyday import NEGATIONS
from channelhub.content.language import guess, language_tag
from channelhub.content.lexicon import CONCEPT_MARK, NO_PHRASES, concepts_of, is_problem_anywhere
from channelhub.content.meaning import meaning
from channelhub.content.nameless import is_nameless
from channelhub.content.romanized import in_cyrillic, language_of

#: Grows with every change of what `features` returns for some text; stored features of another version are remade.
FEATURES_VERSION: Final = 4
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
    anything is dropped. Russian and Ukrainian in Latin letters have the terms and the language that they have in
    Cyrillic. `template` is the same for texts that differ in digits, order and repetition only; it is empty
    where the text has fewer than six stems, because short texts agree by chance. `is_nameless`: it reports something
    and has no word that may name it (`content.nameless`).
    """

    version: int = FEATURES_VERSION
    terms: tuple[str, ...] = ()
    language: str = ""
    words: int = 0
    problem: float = 0.0
    template: str = ""
    is_nameless: bool = False


def features(*, subject: str, text: str, language: str = "") -> Features:
    """The features of a message. `text` is its own words, without quotes and signature; `language` is as stated."""
    whole = f"{subject} \n {text}" if subject else text
    tokens = _TOKEN.findall(_NOISE.sub(" ", whole[:_SCANNED_CHARS]).lower().translate(_APOSTROPHE))
    found = guess(whole, language)
    if found == "en" and (spoken := language_of(tokens, language_tag(language))):
        found, tokens = spoken, [in_cyrillic(token, spoken) for token in tokens]
    stems: dict[str, None] = {}
    concepts: dict[str, None] = {}
    matters: list[str] = []
    problem, since_negation, opened = 0.0, len(tokens) + 1, NO_PHRASES
    for token in tokens:
        since_negation += 1
        if opened and token in opened:
            concepts[opened[token]] = None
        opened = NO_PHRASES
        if token in NEGATIONS:
            since_negation = 0
            continue
        meant = meaning(token, found) if len(stems) < MAX_TERMS else None
        if meant is None:
            continue
        stems[meant.stem] = None
        for name in meant.concepts:
            concepts[name] = None
        if not (meant.is_broken or meant.is_working):
            matters.append(token)
        if meant.is_broken or (meant.is_working and since_negation <= _NEGATION_REACH):
            problem = 1.0
        opened = meant.phrases
    if problem == 0.0 and since_negation <= len(tokens):
        problem = 0.5  # a negation somewhere
    return Features(
        terms=(*stems, *concepts),
        language=found,
        words=len(tokens),
        problem=problem,
        template=_template(stems),
        is_nameless=is_nameless(text, tokens, matters, problem),
    )


def renewed(stored: Features) -> Features:
    """Stored features with the concepts and the wording that their stems have today; those of today as they are.

    What only the text tells (phrases, compounds, Latin letters) comes when the message is replayed.
    """
    if stored.version == FEATURES_VERSION:
        return stored
    stems = [term for term in stored.terms if not is_concept(term)]
    concepts = dict.fromkeys(name for stem in stems for name in sorted(concepts_of(stem)))
    is_broken = any(is_problem_anywhere(stem) for stem in stems)
    return replace(stored, terms=(*stems, *concepts), problem=1.0 if is_broken else stored.problem)


def is_concept(term: str) -> bool:
    """The term is a concept id, not a stem."""
    return term.startswith(CONCEPT_MARK)


def _template(stems: dict[str, None]) -> str:
    if len(stems) < 6:
        return ""
    return blake2b(" ".join(sorted(stems)).encode(), digest_size=8).hexdigest()
