"""The question of README.md with Polars' lazy, streaming engine. Usage: FOLDER"""

import json
import sys
from pathlib import Path

import polars as pl
from lifelines import KaplanMeierFitter
from polars import col

folder = Path(sys.argv[1])


def table(name):
    """One file, or a folder of parts."""
    file = folder / f"{name}.parquet"
    return file if file.exists() else folder / name


NA = "entecavir|tenofovir|adefovir|lamivudine|telbivudine"
LESS, POSITIVE, NEGATIVE = 4171756, 9191, 9189  # OMOP concepts

drugs = pl.scan_parquet(table("drug_exposure")).select(
    "person_id",
    start=col("drug_exposure_start_date"),
    na=col("drug_source_value").str.to_lowercase().str.contains(NA),
    ifn=col("drug_source_value").str.to_lowercase().str.contains("interferon"),
    vaccine=col("drug_source_value").str.to_lowercase().str.contains("vaccine"),
    hbig=col("drug_source_value").str.to_lowercase().str.contains("immunoglobulin"),
)
quantitative = col("measurement_source_value") == "63557-3"
number, word = col("value_as_number"), col("value_as_concept_id")
less = col("operator_concept_id").eq_missing(LESS)
cutoff = pl.when(quantitative).then(0.05).otherwise(1.0)
grey = ~quantitative & ~less & (number >= 0.8) & (number < 1.2)
tests = (
    pl.scan_parquet(table("measurement"))
    .filter(col("measurement_source_value").is_in(["63557-3", "5196-1"]))
    .select(
        "person_id",
        day=col("measurement_date"),
        grey=grey.fill_null(False),
        positive=((~less & (number >= cutoff)) | (word == POSITIVE)).fill_null(False),
        negative=((number < cutoff) | (less & (number <= cutoff)) | (word == NEGATIVE)).fill_null(
            False
        ),
    )
    .filter(~col("grey") & (col("positive") | col("negative")))
)
days = (
    tests.group_by("person_id", "day")
    .agg(col("positive").max(), col("negative").max())
    .filter(col("positive") != col("negative"))
    .sort("day")
)
for product in ("vaccine", "hbig"):
    doses = drugs.filter(product).select("person_id", **{f"{product}_on": "start"})
    doses = doses.sort(f"{product}_on")
    days = days.join_asof(doses, left_on="day", right_on=f"{product}_on", by="person_id")
after_vaccine = ((col("day") - col("vaccine_on")).dt.total_days() <= 28).fill_null(False)
after_hbig = ((col("day") - col("hbig_on")).dt.total_days() <= 108).fill_null(False)
days = (
    days.filter(~(col("positive") & after_vaccine) & ~(col("negative") & after_hbig))
    .with_columns(shown=col("day").filter("positive").min().over("person_id"))
    .with_columns(
        loss=col("day")
        .filter(col("negative") & (col("day") > col("shown")))
        .min()
        .over("person_id")
    )
)
people = days.group_by("person_id").agg(
    col("shown").first(),
    col("loss").first(),
    reversion=col("day").filter(col("positive") & (col("day") > col("loss"))).min(),
    last=col("day").max(),
)
people = people.collect(engine="streaming")
cohort = people.filter(col("loss").is_not_null())
before = (
    drugs.filter(col("na") | col("ifn"))
    .join(cohort.lazy().select("person_id", "loss"), on="person_id")
    .filter(col("start") <= col("loss"))
    .group_by("person_id")
    .agg(col("na").max(), col("ifn").max())
    .collect(engine="streaming")
)
cohort = cohort.join(before, on="person_id", how="left").with_columns(
    col("na", "ifn").fill_null(False),
    years=(col("reversion").fill_null(col("last")) - col("loss")).dt.total_days() / 365.25,
)
answer = {
    "positive": people["shown"].count(),
    "lost": cohort.height,
    "treated": cohort.filter(col("na") | col("ifn")).height,
}
for group, other in (("na", "ifn"), ("ifn", "na")):
    some = cohort.filter(col(group) & ~col(other))
    reverted = some["reversion"].is_not_null().to_numpy()
    curve = KaplanMeierFitter().fit(some["years"].to_numpy(), reverted)
    answer[group.upper()] = [
        some.height,
        int(reverted.sum()),
        *(round(float(curve.predict(year)), 6) for year in (1, 3)),
    ]
print(json.dumps(answer))
