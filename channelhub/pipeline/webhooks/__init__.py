"""What endpoints are posted: who is told of an event, in which words, and what became of it."""
