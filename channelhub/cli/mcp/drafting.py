"""A reply as a draft: checked, shown with where it would go, and never sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from channelhub.cli.mcp.arguments import ConversationId, CustomerId
from channelhub.cli.mcp.hub import Hub
from channelhub.cli.mcp.people import Address, TimelineEntry, address, entry
from channelhub.cli.mcp.untrusted import Shape, Untrusted, untrusted_line
from channelhub.content.visible import visible

LOOKED_THROUGH = 200  # entries of the timeline
MOST_CHARS = 4000
Text = Annotated[
    str, Field(min_length=1, max_length=MOST_CHARS, description="The whole reply, in the customer's language.")
]
DRAFTS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


class Instead(Shape):
    """Another conversation of the same customer: verified addresses first, then where they spoke with us last."""

    conversation_id: str
    channel: str
    account: str
    address: Untrusted
    verified: bool


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
    sendable: bool = Field(description="Whether the channel takes an answer in this conversation now.")
    until: str | None = Field(description="When the channel stops taking answers to this message; null: never.")
    instead: Instead | None = Field(description="Where else the same customer can be answered; for a person to choose.")
    warnings: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Who gets a reply: the customer's newest message in the conversation, and the address it came from."""

    customer_id: str
    message: Mapping[str, Any]
    identity: Mapping[str, Any]
    notes: tuple[str, ...] = ()  # what a person must know of the conversation before they say yes


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
        known = await hub.messages.conversation(conversation_id)
        return Draft(
            text=text,
            customer_id=to.customer_id,
            conversation_id=conversation_id,
            channel=to.message["channel"],
            account=to.message["account"],
            to=address(to.identity),
            answers=entry(to.message),
            sendable=not known["reply"]["hindrance"],
            until=known["reply"]["until"],
            instead=_instead(known),
            warnings=[*_warnings(text, to), *hindered(text, known["reply"])],
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


#: What a person must know of a conversation that can't be answered. Here stand no words of customers.
_HINDRANCES: Mapping[str, str] = MappingProxyType(
    {
        "cannot-send": "This account only brings messages in: it can't send an answer.",
        "no-address": "This account can't write to the address that wrote.",
        "blocked": "The customer blocked this account: nothing reaches them here until they unblock it or write again.",
        "window-closed": "The channel takes no answer any more: the customer wrote too long ago.",
    }
)


def hindered(text: str, way: Mapping[str, Any]) -> list[str]:
    """What keeps words from going out in a conversation as they are, or what everybody sees of them."""
    if way["hindrance"]:
        return [_HINDRANCES.get(way["hindrance"], "This conversation can't be answered now.")]
    found = []
    if way["public"]:
        found.append("Public: everybody sees this answer.")
    if way["template"]:
        found.append("The channel takes free words no more: they go out inside of an approved template.")
        if len(" ".join(text.split())) > way["max_chars"]:
            found.append(f"That has room for {way['max_chars']} characters.")
    return found


def _instead(known: Mapping[str, Any]) -> Instead | None:
    other = known["elsewhere"]
    if other is None:
        return None
    return Instead(
        conversation_id=other["conversation_id"],
        channel=other["channel"],
        account=other["account"],
        address=untrusted_line(other["address"]),
        verified=other["verified"],
    )
