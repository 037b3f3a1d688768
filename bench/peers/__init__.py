"""The servers and loops the hub is compared with, each a process of its own."""
