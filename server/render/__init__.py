"""What the endpoints draw: sheets of faces and films."""
