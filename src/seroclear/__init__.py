"""seroclear: hospital records in, defensible answers about curing chronic hepatitis B out."""

__version__ = "0.1.0"
