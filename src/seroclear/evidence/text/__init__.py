"""From the text as it was printed to tokens that know where they came from."""
