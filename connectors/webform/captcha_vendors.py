"""The captchas that pages can show: what stands in a page for each, and where its answers are checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """One captcha: how people call it, its form field and CSS class, script, check, and what a policy has to allow."""

    title: str
    field: str
    css_class: str
    script: str
    verify: str
    sources: str


VENDORS: Final[Mapping[str, Vendor]] = {
    "hcaptcha": Vendor(
        title="hCaptcha",
        field="h-captcha-response",
        css_class="h-captcha",
        script="https://js.hcaptcha.com/1/api.js",
        verify="https://api.hcaptcha.com/siteverify",
        sources="https://hcaptcha.com https://*.hcaptcha.com",
    ),
    "turnstile": Vendor(
        title="Turnstile",
        field="cf-turnstile-response",
        css_class="cf-turnstile",
        script="https://challenges.cloudflare.com/turnstile/v0/api.js",
        verify="https://challenges.cloudflare.com/turnstile/v0/siteverify",
        sources="https://challenges.cloudflare.com",
    ),
    "recaptcha": Vendor(
        title="reCAPTCHA",
        field="g-recaptcha-response",
        css_class="g-recaptcha",
        script="https://www.google.com/recaptcha/api.js",
        verify="https://www.google.com/recaptcha/api/siteverify",
        sources="https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/",
    ),
}
