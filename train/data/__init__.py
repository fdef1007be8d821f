"""Images to train on: sources, decoding, cache."""
