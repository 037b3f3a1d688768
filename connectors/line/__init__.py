"""LINE official accounts: messages by webhook, answers by the Messaging API."""
