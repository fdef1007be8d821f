"""Commands of `python -m train`: one file each, with its options and what it runs."""
