"""What was read and found, for a screen, a script or a reviewer's file."""
