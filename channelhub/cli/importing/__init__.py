"""`channelhub import`: mailboxes of before become history."""
