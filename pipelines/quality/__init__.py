"""What good data looks like, at the border and at the exit; Great Expectations judges it."""
