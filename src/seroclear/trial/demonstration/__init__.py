"""A whole trial in one go, on simulated people and through the functions that staff use."""
