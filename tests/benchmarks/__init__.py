"""What the nightly run costs, as ratios to a floor measured in the same run."""
