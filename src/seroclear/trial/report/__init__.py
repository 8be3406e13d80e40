"""The report of a locked trial."""
