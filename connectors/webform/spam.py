"""How surely a machine wrote a post, and why: pure. Nothing is refused for it.

From 0.9 on the hub keeps and shows the message but opens no incident for it, and it has no vote on outages.
"""

import re
from collections.abc import Mapping
from typing import Final, Literal

from connectors.webform.form import Form

Doubt = Literal[
    "honeypot",
    "too-fast",
    "foreign-origin",
    "no-origin",
    "no-time-token",
    "reused-page",
    "no-proof",
    "no-captcha",
    "captcha-failed",
    "captcha-unreachable",
    "many-links",
    "link-in-name",
    "markup",
    "spam-words",
]

#: How much each says by itself; together they are combined as independent doubts.
DOUBTS: Final[Mapping[str, float]] = {
    "honeypot": 0.95,
    "too-fast": 0.5,
    "foreign-origin": 0.3,
    "no-origin": 0.15,
    "no-time-token": 0.1,
    "reused-page": 0.5,
    "no-proof": 0.3,
    "no-captcha": 0.6,
    "captcha-failed": 0.9,
    "captcha-unreachable": 0.0,
    "many-links": 0.4,
    "link-in-name": 0.8,
    "markup": 0.6,
    "spam-words": 0.6,
}
#: The same for people, as it stands beside the message.
EXPLAINED: Final[Mapping[str, str]] = {
    "honeypot": "the field that people don't see was filled in",
    "too-fast": "sent sooner after the page was drawn than a person types",
    "foreign-origin": "sent from a site that isn't one of the form's",
    "no-origin": "no Origin was named, as browsers do",
    "no-time-token": "not sent from a page that we drew within the last day",
    "reused-page": "one drawing of the page was sent many times",
    "no-proof": "without the proof of work that the page's script does",
    "no-captcha": "the captcha was not answered",
    "captcha-failed": "the captcha's answer was wrong",
    "captcha-unreachable": "the captcha could not be checked",
    "many-links": "many links",
    "link-in-name": "a link where a name or a subject belongs",
    "markup": "links written as forum or web markup",
    "spam-words": "words of the account's spam_words",
}
TOLD_SCORE: Final = 0.5  # from here on the reasons stand beside the message
_MANY_LINKS: Final = 5
_MOST_READ_CHARS: Final = 100_000
_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_MARKUP = re.compile(r"\[(?:url|link)[=\]]|<a\s[^>]{0,200}href", re.IGNORECASE)


def written_weights(weights: Mapping[Doubt, float]) -> str:
    """The account's own weights as they are stored with a post, so that a replay judges as the first reading did."""
    return ",".join(f"{doubt}={weight:g}" for doubt, weight in weights.items())


def content_doubts(form: Form, words: tuple[str, ...]) -> list[Doubt]:
    """What is only seen while receiving, because it takes the account's settings."""
    if not words:
        return []
    text = "\n".join(value for _, value in form.fields)[:_MOST_READ_CHARS].casefold()
    return ["spam-words"] if any(word.casefold() in text for word in words) else []


def judge(form: Form, text: str, extra: Mapping[str, str]) -> tuple[float, tuple[str, ...]]:
    """The score, 0 to 1, and the reasons: `extra["hints"]` of the receiver, and what the post says by itself."""
    weights = {**DOUBTS, **_read_weights(extra.get("weights", ""))}
    reasons = ["honeypot"] if form.first("website") else []
    reasons += [doubt for doubt in extra.get("hints", "").split(",") if doubt in DOUBTS]
    reasons += _written(form, text)
    belief = 1.0
    for reason in dict.fromkeys(reasons):
        belief *= 1 - weights[reason]
    return round(1 - belief, 4), tuple(dict.fromkeys(reasons))


def _read_weights(text: str) -> dict[str, float]:
    pairs = (piece.partition("=") for piece in text.split(","))
    return {doubt: _weight(weight) for doubt, _, weight in pairs if doubt in DOUBTS}


def _written(form: Form, text: str) -> list[str]:
    read = text[:_MOST_READ_CHARS]
    found = []
    if sum(1 for _ in _LINK.finditer(read)) >= _MANY_LINKS:
        found.append("many-links")
    if any(_LINK.search(form.first(name)[:1000]) for name in ("name", "subject", "phone")):
        found.append("link-in-name")
    if _MARKUP.search(read):
        found.append("markup")
    return found


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
