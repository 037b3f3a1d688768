"""The tools that look: nothing they do changes the hub."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from channelhub.cli.mcp import desk, explained, people
from channelhub.cli.mcp.arguments import Before, CustomerId, Language, Limit, OutageId
from channelhub.cli.mcp.desk import Incidents, Outages, Topics
from channelhub.cli.mcp.explained import Affected, Explanation
from channelhub.cli.mcp.hub import Hub
from channelhub.cli.mcp.people import CustomerCard, Hits, Timeline
from channelhub.client import shapes
from channelhub.domain.incidents import IncidentState

LOOKS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


class Reading:
    """Tools over `hub`. `lists_customers`: whether the customers of an outage may be listed, not only counted."""

    def __init__(self, hub: Hub, *, lists_customers: bool) -> None:
        self._hub = hub
        self._lists_customers = lists_customers

    async def look_up_customer(
        self,
        identity: Annotated[str, Field(max_length=400, description="kind:value, as email:ann@example.com.")] = "",
        customer_id: Annotated[str, Field(pattern=r"^[0-9]{0,19}$", description="Instead of identity.")] = "",
        entries: Annotated[int, Field(ge=1, le=50, description="How much of the timeline.")] = 10,
    ) -> CustomerCard:
        """A customer's card: addresses, open incidents and outages, and the newest entries of the timeline.

        Kinds of identities: email, phone, telegram, external (a shop's customer id) and others of the channels.
        """
        if bool(identity) == bool(customer_id):
            raise ToolError("Give either identity or customer_id.")
        if identity:
            found = await self._hub.customers.lookup(identity=identity)
        else:
            found = await self._hub.customers.get(customer_id)
        newest = await self._hub.customers.timeline(found["customer"]["id"], limit=entries)
        return people.card(found, people.timeline(newest))

    async def read_timeline(self, customer_id: CustomerId, before: Before = "", limit: Limit = 20) -> Timeline:
        """A customer's timeline, the newest first: messages both ways on every channel, incidents, notices, orders."""
        return people.timeline(await self._hub.customers.timeline(customer_id, before=before or None, limit=limit))

    async def search(
        self,
        words: Annotated[str, Field(min_length=1, max_length=200, description="Of a message, a name or an address.")],
        before: Before = "",
        limit: Limit = 20,
    ) -> Hits:
        """Find customers by name or address, and messages by their words."""
        return people.hits(await self._hub.customers.page(q=words, before=before or None, limit=limit))

    async def list_outages(
        self,
        which: Annotated[
            Literal["open", "emerging", "recent"],
            Field(description="open: not over. emerging: rising, not enough yet. recent: of every state."),
        ] = "open",
        before: Before = "",
        limit: Limit = 20,
        language: Language = "en",
    ) -> Outages:
        """Mass outages: what many different customers report at once.

        To answer whether anything is wrong right now, look at `open`, then at `emerging`.
        """
        if which == "emerging":
            early = await self._hub.outages.emerging()
            rising = [desk.emerging(one) for one in early["items"][:limit]]
            return Outages(outages=[], emerging=rising, next=None)
        only_open = True if which == "open" else None
        found = await self._hub.outages.page(open=only_open, before=before or None, limit=limit, language=language)
        return Outages(outages=[desk.outage_line(one) for one in found["items"]], emerging=[], next=found["next"])

    async def explain_outage(self, outage_id: OutageId, language: Language = "en") -> Explanation:
        """Why the hub takes something for an outage: customers' own words, growth, telling words, what stands out,
        monitoring alerts of the same minutes, and every decision so far."""
        return explained.explanation(await self._hub.outages.get(outage_id, language=language))

    async def who_is_affected(
        self,
        outage_id: OutageId,
        list_customers: Annotated[bool, Field(description="Also which customers; not every server may.")] = False,
        before: Before = "",
        limit: Limit = 20,
    ) -> Affected:
        """The customers who report an outage, counted by channel, language, city, segment and whatever else is known
        of them."""
        if list_customers and not self._lists_customers:
            raise ToolError("This server may only count customers: it was started without --list-customers.")
        found = await self._hub.outages.get(outage_id)
        return explained.affected(found, customers=list_customers, before=before, limit=limit)

    async def list_incidents(
        self,
        state: Annotated[IncidentState | None, Field(description="Only those in this state.")] = None,
        before: Before = "",
        limit: Limit = 20,
    ) -> Incidents:
        """Registered contacts that want an answer, the newest first."""
        wanted: shapes.IncidentState | None = None if state is None else state.value
        return desk.incidents(await self._hub.incidents.page(state=wanted, before=before or None, limit=limit))

    async def topics_report(
        self,
        weeks: Annotated[int, Field(ge=2, le=12, description="How far back.")] = 5,
        limit: Annotated[int, Field(ge=1, le=20, description="At most so many topics.")] = 10,
    ) -> Topics:
        """What customers complain about most this week, by different customers, against the weeks before."""
        return desk.topics(await self._hub.reports.topics(weeks=weeks), most=limit)


def add_reading(server: MCPServer, tools: Reading) -> None:
    titled: dict[Callable[..., Any], str] = {
        tools.look_up_customer: "Look up a customer",
        tools.read_timeline: "Read a customer's timeline",
        tools.search: "Search customers and messages",
        tools.list_outages: "List mass outages",
        tools.explain_outage: "Explain an outage",
        tools.who_is_affected: "Who is affected by an outage",
        tools.list_incidents: "List incidents",
        tools.topics_report: "What customers complain about",
    }
    for tool, title in titled.items():
        server.add_tool(tool, title=title, annotations=LOOKS)
