"""Scores as functions of tensors: no models, no files. NaN or infinite inputs give NaN, or raise ValueError."""
