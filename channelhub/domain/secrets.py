"""A value that must not be printed."""

import hmac


class Secret:
    """A token, password or key. `str`, `repr` and formats print `***`; only `reveal` gives the text.

    Empty means that none is configured: `if secret:` asks for that. Comparing takes the same time wherever
    the two differ.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself: call it where it leaves for the channel, and keep no copy."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_bytes(self), _bytes(other))

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __repr__(self) -> str:
        return "***" if self._text else "(none)"

    __str__ = __repr__


def _bytes(secret: Secret) -> bytes:
    return secret.reveal().encode(errors="surrogatepass")
