"""The web application for the staff of a trial: pages over the same actions as the commands."""
