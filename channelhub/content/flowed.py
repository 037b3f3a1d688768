"""Text of `format=flowed` with its paragraphs joined again (RFC 3676). Nothing here raises."""

from collections.abc import Mapping


def is_flowed(parameters: Mapping[str, str]) -> bool:
    """True where the parameters of a text/plain part declare it."""
    return parameters.get("format", "").strip().lower() == "flowed"


def joined(text: str, *, drops_space: bool = False) -> str:
    """The text with soft line breaks undone, quote marks kept. `drops_space` is `DelSp=yes`: the space before a soft
    break is no part of the words. Signature separators stay lines of their own (§4.3).
    """
    out: list[str] = []
    paragraph: list[str] = []
    open_depth = -1  # quote depth of the paragraph that goes on; -1: none does
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        words = bare.removeprefix(" ")  # space-stuffing, §4.4
        is_separator = words == "-- "
        if paragraph and (depth != open_depth or is_separator):
            out.append("".join(paragraph))
            paragraph = []
        if not paragraph:
            paragraph.append(">" * depth + " " if depth and words else ">" * depth)
        if words.endswith(" ") and not is_separator:
            paragraph.append(words[:-1] if drops_space else words)
            open_depth = depth
            continue
        paragraph.append(words)
        out.append("".join(paragraph))
        paragraph = []
    if paragraph:
        out.append("".join(paragraph))
    return "\n".join(out)
