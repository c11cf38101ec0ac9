"""What the suite does in small numbers, and `make drills` in full, over every live tracker."""
