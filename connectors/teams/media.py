"""Files: those of private chats lie in the customer's organisation at an address for some minutes; pictures at the Bot
Connector, for who has the bot's token."""

from typing import Final

from channelhub.domain.media import MediaReference
from channelhub.sdk.media import MediaHost, MediaRequest, configured_host
from connectors.teams.client import TeamsClient
from connectors.teams.config import TeamsConfig
from connectors.teams.places import HOSTS, is_microsoft_s

_FILES: Final = (".sharepoint.com", ".sharepoint.us", ".sharepoint-df.com")


def media_hosts(config: TeamsConfig) -> tuple[MediaHost, ...]:
    """Microsoft's; the token goes to the Bot Connector only."""
    own = [MediaHost(name=host, takes_credentials=True) for host in HOSTS]
    files = [MediaHost(name=host) for host in _FILES]
    return (*own, *files, *(configured_host(one) for one in config.service_urls))


async def locate(client: TeamsClient, config: TeamsConfig, file: MediaReference) -> MediaRequest:
    """The address stands in the message. Raises AuthFailed and Unavailable."""
    if not is_microsoft_s(file.reference, config):
        return MediaRequest(url=file.reference)
    return MediaRequest(url=file.reference, headers={"Authorization": f"Bearer {await client.token()}"})
