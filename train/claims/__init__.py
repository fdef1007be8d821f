"""`claims`: what the report says of its models by eye, as numbers."""
