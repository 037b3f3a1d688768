"""A browser that tells of everything that hostile content could have done in it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, Error, Page, Request, Route, async_playwright

from tests.e2e.test_agent_page import ARGUMENTS, CHROMIUM
from tests.hostile.payloads import FOREIGN

#: Every element of the page that our own templates never have, and text that turns what stands beside it.
FINDS_WHAT_IS_NOT_OURS = r"""
() => {
  const found = [];
  const odd = (element) => {
    if (element.hasAttribute("pwn")) return true;
    const tag = element.localName;
    if (/^(style|object|embed|applet|base|math|marquee|video|audio|frame|frameset|xmp)$/.test(tag)) return true;
    if (/^(foreignobject|animate|set|image|use)$/i.test(tag)) return true;
    if (tag === "script" && !String(element.src).startsWith(location.origin + "/static/")) return true;
    if (tag === "iframe") return !element.hasAttribute("sandbox") || element.sandbox.contains("allow-scripts");
    if (tag === "meta" && /url/i.test(element.content)) return true;
    return [...element.attributes].some(({ name, value }) => {
      if (/^on|^style$|^srcdoc$|^srcset$/.test(name)) return true;
      if (!/^(href|src|action|formaction|poster|data|xlink:href)$/.test(name)) return false;
      try { return new URL(value, document.baseURI).origin !== location.origin; } catch { return true; }
    });
  };
  const tell = (what, element) => found.length < 5 && found.push(what + element.outerHTML.slice(0, 200));
  for (const element of document.querySelectorAll("*")) if (odd(element)) tell("", element);
  const turning = /[\u202a-\u202e\u2066-\u2069]/;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (turning.test(text.data)) tell("turned: ", text.parentElement);
  }
  return found;
}
"""
EMPTY = "http://empty.invalid"  # a page with nothing in it, and without any policy
LISTENS = """
document.addEventListener("securitypolicyviolation", (event) => refused(event.violatedDirective + event.blockedURI));
"""


@dataclass
class Watched:
    """What happened in a browser's context, and its pages. `ran` has what called the canary."""

    context: BrowserContext
    own: str  # the origin of our own pages
    ran: set[int] = field(default_factory=set)
    dialogs: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)  # by the pages' own policy
    left: list[str] = field(default_factory=list)  # other pages than those that were asked for
    opened: str = ""

    def acted(self) -> dict[str, object]:
        """Everything that should not have happened; nothing where all is well."""
        told = vars(self)
        return {name: told[name] for name in ("ran", "dialogs", "foreign", "refusals", "left") if told[name]}

    async def watch(self) -> Page:
        """A page that is looked at from now on."""
        page = await self.context.new_page()

        async def dismiss(dialog: Any) -> None:
            self.dialogs.append(dialog.message)
            await dialog.dismiss()

        page.on("dialog", dismiss)
        page.on("popup", lambda popup: self.left.append(popup.url))
        page.on("download", lambda download: self.left.append(download.url))
        page.on(
            "framenavigated",
            lambda frame: frame == page.main_frame and not self._is_asked(frame.url) and self.left.append(frame.url),
        )
        return page

    async def open(self, page: Page, path: str) -> list[str]:
        """What of a page of ours is not ours."""
        self.opened = self.own + path
        await page.goto(self.opened, wait_until="load")
        try:
            return list(await page.evaluate(FINDS_WHAT_IS_NOT_OURS))
        except Error as exc:  # the page was left while it was looked at
            return [str(exc)]

    def _is_asked(self, url: str) -> bool:
        return url in (self.opened, "about:blank") or not self.opened

    def ask(self, request: Request) -> None:
        if not request.url.startswith((self.own, "data:", "about:", "blob:")):
            self.foreign.append(request.url)


@asynccontextmanager
async def watched(own: str, **options: Any) -> AsyncIterator[Watched]:
    """A browser that reaches our own pages only."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = await browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 860}, **options)
        one = Watched(context=context, own=own)
        await context.expose_binding("ran", lambda _source, number: one.ran.add(number))
        await context.expose_binding("refused", lambda _source, what: one.refusals.append(what))
        await context.add_init_script(LISTENS)
        context.on("request", one.ask)

        async def refuse(route: Route) -> None:
            await route.abort()

        await context.route(re.compile(rf"^\w+://{re.escape(FOREIGN)}"), refuse)
        await context.route(
            f"{EMPTY}/**", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html")
        )
        yield one
        await browser.close()
