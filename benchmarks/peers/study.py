"""The question of README.md as a study. Run: seroclear study run benchmarks/peers/study.py STORE"""

from seroclear.analysis.survival import kaplan_meier
from seroclear.study import Study, exposure_before, first, keep, last_test, start, test, until

index = first("hbsag_loss")

study = Study(
    question="Who loses HBsAg on NA or interferon, and does the loss last?",
    population=[
        start("HBsAg positive at least once", test("hbsag").status == "positive"),
        keep("Lost HBsAg", index),
        keep("Treated before", exposure_before(index).is_one_of("NA", "IFN", "NA and IFN")),
        keep("NA or interferon alone", exposure_before(index).is_one_of("NA", "IFN")),
    ],
    time_zero=index,
    groups=exposure_before(index),
    group_order=("NA", "IFN"),
    outcome=first("hbsag_seroreversion", after=index),
    outcome_marker="hbsag",
    follow_up=until(last_test("hbsag")),
    analyses=[kaplan_meier],
)
