"""Studies of a laboratory's own file instead of hospital records."""
