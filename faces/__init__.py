"""Faces as pixels: reading, cropping, alignment. Knows no model."""
