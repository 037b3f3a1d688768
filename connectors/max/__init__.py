"""MAX bots: messages by webhook or long polling, answers by the Bot API."""
