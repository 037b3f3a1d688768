"""Mail: the kind smtp, its parser and its sender."""
