"""A second, plain implementation of SPEC sections 2 to 7, written to check the product by."""
