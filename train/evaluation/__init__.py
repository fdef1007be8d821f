"""Evaluation of trained models: scores, names of latent dimensions, and their reports."""
