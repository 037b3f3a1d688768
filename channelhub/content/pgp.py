"""OpenPGP inside the text of a mail (RFC 9580 §7): recognised, and its armour taken off. Nothing here raises."""

import re
from typing import Final

_SIGNED: Final = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE: Final = "-----BEGIN PGP SIGNATURE-----"
_SIGNATURE_END: Final = "-----END PGP SIGNATURE-----"
_ENCRYPTED = re.compile(r"(?m)^-----BEGIN PGP MESSAGE-----[ \t]*$")


def is_encrypted(text: str) -> bool:
    """True where a line begins an encrypted message. A quoted one does not count."""
    return "-----BEGIN PGP MESSAGE-----" in text and _ENCRYPTED.search(text) is not None


def cleartext(text: str) -> str | None:
    """The text without armour lines, signatures and dash-escapes; None where no part of it is signed."""
    if _SIGNED not in text:
        return None
    out: list[str] = []
    state = "outside"
    is_signed = False
    for line in text.split("\n"):
        bare = line.rstrip()
        if bare == _SIGNED:
            state, is_signed = "headers", True
        elif state == "headers":
            state = "headers" if bare else "inside"
        elif state == "inside" and bare == _SIGNATURE:
            state = "signature"
        elif state == "signature":
            state = "outside" if bare == _SIGNATURE_END else state
        else:
            out.append(line.removeprefix("- ") if state == "inside" else line)
    return "\n".join(out).strip("\n") if is_signed else None
