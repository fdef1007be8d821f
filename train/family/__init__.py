"""Families: models that differ only in one setting, trained and evaluated by one command."""
