"""`channelhub mcp`: AI assistants look at the hub by the Model Context Protocol. Needs the extra `mcp`."""
