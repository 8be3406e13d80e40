"""A randomised trial from design to export."""
