"""Forms of web sites."""
