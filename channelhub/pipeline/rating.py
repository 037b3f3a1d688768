"""The link of the question how we did. Who asks, asks a customer once about a subject."""

from channelhub.domain.ratings import Asked
from channelhub.pipeline.rulebook import Rulebook
from channelhub.rules import ratings


def link(book: Rulebook, asked: Asked) -> str:
    """Where the asked identity, and nobody else, can answer. The same question gives the same link."""
    return f"{book.public_url}/rate/{ratings.write(asked, secret=book.secret)}"
