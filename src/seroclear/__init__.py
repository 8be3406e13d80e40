"""seroclear: hospital records in, defensible answers about curing chronic hepatitis B out."""

import os

__version__ = "0.1.0"

# NumPy's matrices here are tall and narrow: more threads cost several times the CPU and may add in
# another order, on another number of cores. It is read once, when NumPy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
