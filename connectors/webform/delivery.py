"""What of a post is checked before it is stored, and the id it is stored under: pure."""

import hashlib
import re
from collections.abc import Iterator

from connectors.webform.definition import PAGE_FIELDS, STANDARD, FormConfig
from connectors.webform.fields import Fault, check_fields
from connectors.webform.form import Form, FormError
from connectors.webform.texts import fault_words

_DRAWING = "t"  # the page's time token

_SUBMISSION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}\Z")


class FieldsRefused(FormError):
    """A post whose fields don't fit the form; `faults` are those of its defined fields."""

    def __init__(self, errors: dict[str, str], faults: dict[str, Fault]) -> None:
        super().__init__(422, "; ".join(f"{name}: {why}" for name, why in errors.items()), errors)
        self.faults = faults


def check(form: Form, definition: FormConfig, *, max_files: int, max_field_chars: int, language: str = "en") -> None:
    """Raises `FieldsRefused` that names every faulty field in words of `language`, or `FormError` 413 (too many files).

    The standard form takes whatever is typed as an address: it is kept as it is, and not believed.
    """
    if len(form.files) > max_files:
        raise FormError(413, f"More than {max_files} files.", {"files": f"at most {max_files}"})
    if definition is STANDARD:
        faults = {} if form.first("message") else {"message": Fault("required")}
    else:
        faults = check_fields(definition, form, max_field_chars=max_field_chars)
    for name, value in form.fields:
        if len(value) > max_field_chars:
            faults.setdefault(name, Fault("too_long", str(max_field_chars)))
    errors = {name: fault_words(fault.code, fault.detail, language) for name, fault in faults.items()}
    submission = form.first("submission_id")
    if submission and (not _SUBMISSION_ID.match(submission) or submission.startswith("sha256:")):
        errors["submission_id"] = "must be 1 to 128 of A-Z a-z 0-9 _ . : - (such as a UUID)"
    if errors:
        raise FieldsRefused(errors, faults)


def delivery_id(form: Form, *, customer_id: str, network: str, form_name: str = "") -> str:
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
    for piece in _pieces(form, customer_id, network, form_name):
        digest.update(len(piece).to_bytes(8, "big"))
        digest.update(piece)
    return f"sha256:{digest.hexdigest()}"


def _pieces(form: Form, customer_id: str, network: str, form_name: str) -> Iterator[bytes]:
    if form_name:
        yield b"form"
        yield form_name.encode()
    yield from (customer_id.encode(), network.encode(), form.first(_DRAWING).encode())
    for name, value in form.fields:
        if name.lower() not in PAGE_FIELDS and value.strip():
            yield name.lower().encode()
            yield value.strip().replace("\r\n", "\n").encode()
    for file in form.files:
        yield b"file"
        yield file.filename.encode()
        yield hashlib.sha256(file.content).digest()
