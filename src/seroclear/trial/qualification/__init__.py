"""Installation and operational qualification: what is installed, and that it does what it must."""
