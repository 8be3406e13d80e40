"""The simulated hospital in which every study of the library is repeated."""

from __future__ import annotations

from dataclasses import replace

from seroclear.simulate import Scenario
from seroclear.simulate.all_phenomena import with_all_phenomena

# The hospital of `--all-phenomena`, in which everybody is followed, few leave, and cirrhosis, liver
# cancer and transplants are more frequent: a few thousand people then have events for every study.
SCENARIO = replace(
    with_all_phenomena(Scenario()),
    followed_share=1.0,
    dropout_hazard=0.03,
    transplant_share=0.2,
    cirrhosis_at_entry=0.3,
    hcc_hazard_no_cirrhosis=0.02,
)
