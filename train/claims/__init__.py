"""Measures of the claims that the report makes about its models by eye."""
