"""A face as pixels: reading, cropping, scaling. Knows no model."""
