"""A fifth round: what the first run on real abstracts showed to be misread, in our own words."""

from __future__ import annotations

from figures import f_of, pct, r_of, t_of

_t1, _t2 = t_of(2.31, 37), t_of(3.06, 54)
_f1 = f_of(4.42, 2, 57)
_f2 = f_of(5.31, 1.62, 38.9)

RIGHT_5: list[tuple[str, str, str]] = [
    (
        "r5-two-hyphens",
        "ranges with a dash written as two hyphens",
        f"""Median age was 47 years (IQR 38--56) and median HBsAg 2.9 log IU/mL (range 0.4--4.6). HBsAg loss was commoner with combination (HR 2.14 [95% CI 1.12--4.09]; P = 0.021), with a difference of 6.1 points (95% CI 1.0--11.2). Of 94 persons 21 ({pct(21, 94)}%) stopped in 2019--2021.""",
    ),
    (
        "r5-two-hyphens-signed",
        "a range of negative numbers whose dash and sign look like two hyphens",
        """ALT fell by a mean difference of -1.9 (95% CI -3.0--0.8) and stiffness by -0.6 kPa (95% CI -1.1--0.1; P = 0.02).""",
    ),
    (
        "r5-fractional-df",
        "degrees of freedom corrected for sphericity",
        f"""HBsAg fell over time (F(1.62, 38.9) = 5.31, P {_f2}), more so with interferon (F(2, 57) = 4.42, P {_f1}).""",
    ),
    (
        "r5-df-behind",
        "degrees of freedom behind the statistic or behind p",
        f"""qHBsAg was lower in responders (t = 2.31, df = 37, P {_t1}; one centre: t = 3.06, P {_t2}, df = 54). Baseline groups differed (F = 4.42, df = 2, 57, P {_f1}).""",
    ),
    (
        "r5-df-points",
        "degrees of freedom written with points",
        f"""Survival was longer at the higher dose (hazard ratio = 0.75, chi 2 = 7.36, d.f. = 1, P = 0.007). Height differed between centres (t = 2.31, d.f. = 37, P {_t1}).""",
    ),
    (
        "r5-order-of-groups",
        "two groups named in one order and compared in the other",
        f"""Those before the protocol were the control group (n = 40) and those after it the test group (n = 22). Feeding within 36 hours was more frequent in the test group ({pct(9, 22)}% vs {pct(7, 40)}%; P = 0.044).""",
    ),
    (
        "r5-other-groups",
        "percentages of other groups than the two of known size",
        f"""Of 62 patients 40 were in the control group (n = 40) and 22 in the protocol group (n = 22). Mortality was lower among those who were fed within 36 hours ({pct(2, 17)}% vs {pct(19, 45)}%; P = 0.018).""",
    ),
    (
        "r5-r-of-a-part",
        "correlations of parts whose size stands beside them",
        f"""Sixty-one patients were treated. In 475 samples qHBsAg and HBV DNA were correlated (HBeAg-positive: n = 285, r = 0.208, P {r_of(0.208, 285)}; HBeAg-negative: n = 190, r = 0.175, P {r_of(0.175, 190)}).""",
    ),
    (
        "r5-sd-before-interval",
        "an SD or a number of persons between estimate and interval",
        """HBsAg fell by 0.41 log (SD = 1.2; 95% CI: 0.15; 0.67) and ALT by 12 U/L (SE 4; 95% CI 4 to 20). The mean difference in stiffness was 0.9 kPa (SD 2.8; 95% CI 0.3 to 1.5). HBeAg loss: 31% (n = 62; 95% CI 20 to 44%).""",
    ),
]

WRONG_5: list[tuple[str, str, str, str, str]] = [
    (
        "w5-df-behind",
        "p ten times too large for t and its degrees of freedom",
        "test-p",
        "t = 4.21",
        """Scores of sleep (t = 2.31, P = 0.027, df = 37) and of fatigue (t = 4.21, P = 0.020, df = 37) were lower on treatment.""",
    ),
    (
        "w5-df-before",
        "p far too small for t and its degrees of freedom",
        "test-p",
        "t = 1.44",
        """Stiffness fell (t = 3.06, df = 54, P = 0.003), and so did platelets (t = 1.44, df = 54, P = 0.004).""",
    ),
]
