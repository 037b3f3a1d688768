"""A reply as a draft: checked, shown with where it would go, and never sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from channelhub.cli.mcp.arguments import ConversationId, CustomerId
from channelhub.cli.mcp.hub import Hub
from channelhub.cli.mcp.people import Address, TimelineEntry, address, entry
from channelhub.cli.mcp.untrusted import Shape
from channelhub.content.visible import visible

LOOKED_THROUGH = 200  # entries of the timeline
MOST_CHARS = 4000
Text = Annotated[
    str, Field(min_length=1, max_length=MOST_CHARS, description="The whole reply, in the customer's language.")
]
DRAFTS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


class Draft(Shape):
    """A reply that was not sent and is kept nowhere. `to` is the address that the customer wrote from last."""

    sent: bool = Field(default=False, description="Always false.")
    text: str
    customer_id: str
    conversation_id: str
    channel: str
    account: str
    to: Address
    answers: TimelineEntry = Field(description="The customer's newest message in the conversation.")
    warnings: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Who gets a reply: the customer's newest message in the conversation, and the address it came from."""

    customer_id: str
    message: Mapping[str, Any]
    identity: Mapping[str, Any]


async def addressee(hub: Hub, customer_id: str, conversation_id: str) -> Addressee:
    """A reply goes to the identity that wrote. Raises ToolError where the customer didn't write in the conversation."""
    card = await hub.customers.get(customer_id)
    own_id = card["customer"]["id"]
    listed = await hub.customers.timeline(own_id, limit=LOOKED_THROUGH)
    identities = {one["id"]: one for one in card["identities"]}
    for one in listed["items"]:
        is_theirs = one["direction"] == "in" and one["conversation_id"] == conversation_id
        if is_theirs and one["type"] == "message" and one["identity_id"] in identities:
            return Addressee(customer_id=own_id, message=one, identity=identities[one["identity_id"]])
    raise ToolError(
        f"Among this customer's newest {LOOKED_THROUGH} entries there is no message of theirs in this conversation."
    )


def add_drafting(server: MCPServer, hub: Hub) -> None:
    async def draft_reply(customer_id: CustomerId, conversation_id: ConversationId, text: Text) -> Draft:
        """Draft a reply for a person to look at: says where it would go and what to mind. Nothing is sent or stored."""
        if not text.strip():
            raise ToolError("The text has no visible character.")
        to = await addressee(hub, customer_id, conversation_id)
        return Draft(
            text=text,
            customer_id=to.customer_id,
            conversation_id=conversation_id,
            channel=to.message["channel"],
            account=to.message["account"],
            to=address(to.identity),
            answers=entry(to.message),
            warnings=_warnings(text, to),
        )

    server.add_tool(draft_reply, title="Draft a reply (never sends)", annotations=DRAFTS)


def _warnings(text: str, to: Addressee) -> list[str]:
    found = []
    if visible(text) != text:
        found.append("The text has hidden characters.")
    if to.identity["blocked"]:
        found.append("This sender is blocked.")
    if not to.message["verified"]:
        found.append("Nothing proves that the newest message is from this customer: tell nothing private.")
    return found
