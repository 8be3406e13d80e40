"""Estimated glomerular filtration rate from creatinine, for adults, without a term for race."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

UMOL_PER_MG_DL = 88.4  # µmol/L of creatinine that are 1 mg/dL
# factor, exponent below kappa (female, male), exponent above kappa, base of age, factor if female
_CKD_EPI = {
    "ckd_epi_2021": (142.0, (-0.241, -0.302), -1.2, 0.9938, 1.012),
    "ckd_epi_2009": (141.0, (-0.329, -0.411), -1.209, 0.993, 1.018),
}
_KAPPA = (0.7, 0.9)  # mg/dL, female and male
# factor, exponent of creatinine, exponent of age, factor if female
_MDRD = {
    "mdrd": (175.0, -1.154, -0.203, 0.742),
    "chinese_mdrd": (175.0, -1.234, -0.179, 0.79),
}


def egfr(
    formula: str, creatinine: ir.NumericValue, age: ir.NumericValue, female: ir.BooleanValue
) -> ir.FloatingValue:
    """eGFR in mL/min/1.73m2.

    Args:
        formula: ckd_epi_2021 (Inker, NEJM 2021), ckd_epi_2009 (Levey, Ann Intern Med 2009), mdrd
            (four variables, IDMS-traceable creatinine) or chinese_mdrd (Ma, JASN 2006) [M].
        creatinine: µmol/L, above 0.
        age: years, 18 or more.
        female: false is male.
    """
    mg_dl = creatinine / UMOL_PER_MG_DL
    if formula in _CKD_EPI:
        factor, (below_female, below_male), above, base, if_female = _CKD_EPI[formula]
        ratio = mg_dl / female.ifelse(*_KAPPA)
        low = ibis.least(ratio, 1.0) ** female.ifelse(below_female, below_male)
        value = factor * low * ibis.greatest(ratio, 1.0) ** above * base**age
    else:
        factor, of_creatinine, of_age, if_female = _MDRD[formula]
        value = factor * mg_dl**of_creatinine * age**of_age
    return value * female.ifelse(if_female, 1.0)
