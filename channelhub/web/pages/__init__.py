"""The agent page: HTML made here, readable without scripts, live with one small script. No build step."""
