"""Who is told of an outage, in which words, and who wants none of it."""
