"""The trainer: `python -m train RECIPE --data PATH`."""
