"""The server that assistants talk to: tools, resources and prompts over one hub."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from mcp.server import MCPServer

from channelhub.cli.mcp.drafting import add_drafting
from channelhub.cli.mcp.hub import Hub
from channelhub.cli.mcp.reading import Reading, add_reading
from channelhub.cli.mcp.surroundings import INSTRUCTIONS, add_prompts, add_resources
from channelhub.cli.mcp.writing import add_writing


def assistant_server(hub: Hub, *, lists_customers: bool = False, writes: bool = False) -> MCPServer:
    """A server over `hub`, which it opens and closes. `lists_customers` lets it list the affected. With `writes` it
    has the tools that change something after a person's yes."""

    @asynccontextmanager
    async def connected(_server: MCPServer) -> AsyncIterator[None]:
        async with hub:
            yield

    server = MCPServer(
        "channelhub",
        title="channelhub",
        description="Customers, their timelines, incidents and mass outages.",
        instructions=INSTRUCTIONS,
        version=version("channelhub"),
        lifespan=connected,
        subscriptions=False,
    )
    tools = Reading(hub, lists_customers=lists_customers)
    add_reading(server, tools)
    add_drafting(server, hub)
    if writes:
        add_writing(server, hub)
    add_resources(server, tools)
    add_prompts(server)
    return server
