"""Scores of one network for every beta: along its betas, and beside separately trained models."""
