"""Files of a model folder: their names, how they are written, and the JSON records beside the weights."""
