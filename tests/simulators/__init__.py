"""HTTP servers that behave like the trackers, over one seeded world of people and work."""
