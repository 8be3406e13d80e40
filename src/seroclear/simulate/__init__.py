"""A hospital whose truth is known: simulated people, visits, drugs, laboratory results, diagnoses.

`simulate(Scenario())` draws the hospital; `write_omop`, `write_fhir` and `write_csv` write its
records, and the truth into a folder `truth` beside them.
"""

from seroclear.simulate.fhir import write_fhir
from seroclear.simulate.hospital import Hospital, simulate, write_truth
from seroclear.simulate.hospital_csv import write_csv
from seroclear.simulate.omop import write_omop
from seroclear.simulate.scenario import Scenario

__all__ = [
    "Hospital",
    "Scenario",
    "simulate",
    "write_csv",
    "write_fhir",
    "write_omop",
    "write_truth",
]
