"""Who is let in: pages of the account's sites only, each as the visitor that its tokens name."""

import asyncio

from aiohttp import web

from channelhub.sdk.contract import Context
from channelhub.sdk.hooks import Refused
from channelhub.sdk.origins import Buckets, network_of, site_of
from connectors.webchat.config import WebchatConfig
from connectors.webchat.frames import Hello
from connectors.webchat.rooms import Tab
from connectors.webchat.visitors import Visitor, recognise

OPENINGS_PER_MINUTE = 120  # by one network


class Door:
    """Looks at a request before anything of it is done."""

    def __init__(self, config: WebchatConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._openings = Buckets(OPENINGS_PER_MINUTE)
        self._sites = frozenset(filter(None, map(site_of, (*config.allowed_origins, context.public_url))))

    def site(self, request: web.Request) -> str:
        """The site whose page asks. Raises Refused (403) for one that isn't listed, and for none."""
        site = site_of(request.headers.get("Origin", ""))
        if not site or not (site in self._sites or "*" in self._config.allowed_origins):
            raise Refused(403, "The pages of this site may not open the chat: see allowed_origins.")
        return site

    def cors(self, request: web.Request) -> dict[str, str]:
        """Leave for the scripts of listed sites to read an answer (WHATWG Fetch, CORS protocol); others get none."""
        headers = {"Vary": "Origin"}
        try:
            headers["Access-Control-Allow-Origin"] = self.site(request)
        except Refused:
            return headers
        headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
        headers["Access-Control-Expose-Headers"] = "Retry-After"
        headers["Access-Control-Max-Age"] = "600"
        return headers

    def knock(self, request: web.Request) -> None:
        """Before anything is held for a new page. Raises Refused (429) where its network opens too many."""
        network = network_of(self._context.peer_address(request))
        if wait_s := self._openings.wait_s(network, self._context.now().timestamp()):
            raise Refused(429, "Your network opens the chat too often.", retry_after_s=wait_s)

    def visitor(self, hello: Hello, *, draws: bool) -> Visitor:
        """Who says hello. Raises Refused (410) where a token is none, and no other may be drawn."""
        known = recognise(
            hello.visitor,
            hello.identity,
            secret=self._config.identity_secret,
            now=self._context.now(),
            remember_days=self._config.remember_days,
            draws=draws,
        )
        if known is None:
            raise Refused(410, "This browser's token is none, or too old: say hello again.")
        return known

    def tab(self, request: web.Request, hello: Hello, *, site: str, draws: bool) -> Tab:
        """A page that says hello. Raises Refused as `visitor` does."""
        peer = self._context.peer_address(request)
        return Tab(
            visitor=self.visitor(hello, draws=draws),
            network=network_of(peer),
            peer=peer,
            site=site,
            heard_s=asyncio.get_running_loop().time(),
        )
