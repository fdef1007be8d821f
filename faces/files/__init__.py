"""Files of pictures: pixels, colours and orientation, whatever else is in the file."""
