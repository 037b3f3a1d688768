"""The question after a solved problem: its link and its words. It is put once to a customer about a subject."""

from channelhub.domain.ratings import Asked
from channelhub.pipeline.rulebook import Rulebook, Wording
from channelhub.rules import ratings


def link(book: Rulebook, asked: Asked) -> str:
    """Where the asked identity, and nobody else, can answer. The same question gives the same link."""
    return f"{book.public_url}/rate/{ratings.write(asked, secret=book.secret)}"


def question(book: Rulebook, asked: Asked, *, language: str) -> Wording:
    """Subject and text that ask for a rating, with the link in them."""
    return book.rating_question(language, link(book, asked))
