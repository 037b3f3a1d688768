"""The security headers of every answer (OWASP ASVS 5.0, chapter 3.4)."""

from collections.abc import MutableMapping, Sequence

API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
#: Our own pages: style, script, images, frames and live stream from this server only; nothing inline.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
#: Of a card that other sites may show: it has no forms.
_FRAMED = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'"
#: What customers sent: shown by no browser as anything but a file.
ATTACHMENT_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"

_ALWAYS = {
    "Content-Security-Policy": API_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


def framed_policy(ancestors: Sequence[str]) -> str:
    """The policy of a page that these sites may show in a frame; none of them: nobody may."""
    allowed = " ".join(ancestors) or "'none'"
    return f"{_FRAMED}; frame-ancestors {allowed}"


def secure(headers: MutableMapping[str, str], *, is_embeddable: bool = False) -> None:
    """Add each header that the answer doesn't set itself. `is_embeddable`: other sites may load it."""
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    if not is_embeddable:
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
