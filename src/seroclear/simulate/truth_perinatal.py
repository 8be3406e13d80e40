"""What is true of pregnancies and of the children born in the hospital."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from seroclear.simulate.outcomes import Outcomes
from seroclear.simulate.pregnancy import Children, Pregnancies
from seroclear.simulate.truth_columns import dates, patient_ids


def pregnancy_truth(pregnancies: Pregnancies, outcomes: Outcomes) -> pa.Table:
    """One row a pregnancy: patient_id, began_date (last menstrual period), ended_date, birth (of a
    living child), prophylaxis_start and prophylaxis_stop of NA taken because of it. What would come
    after the mother's death or the end of the scenario is null."""
    until = outcomes.truth_to[pregnancies.mother]
    ended, stop = pregnancies.ended, pregnancies.prophylaxis_stop
    return pa.table(
        {
            "patient_id": patient_ids(pregnancies.mother),
            "began_date": dates(pregnancies.began),
            "ended_date": dates(ended, ended < until),
            "birth": pregnancies.birth & (ended < until),
            "prophylaxis_start": dates(pregnancies.prophylaxis_start),
            "prophylaxis_stop": dates(stop, stop < until),
        }
    )


def child_truth(people: int, children: Children) -> pa.Table:
    """One row a child born while the mother was in care: patient_id, mother_id, birth_date,
    immunised (immunoglobulin and three doses of vaccine), infected, anti_hbs (of its own).

    Args:
        people: number of persons before the children.
        children: of the hospital.
    """
    return pa.table(
        {
            "patient_id": patient_ids(people + np.arange(len(children.mother))),
            "mother_id": patient_ids(children.mother),
            "birth_date": dates(children.birth),
            "immunised": children.immunised,
            "infected": children.infected,
            "anti_hbs": children.responds,
        }
    )
