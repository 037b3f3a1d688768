"""`channelhub import`: mailboxes of before become history, customers of files become known."""
