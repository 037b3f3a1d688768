"""Files that messages only name: fetched after the commit, with retries."""
