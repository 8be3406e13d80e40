"""The design of a trial: size and power, interim bounds, guessing, simulated trials, a report."""
