"""argon2id hashes of passwords (RFC 9106). Loaded by name where somebody may sign in, not by whoever reads mail."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


def matches(hashed: str, password: str) -> bool:
    """Whether the password is the one that was hashed; false for what is no hash. Takes a core for some 50 ms."""
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
