"""Discord bots: messages over the gateway, answers by the REST API."""
