"""Figures of the report and films of training, drawn from finished models and runs."""
