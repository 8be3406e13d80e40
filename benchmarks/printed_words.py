"""What laboratories print: units, words, signs and whole texts, for `printed` to put together.

Nothing of the reader (`seroclear.records`) is used here: the words are this file's own.
"""

# ruff: noqa: E501 (lines of printed texts)

from __future__ import annotations

# test -> units as printed with their factor to the canonical unit; 0 stands for log10.
UNITS: dict[str, list[tuple[str, float]]] = {
    "hbsag": [
        ("IU/mL", 1), ("IU/ml", 1), ("iu/mL", 1), ("mIU/mL", 1e-3), ("kIU/mL", 1e3), ("IU/L", 1e-3)
    ],
    "anti_hbs": [("mIU/mL", 1), ("mIU/ml", 1), ("IU/L", 1)],
    "hbeag": [("S/CO", 1), ("COI", 1), ("s/co", 1)],
    "hbv_dna": [
        ("IU/mL", 1), ("IU/ml", 1), ("log10 IU/mL", 0), ("Log IU/mL", 0), ("lg IU/mL", 0)
    ],
    "alt": [("U/L", 1), ("IU/L", 1)],
    "albumin": [("g/L", 1), ("g/dL", 10)],
    "creatinine": [("µmol/L", 1), ("umol/L", 1), ("mg/dL", 88.4)],
    "platelets": [("10^9/L", 1), ("×10^9/L", 1), ("10*9/L", 1)],
}  # fmt: skip
# Sizes (canonical unit) between which values are drawn, evenly on the log scale.
SIZES = {
    "hbsag": (0.011, 90_000), "anti_hbs": (0.2, 9000), "hbeag": (0.06, 1900),
    "hbv_dna": (1.3, 9e8), "alt": (4, 9000), "albumin": (12, 70), "creatinine": (20, 2000),
    "platelets": (6, 900),
}  # fmt: skip
QUALITATIVE = ("hbsag", "anti_hbs", "hbeag", "hbv_dna")
LESS = ["<", "<", "<", "＜", "≤", "<=", "﹤", "< ", "＜ ", "less than ", "below ", "小于", "低于"]
GREATER = [
    ">",
    ">",
    ">",
    "＞",
    "≥",
    ">=",
    "﹥",
    "> ",
    "＞ ",
    "greater than ",
    "above ",
    "大于",
    "高于",
]
POSITIVE = [
    "阳性", "陽性", "positive", "POSITIVE", "Positive", "POS", "阳性(+)", "(+)", "（＋）", "reactive",
    "Reactive", "阳 性", "+", "3+", "强阳性", "有反应性",
]  # fmt: skip
NEGATIVE = [
    "阴性", "陰性", "negative", "NEGATIVE", "Neg", "NEG", "阴性(-)", "(-)", "（－）", "non-reactive",
    "Nonreactive", "not reactive", "无反应性", "未检出", "not detected", "Not Detected", "阴 性",
]  # fmt: skip
NEGATIONS = [
    "not",
    "no",
    "NOT",
    "never",
    "without",
    "未",
    "无",
    "不",
    "没有",
    "并非",
    "isn't",
    "cannot",
    "非",
]
NEGATED = [
    "positive",
    "reactive",
    "detected",
    "阳性",
    "检出",
    "反应性",
    "检测到",
    "Positive",
    "present",
]
BETWEEN = [
    "",
    "",
    "the",
    "hbsag",
    "HBsAg",
    "表面抗原",
    "result is",
    "clearly",
    "HBV",
    "repeatedly",
    "a",
]
SPOILED = [
    "未做", "未检测", "not done", "Test not performed", "cancelled", "取消", "haemolysed", "HEMOLYZED",
    "溶血", "标本溶血", "QNS", "invalid", "UNABLE TO REPORT", "标本量不足", "疑似", "假", "false",
    "unconfirmed", "待复查", "presumptive", "pending", "see comment", "N/A", "见备注", "not confirmed",
    "possible", "___", "ERROR",
]  # fmt: skip
UNKNOWN = [
    "Zhang", "Q7", "dubious", "exc", "zqxv", "龘", "轻度", "mixed", "Tuesday", "bananas", "rev.", "§",
    "control", "1:160", "复杂", "?", "#", "Dr", "old", "previous-", "xx", "约为零", "almost", "hardly",
    "scarcely", "失真", "lacks", "fails", "free", "minus", "zero", "nought", "勿", "莫", "免",
]  # fmt: skip
OTHER_TESTS = ["anti-HCV", "HCV RNA", "丙肝抗体", "hepatitis C", "HDV RNA", "hepatitis D"]
TAILS = [
    "",
    "",
    "",
    ".",
    " ",
    "*",
    " H",
    " ↑",
    " L",
    " ↓",
    "。",
    ". Verified.",
    ", confirmed",
    " (已复查)",
]
LEADS = ["", "", "", " ", "Result: ", "结果：", "\t", "result is "]

