"""What of a post is checked before it is stored, and the id it is stored under: pure."""

import hashlib
import re
from collections.abc import Iterator

from connectors.webform.form import Form, FormError

_DRAWING = "t"  # the page's time token

#: Fields that a page adds for its own use. They are no part of the message.
PAGE_FIELDS = frozenset({_DRAWING, "_charset_", "website", "identity_token", "submission_id"})

_SUBMISSION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}\Z")


def check(form: Form, *, max_files: int, max_field_chars: int) -> None:
    """Raises `FormError` 422 that names every faulty field, or 413 for too many files."""
    if len(form.files) > max_files:
        raise FormError(413, f"More than {max_files} files.", {"files": f"at most {max_files}"})
    errors: dict[str, str] = {}
    if not form.first("message"):
        errors["message"] = "required"
    for name, value in form.fields:
        if len(value) > max_field_chars:
            errors[name] = f"longer than {max_field_chars} characters"
    submission = form.first("submission_id")
    if submission and (not _SUBMISSION_ID.match(submission) or submission.startswith("sha256:")):
        errors["submission_id"] = "must be 1 to 128 of A-Z a-z 0-9 _ . : - (such as a UUID)"
    if errors:
        raise FormError(422, "; ".join(f"{name}: {why}" for name, why in errors.items()), errors)


def delivery_id(form: Form, *, customer_id: str, network: str) -> str:
    """The submission id the page gave, else `sha256:` over what was written.

    The page's time token counts too, believed or not: the same words from two drawings of a page are two messages,
    and a page sent twice is one, across a restart as well. A site that posts neither a submission id nor a token says
    by that that equal words from one network (and one signed-in customer) are one message, however long apart. No
    clock is read.
    """
    submission = form.first("submission_id")
    if submission:
        return submission
    digest = hashlib.sha256()
    for piece in _pieces(form, customer_id, network):
        digest.update(len(piece).to_bytes(8, "big"))
        digest.update(piece)
    return f"sha256:{digest.hexdigest()}"


def _pieces(form: Form, customer_id: str, network: str) -> Iterator[bytes]:
    yield from (customer_id.encode(), network.encode(), form.first(_DRAWING).encode())
    for name, value in form.fields:
        if name.lower() not in PAGE_FIELDS and value.strip():
            yield name.lower().encode()
            yield value.strip().replace("\r\n", "\n").encode()
    for file in form.files:
        yield b"file"
        yield file.filename.encode()
        yield hashlib.sha256(file.content).digest()
