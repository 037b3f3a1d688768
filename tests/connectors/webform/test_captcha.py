"""A captcha's server on good and bad days: a post is never refused nor lost for it, and never waits long."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from connectors.webform import captcha
from connectors.webform.captcha_vendors import VENDORS
from connectors.webform.config import WebformConfig
from tests.connectors.webform.formsite import FormSite, form_site

SECRET = "a captcha's secret key"


class SiteVerify:
    """The vendors' `siteverify`: form fields in, JSON out. A right answer is good once."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[dict[str, str]] = []
        self.spent: set[str] = set()
        self.answer: web.Response | None = None
        self.is_hanging = False

    async def handle(self, request: web.Request) -> web.StreamResponse:
        fields = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(fields)
        if self.is_hanging:
            await asyncio.Event().wait()
        if self.answer is not None:
            return self.answer
        if fields["secret"] != SECRET:
            return web.json_response({"success": False, "error-codes": ["invalid-input-secret"]})
        if not fields["response"].startswith("right") or fields["response"] in self.spent:
            return web.json_response({"success": False, "error-codes": ["timeout-or-duplicate"]})
        self.spent.add(fields["response"])
        return web.json_response({"success": True, "challenge_ts": "2026-11-22T12:00:00Z", "hostname": "shop.example"})


async def elsewhere(_request: web.Request) -> web.Response:
    """Where a redirect leads: what stands there says nothing about a captcha."""
    return web.json_response({"success": True})


@pytest.fixture
async def vendor() -> AsyncIterator[SiteVerify]:
    stub = SiteVerify()
    app = web.Application()
    app.router.add_post("/siteverify", stub.handle)
    app.router.add_post("/elsewhere", elsewhere)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stub.url = "http://{}:{}/siteverify".format(*runner.addresses[0][:2])
    yield stub
    await runner.cleanup()


def settings(vendor: SiteVerify, kind: str = "turnstile", secret: str = SECRET) -> WebformConfig:
    return WebformConfig(
        captcha=kind,  # type: ignore[arg-type]
        captcha_site_key="1x00000000000000000000AA",
        captcha_secret=Secret(secret),
        captcha_url=vendor.url,
    )


async def doubts(site: FormSite, kind: str = "turnstile", answer: str = "right", message: str = "Привіт") -> set[str]:
    """The doubts of a post that come from its captcha."""
    before = set(site.stored)
    response = await site.post(data={"message": message, VENDORS[kind].field: answer})
    assert response.status == 202
    [delivery_id] = set(site.stored) - before
    hints = site.stored[delivery_id].envelope.extra["hints"].split(",")
    return {hint for hint in hints if "captcha" in hint}


@pytest.mark.parametrize("kind", sorted(VENDORS))
async def test_a_right_answer_leaves_no_doubt_and_a_wrong_or_missing_one_does(vendor: SiteVerify, kind: str) -> None:
    async with form_site(settings(vendor, kind)) as site:
        right = await doubts(site, kind, "right")
        wrong = await doubts(site, kind, "wrong", "два")
        missing = await doubts(site, kind, "", "три")
        huge = await doubts(site, kind, "x" * 9000, "чотири")
        seen = site.message if len(site.stored) == 1 else None

    assert (right, wrong, missing, huge) == (set(), {"captcha-failed"}, {"no-captcha"}, {"captcha-failed"})
    assert seen is None
    assert vendor.asked[0] == {"secret": SECRET, "response": "right", "remoteip": "203.0.113.9"}
    assert len(vendor.asked) == 2


async def test_the_answer_is_no_part_of_the_message(vendor: SiteVerify) -> None:
    async with form_site(settings(vendor)) as site:
        await doubts(site)
        assert site.message.extra == {}


async def test_a_post_that_is_sent_again_is_not_doubted_for_its_spent_answer(vendor: SiteVerify) -> None:
    async with form_site(settings(vendor)) as site:
        assert await doubts(site, message="раз") == set()
        assert await doubts(site, message="два") == set()
    assert len(vendor.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(status=503),
        lambda: web.Response(status=429, headers={"Retry-After": "60"}),
        lambda: web.Response(status=307, headers={"Location": "/elsewhere"}),
        lambda: web.Response(text="<html>maintenance</html>", content_type="text/html"),
        lambda: web.Response(text='{"success": tr', content_type="application/json"),
        lambda: web.Response(text='{"success": "' + "x" * 100_000, content_type="application/json"),
        lambda: web.json_response({"success": False, "error-codes": ["internal-error"]}),
        lambda: web.json_response({"success": False, "error-codes": ["invalid-input-secret"]}),
        lambda: web.json_response([1]),
    ],
    ids=range(9),
)
async def test_what_can_not_be_checked_is_taken_in_and_marked(vendor: SiteVerify, answer: object) -> None:
    vendor.answer = answer()  # type: ignore[operator]
    async with form_site(settings(vendor)) as site:
        found = await doubts(site)
        message = site.message

    assert found == {"captcha-unreachable"}
    assert any("captcha could not be checked" in warning for warning in message.warnings)


async def test_a_server_that_hangs_or_is_gone_costs_no_message(
    vendor: SiteVerify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captcha, "TIMEOUT_S", 0.05)
    vendor.is_hanging = True
    async with form_site(settings(vendor)) as site:
        hanging = await doubts(site)
    vendor.url = "http://127.0.0.1:1/siteverify"
    async with form_site(settings(vendor)) as site:
        gone = await doubts(site)

    assert hanging == gone == {"captcha-unreachable"}


async def test_the_probe_says_how_to_mend_a_wrong_secret(vendor: SiteVerify) -> None:
    async with form_site(settings(vendor)) as site:
        good = await site.check()
    async with form_site(settings(vendor, secret="another secret key")) as site:
        wrong = await site.check()
    vendor.answer = web.Response(status=500)
    async with form_site(settings(vendor)) as site:
        down = await site.check()

    assert (good.health, wrong.health, down.health) == (Health.OK, Health.AUTH_FAILED, Health.OK)
    assert "Turnstile refuses captcha_secret" in wrong.detail
    assert "Turnstile answers 500; posts are taken in" in down.detail
    assert "copy the secret key" in wrong.detail
    assert SECRET not in wrong.detail + down.detail


async def test_the_page_shows_the_captcha_and_its_policy_lets_only_that_in(vendor: SiteVerify) -> None:
    async with form_site(settings(vendor)) as site, site.session.get(site.url) as response:
        page = await response.text()
        policy = response.headers["Content-Security-Policy"]

    assert 'class="captcha cf-turnstile" data-sitekey="1x00000000000000000000AA"' in page
    assert "https://challenges.cloudflare.com/turnstile/v0/api.js" in page
    assert "frame-src https://challenges.cloudflare.com;" in policy
    assert "google" not in policy + page
    assert SECRET not in page
