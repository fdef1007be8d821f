"""Model cards: the README.md of a model, made from its training record."""
