"""Data sets whose generative factors are known."""
