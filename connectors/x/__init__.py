"""X (Twitter): mentions, answers and direct messages by webhook, answers by the API."""
