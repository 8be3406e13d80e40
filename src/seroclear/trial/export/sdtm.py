"""The SDTM datasets of a trial (SDTMIG 3.4)."""

from __future__ import annotations

from seroclear.trial.export.definitions import Dataset, dataset
from seroclear.trial.export.sdtm_design import (
    arms,
    elements,
    inclusion_exclusion,
    summary,
    visits,
)
from seroclear.trial.export.sdtm_events import adverse_events, exposure, laboratory
from seroclear.trial.export.sdtm_subjects import (
    criteria_not_met,
    demographics,
    disposition,
    subject_visits,
)
from seroclear.trial.export.source import Source


def sdtm(source: Source) -> list[Dataset]:
    """The datasets, in the order of Define-XML: the design first, then by class."""
    protocol = source.protocol
    rows = {
        "TA": arms(protocol),
        "TE": elements(protocol),
        "TI": inclusion_exclusion(protocol),
        "TS": summary(source),
        "TV": visits(protocol),
        "DM": demographics(source),
        "SV": subject_visits(source),
        "EX": exposure(source),
        "AE": adverse_events(source),
        "DS": disposition(source),
        "IE": criteria_not_met(source),
        "LB": laboratory(source),
    }
    return [dataset(name, found, STUDYID=source.study, DOMAIN=name) for name, found in rows.items()]
