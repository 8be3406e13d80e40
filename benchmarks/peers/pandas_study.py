"""The question of README.md with pandas, as an analyst would write it. Usage: FOLDER [whole]"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter

folder = Path(sys.argv[1])


def table(name):
    """One file, or a folder of parts."""
    file = folder / f"{name}.parquet"
    return file if file.exists() else folder / name


NA = ("entecavir", "tenofovir", "adefovir", "lamivudine", "telbivudine")
IFN = ("interferon",)
LESS, POSITIVE, NEGATIVE = 4171756, 9191, 9189  # OMOP concepts

CODES = ["63557-3", "5196-1"]

if sys.argv[2:] == ["whole"]:  # as it is mostly written: the tables, then the rows
    tests = pd.read_parquet(table("measurement"))
    tests = tests[tests.measurement_source_value.isin(CODES)]
    drugs = pd.read_parquet(table("drug_exposure"))
else:
    tests = pd.read_parquet(
        table("measurement"),
        columns=[
            "person_id",
            "measurement_date",
            "measurement_source_value",
            "operator_concept_id",
            "value_as_number",
            "value_as_concept_id",
        ],
        filters=[("measurement_source_value", "in", CODES)],
    )
    drugs = pd.read_parquet(
        table("drug_exposure"),
        columns=["person_id", "drug_exposure_start_date", "drug_source_value"],
    )
drugs = drugs.rename(columns={"drug_exposure_start_date": "start"})
drugs["start"] = pd.to_datetime(drugs.start)
name = drugs.drug_source_value.str.lower()
drugs["na"] = name.str.contains("|".join(NA))
drugs["ifn"] = name.str.contains("|".join(IFN))
drugs["vaccine"] = name.str.contains("vaccine")
drugs["hbig"] = name.str.contains("immunoglobulin")

quantitative = tests.measurement_source_value == "63557-3"
number, less = tests.value_as_number, tests.operator_concept_id == LESS
cutoff = np.where(quantitative, 0.05, 1.0)
grey = ~quantitative & ~less & (number >= 0.8) & (number < 1.2)
positive = (number.notna() & ~less & (number >= cutoff)) | (tests.value_as_concept_id == POSITIVE)
negative = (number.notna() & ((number < cutoff) | (less & (number <= cutoff)))) | (
    tests.value_as_concept_id == NEGATIVE
)
tests["positive"] = (positive & ~grey).fillna(False).astype(bool)
tests["negative"] = (negative & ~grey).fillna(False).astype(bool)
tests = tests[tests.positive | tests.negative]
tests["measurement_date"] = pd.to_datetime(tests.measurement_date)

days = tests.groupby(["person_id", "measurement_date"])[["positive", "negative"]].max()
days = days[days.positive != days.negative].reset_index().sort_values("measurement_date")
for product in ("vaccine", "hbig"):
    doses = drugs.loc[drugs[product], ["person_id", "start"]].sort_values("start")
    days = pd.merge_asof(
        days,
        doses.rename(columns={"start": product}),
        left_on="measurement_date",
        right_on=product,
        by="person_id",
    )
after_vaccine = (days.measurement_date - days.vaccine).dt.days <= 28
after_hbig = (days.measurement_date - days.hbig).dt.days <= 108
days = days[~(days.positive & after_vaccine) & ~(days.negative & after_hbig)]

first_positive = days[days.positive].groupby("person_id").measurement_date.min().rename("shown")
days = days.join(first_positive, on="person_id")
loss = days[days.negative & (days.measurement_date > days.shown)]
loss = loss.groupby("person_id").measurement_date.min().rename("loss")
after = days.join(loss, on="person_id", how="inner")
reversion = after[after.positive & (after.measurement_date > after.loss)]
reversion = reversion.groupby("person_id").measurement_date.min().rename("reversion")
last = after.groupby("person_id").measurement_date.max().rename("last")

cohort = pd.concat([loss, reversion, last], axis=1)
before = drugs[drugs.na | drugs.ifn].join(loss, on="person_id", how="inner")
before = before[before.start <= before.loss].groupby("person_id")[["na", "ifn"]].max()
cohort = cohort.join(before)
cohort[["na", "ifn"]] = cohort[["na", "ifn"]].fillna(False).astype(bool)
alone = cohort[cohort.na != cohort.ifn].copy()
alone["years"] = (alone.reversion.fillna(alone["last"]) - alone.loss).dt.days / 365.25

answer = {
    "positive": int(first_positive.size),
    "lost": int(loss.size),
    "treated": int((cohort.na | cohort.ifn).sum()),
}
for group, chosen in (("NA", alone.na), ("IFN", alone.ifn)):
    some = alone[chosen]
    curve = KaplanMeierFitter().fit(some.years, some.reversion.notna())
    answer[group] = [
        len(some),
        int(some.reversion.notna().sum()),
        *(round(float(curve.predict(year)), 6) for year in (1, 3)),
    ]
print(json.dumps(answer))
