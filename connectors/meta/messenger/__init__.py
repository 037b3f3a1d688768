"""The connector `messenger`: a Facebook page's messages, and the comments below its posts."""
