"""Pooling of the results of several studies, read from a user's CSV.

`studies` reads the file, `likeness` refuses what should not be pooled, `effects` makes one estimate
of each study, `glmm` and `inverse_variance` pool them, `analysis` writes the rows of the one result
shape, `report` a folder to hand in.
"""
