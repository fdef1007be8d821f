"""Where training pictures come from, and the cache they are decoded into."""
