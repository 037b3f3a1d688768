"""What mail clients and people write around a message, language by language: plain words in tables, no rules."""
