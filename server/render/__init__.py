"""Drawings that the endpoints send: sheets of faces and films."""
