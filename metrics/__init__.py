"""Scores as functions of tensors: no models, no files."""
