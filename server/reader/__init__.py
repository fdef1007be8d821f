"""Large pictures are read one at a time, in a process of their own that ends after the last one."""