# Real texts: MIMIC-IV demo (ODbL), Chinese hospital dictionaries, laboratory handbooks.
REAL: list[tuple[str, str | None, str]] = [
    ("anti_hbs", None, "POS.  Titer is above  500 mIU/mL.   Protective titers are greater than >10.0 mIU/mL."),
    ("anti_hbs", None, "POSITIVE.   TITER IS BETWEEN 100 AND 500 MIU/ML.   PROTECTIVE TITERS ARE >10 MIU/ML."),
    ("anti_hbs", None, "Borderline Positive - C/W Titer of roughly 10 mIU/mL."),
    ("anti_hcv", None, "NEGATIVE.  RECOMMENDED FOLLOW-UP FOR POSITIVE HCV ANTIBODY: HCV VIRAL LOAD."),
    ("anti_hcv", None, "POSITIVE*.  RECOMMENDED FOLLOW-UP FOR POSITIVE HCV ANTIBODY: HCV VIRAL LOAD."),
    ("hbv_dna", None, "HBV DNA not detected.  Performed using the ___ HBV Test v2.0.  Linear range of quantification: 20 IU/mL - 170 million IU/mL.  Limit of detection: 20 IU/mL."),
    ("hcv_rna", None, "HCV-RNA NOT DETECTED.  Performed using ___ HCV v2.0 Test.  Linear range of quantification: 1.50E+01 IU/mL - 1.00E+08 IU/mL.  Limit of detection: 1.50E+01 IU/mL."),
    ("hiv_rna", None, "HIV-1 RNA is not detected.  Detection Range: 20-10,000,000 copies/mL.  This test is approved for monitoring HIV-1 viral load in known HIV-positive patients."),
    ("hbsag", "IU/mL", "POSITIVE.  VERIFIED BY REPLICATE ANALYSIS."),
    ("hbsag", "IU/mL", "POSITIVE. NOT CONFIRMED BY NEUTRALIZATION."),
    ("hbsag", "IU/mL", "NEGATIVE. POSITIVE ON REPEAT."),
    ("hbsag", "IU/mL", "阳性(+) 1250.50"),
    ("hbsag", "IU/mL", "＞250.00"),
    ("hbsag", None, "<0.05 IU/mL 阴性"),
    ("hbsag", None, "HBsAg: positive 12.3 S/CO"),
    ("hbsag", "COI", "阳性 5234.00"),
    ("hbv_dna", "IU/mL", "检测到<20"),
    ("hbv_dna", "IU/mL", "<20 DETECTED"),
    ("hbv_dna", "IU/mL", "Detected but below LLOQ (20 IU/mL)"),
    ("hbv_dna", "IU/mL", "Not detected (<20)"),
    ("hbv_dna", "IU/mL", "低于检测下限<20"),
    ("hbv_dna", "IU/mL", "检测到，低于定量下限"),
    ("hbv_dna", "IU/mL", "5.0×10^2"),
    ("hbv_dna", "IU/mL", "2.35E+03IU/mL"),
    ("hbv_dna", None, "1,000 IU/mL (3.00 log IU/mL)"),
    ("hbv_dna", None, "HBV DNA: 2.35E+03IU/mL"),
    ("hbv_dna", "IU/mL", "未检出(检测下限 20 IU/mL)"),
    ("hbv_dna", "IU/mL", "<2.0 log"),
    ("hbv_dna", "IU/mL", "阴性-<400"),
    ("alt", "U/L", "45 ↑"),
    ("alt", "U/L", "LESS THAN 5."),
    ("platelets", None, "150 x10^9/L"),
    ("hbeag", "S/CO", "0.389 (-)"),
    ("hbeag", "COI", "阴性(0.09)"),
]  # fmt: skip

# Of HBsAg assays, in IU/mL: '<250' is refused, for 250 is an upper limit.
LIMITS = (0.005, 0.03, 0.05, 130, 150, 250, 2500, 52_000)
