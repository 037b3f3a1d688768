"""One folder per channel. The core finds connectors by entry point only."""
