"""The question of README.md with seroclear, from a store. Usage: STORE [plain]"""

import json
import sys
from pathlib import Path

from seroclear.analysis.survival import kaplan_meier
from seroclear.course.course import course_of
from seroclear.engines import open_engine
from seroclear.records.store import Store
from seroclear.studies import load_study
from seroclear.study.assemble import assemble
from seroclear.study.evaluate import Evaluator
from seroclear.study.flowchart import of_everyone

here = Path(__file__).parent
store = Store.open(Path(sys.argv[1]))
name, study = load_study(str(here / "study.py"))

with open_engine() as engine:
    if sys.argv[2:] == ["plain"]:  # the part that PhenEx can do
        course = course_of(store, str(here / "plain.toml"))
        evaluator = Evaluator(engine, course)
        steps = of_everyone(evaluator).narrowed(evaluator, study.population).steps
        answer = {}
    else:
        cohort = assemble(study, name, course_of(store, "default"), engine)
        steps = cohort.steps
        answer = {
            group: [
                int((cohort.columns["group"] == group).sum()),
                int(((cohort.columns["group"] == group) & (cohort.columns["event"] == 1)).sum()),
            ]
            for group in cohort.groups
        }
        for row in kaplan_meier(cohort):
            if row.analysis == "kaplan_meier":
                answer[row.group].append(round(row.value, 6))
names = ("positive", "lost", "treated", "alone")
counts = dict(zip(names, [step.kept for step in steps[1:]], strict=True))
print(json.dumps(counts | answer))
