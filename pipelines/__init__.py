"""When things run and what must hold: no relational logic, no requests to trackers."""
