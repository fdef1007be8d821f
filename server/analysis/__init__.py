"""Analyses that the endpoints compute: samples, scores, typicality, the models of one family."""
