"""Comparison of the face finder with that of another commit: `python -m benchmarks.face_finder`."""
