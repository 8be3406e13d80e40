"""Does what is printed fit together? Each rule says what it computed and what would explain it."""
