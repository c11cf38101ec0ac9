"""What each command of ``throughline`` does; ``pipelines.cli`` names them."""
