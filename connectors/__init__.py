"""Get records out of a tracker onto disk, with nothing lost on the way."""
