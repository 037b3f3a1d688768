"""Meta's channels: WhatsApp's Cloud API, Messenger, Instagram. One webhook, one Graph API, three kinds of accounts."""
