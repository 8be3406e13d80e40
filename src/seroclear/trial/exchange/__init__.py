"""What goes to a REDCap project and comes from it."""
