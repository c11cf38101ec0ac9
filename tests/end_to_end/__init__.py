"""The whole line on input that nobody of this project wrote."""
