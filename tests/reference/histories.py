"""Random patient histories, rich in what decides: ties, boundary days, limits and contradictions.

A history is a few bytes: how many rows, then two bytes a row (how many days later, which row). The
same bytes are read once for each topic, so one Hypothesis example holds many hundreds of patients,
and shrinking bytes towards zero shrinks histories towards nothing.
"""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st
from reference.choices.alt import ALT_BY_SEX, LIVER_TESTS, SEVERE
from reference.choices.codes import CODES, OUTCOMES
from reference.choices.cure import CAUSES, SUSTAINED
from reference.choices.family import INFANT, PREGNANCY
from reference.choices.fibrosis import FIBROSIS, SCORES, STIFFNESS
from reference.choices.kidney import CREATININE
from reference.choices.phase import PHASES
from reference.choices.serology import ANTIBODY, HBEAG, HBSAG, HBSAG_WORDS, SHOTS
from reference.choices.stopping import STOPPING
from reference.choices.transplant import GRAFT
from reference.choices.treatment import OLD_DRUGS, TREATMENT
from reference.choices.viraemia import AFTER_NA, ON_NA, ON_NA_FOR_LONG
from reference.choices.viruses import OTHERS
from reference.rows import code, result, supply
from reference.stores import History

BEGIN = date(2010, 1, 1)
MOST_ROWS = 13
# Days from one row to the next: ties, and every boundary of the definitions with its neighbours.
GAPS = (
    *(0, 0, 0, 0, 1, 2, 7, 14, 26, 27, 28, 29, 30, 31, 59, 60, 61, 62, 63, 70, 83, 84, 85, 88, 89),
    *(27, 28, 29, 83, 84, 85, 182, 183, 184),  # more often: several rules turn on these
    *(98, 107, 108, 109, 110, 140, 167, 168, 169, 182, 183, 184, 200, 252, 323, 365, 500),
)
# From the middle-aged to children, one unknown.
BIRTHS = (
    date(1965, 3, 2),
    date(1985, 7, 1),
    date(1945, 1, 1),
    date(1994, 5, 5),
    date(2009, 6, 30),
    date(1930, 2, 28),
    None,
)
# What a history is about, so that rows of one topic meet often.
TOPICS = (
    HBSAG_WORDS[:2],
    HBSAG,
    [*HBSAG_WORDS[:2] * 5, *SHOTS, *ANTIBODY, code("chronic_hbv"), code("acute_hbv")],
    TREATMENT,
    [*HBSAG_WORDS[:2] * 4, *TREATMENT, OTHERS[2], result("hiv", status="positive")],
    HBEAG,
    CODES[:7],
    CODES,
    OTHERS,
    ON_NA,
    ON_NA_FOR_LONG,
    AFTER_NA,
    LIVER_TESTS,
    CREATININE,
    SCORES,
    STIFFNESS,
    FIBROSIS,
    [*SUSTAINED, *[supply("ETV", "NA", 30)] * 2, supply("PEGIFN2A", "IFN", 28)],
    SUSTAINED,
    CAUSES,
    [*HBSAG_WORDS[:2] * 4, *ANTIBODY[:6] * 2, *ANTIBODY[6:10]],
    STOPPING,
    OLD_DRUGS,
    [*HBSAG, *SHOTS, *ANTIBODY, *TREATMENT, *HBEAG, *CODES, *OTHERS],
    PHASES,
    SEVERE,
    OUTCOMES,
    ALT_BY_SEX,
    PREGNANCY,
    INFANT,
    GRAFT,
)
MOTHERS, INFANTS = TOPICS.index(PREGNANCY), TOPICS.index(INFANT)


def decode(patient_id: str, code_of: bytes, topic: int) -> History:
    """The history that these bytes stand for.

    Args:
        patient_id: the patient.
        code_of: the number of rows, then two bytes a row.
        topic: index into TOPICS.
    """
    history = History({"patient_id": patient_id, "source_row": f"{patient_id}.patients:2"})
    person = code_of[0] // (MOST_ROWS + 1)
    history.patient["sex"] = ("male", "female", None)[person % 3]
    history.patient["birth_date"] = BIRTHS[person // 3]
    if topic == INFANTS:
        _is_child_of(history, patient_id.replace(f"-{INFANTS}", f"-{MOTHERS}"), code_of[0] % 7)
    choices = TOPICS[topic]
    day = BEGIN
    for number_of_row in range(code_of[0] % (MOST_ROWS + 1)):
        gap, which = code_of[1 + 2 * number_of_row : 3 + 2 * number_of_row]
        day += timedelta(GAPS[gap % len(GAPS)])
        choices[which % len(choices)](history, day, f"{patient_id}.rows:{number_of_row + 2}")
    days = [row["taken_at"] for row in history.result]
    days += [row["start"] for row in history.exposure]
    days += [row["date"] for row in history.condition]
    history.patient["observed_from"] = min(days, default=None)
    history.patient["observed_to"] = max(days, default=None)
    return history


def _is_child_of(history: History, mother_id: str, which: int) -> None:
    """Most of these children have a day of birth, few only a year or nothing."""
    history.patient["mother_id"] = mother_id
    if which == 0:
        history.patient["birth_inferred"] = True
    else:
        history.patient["birth_date"] = None


def histories(codes: int) -> st.SearchStrategy[list[History]]:
    """Lists of histories: so many for each topic.

    Lists in which hardly anything happens are not worth an engine's run and are left out.
    """
    size = 1 + 2 * MOST_ROWS
    drawn = st.lists(st.binary(min_size=size, max_size=size), min_size=codes, max_size=codes)
    busy = drawn.filter(lambda many: sum(one[0] % (MOST_ROWS + 1) > 0 for one in many) > codes / 2)
    return busy.map(
        lambda many: [
            decode(f"p{number:03d}-{topic}", one, topic)
            for number, one in enumerate(many)
            for topic in range(len(TOPICS))
        ]
    )
