"""What people do: each command is one commit, checked against the state it changes, and audited."""
