"""Microsoft Teams bots: messages by the Bot Connector's posts, answers by its REST API."""
