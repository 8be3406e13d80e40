"""Genes of innate immunity in the blood of patients whose virus resists nucleos(t)ide analogues.

The published study compared mRNA of interferon alpha and gamma, Mov10 and TRIM22 in 28 resistant
patients (18 multidrug, 10 cross-resistant) and 20 healthy persons, and prints no value: whether a
correlation of some 28 persons survives six looks at it cannot be told. Here every p has its false
discovery rate beside it, and the correlations of patients and of the healthy are kept apart, as
pooling two groups that differ makes a correlation where none is. 2^-ΔΔCt holds when each cycle
doubles both products; the abstract does not name the reference gene.
"""

from seroclear.study.laboratory import Comparison, LaboratoryStudy

resistant = ("multidrug resistant", "cross-resistant")

study = LaboratoryStudy(
    question="Do resistant patients express genes of innate immunity as healthy persons do?",
    groups=("healthy", *resistant),
    genes=("IFNA", "IFNG", "MOV10", "TRIM22"),
    reference_genes=("GAPDH", "ACTB"),
    comparisons=(
        Comparison("resistant against healthy", resistant, ("healthy",)),
        Comparison(
            "multidrug against cross-resistant", ("multidrug resistant",), ("cross-resistant",)
        ),
    ),
    networks={"resistant": resistant, "healthy": ("healthy",)},
    published=(
        "Innate immunity factors in chronic hepatitis B with resistance to nucleos(t)ide "
        "analogues, Heilongjiang: Mov10 and TRIM22 higher in resistant patients (p < 0.01); no "
        "difference between multidrug and cross-resistant; no values are printed"
    ),
)
