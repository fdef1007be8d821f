"""Large pictures are read one at a time, in a separate process that ends after the last one."""
