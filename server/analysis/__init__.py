"""What the endpoints compute: samples, scores, the models of one family, paths between faces."""
