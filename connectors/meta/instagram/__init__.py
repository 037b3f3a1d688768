"""The connector `instagram`: a professional account's messages, and the comments below its posts."""
