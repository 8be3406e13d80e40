"""Simulated trials: kinetics by hand, truths recovered, and nothing given to controls."""

from __future__ import annotations

import math
import time
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from seroclear.cli import main
from seroclear.trial.design.allocate import allocated
from seroclear.trial.design.assumptions import Assumptions
from seroclear.trial.design.exact import exact_power
from seroclear.trial.design.kinetics import Passive, amplitude, antigen, seen
from seroclear.trial.design.operating import Scenario, operating_characteristics
from seroclear.trial.design.simulate import Trials, simulate
from seroclear.trial.protocol import Protocol, read_protocol

PLAIN = {
    "negative_hazard_ratio": 1.0,
    "site_log_sd": 0.0,
    "dropout": 0.0,
    "missed_visit": 0.0,
    "masking_titre": math.inf,
    "assay_log10_sd": 0.0,
}


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return read_protocol()


def share(counts: np.ndarray, trials: Trials) -> np.ndarray:
    return np.asarray(counts.sum(axis=(0, 1)) / trials.n.sum(axis=(0, 1)))


def test_a_dose_adds_26_and_its_troughs_are_those_computed_by_hand() -> None:
    added = amplitude(400, np.array([65.0, 80.0, 50.0]), 0.192, 45)
    assert added == pytest.approx([26.3, 21.3, 34.1], abs=0.05)
    for every, trough in ((14, 47), (28, 18)):
        antibody = Passive(added[:1], half_life=21.7, absorption=0.40)
        for _ in range(40):
            antibody.give(np.ones(1), 0.0)
            antibody.pass_days(every)
        assert antibody.titre[0] == pytest.approx(trough, abs=1)


def test_antibody_peaks_within_a_week_or_so() -> None:
    antibody = Passive(np.full(1, 26.0), half_life=21.7, absorption=0.40)
    antibody.give(np.ones(1), 0.0)
    titres = []
    for _ in range(30):
        antibody.pass_days(1.0)
        titres.append(float(antibody.titre[0]))
    assert 5 <= 1 + int(np.argmax(titres)) <= 11


def test_a_dose_given_some_days_ago_is_a_dose_that_has_aged() -> None:
    late, early = (Passive(np.full(1, 26.0), 21.7, 0.40) for _ in range(2))
    early.give(np.ones(1), 0.0)
    early.pass_days(10.0)
    late.give(np.ones(1), 10.0)
    assert late.titre == pytest.approx(early.titre)


def test_antigen_doubles_to_its_plateau_and_antibody_hides_it() -> None:
    days = np.array([-1.0, 0.0, 7.0, 700.0])
    assert antigen(days, np.full(4, 2.0), 0.05, 7.0) == pytest.approx([0, 0.05, 0.1, 2.0])
    assert seen(np.ones(3), np.array([0.0, 100.0, 300.0]), 100.0) == pytest.approx([1, 0.5, 0.25])
    assert seen(np.ones(1), np.array([500.0]), math.inf) == pytest.approx([1.0])


def test_the_rates_that_were_asked_for_come_out(protocol: Protocol) -> None:
    for rates in ((0.7, 0.9), (0.85, 0.85)):
        found = simulate(protocol, Assumptions(*rates), 1500, seed=4)
        treated, control = share(found.truth, found)
        assert (control, treated) == pytest.approx(rates, abs=0.005)


def test_the_dropout_that_was_asked_for_comes_out(protocol: Protocol) -> None:
    found = simulate(protocol, Assumptions(0.7, 0.7, dropout=0.2, missed_visit=0.0), 1000)
    assert share(found.known, found) == pytest.approx([0.8, 0.8], abs=0.005)


def test_double_power_is_the_exact_power_where_nothing_comes_between(protocol: Protocol) -> None:
    for rates in ((0.7, 0.9), (0.8, 0.8)):
        found = simulate(protocol, Assumptions(*rates, **PLAIN), 6000, seed=2)
        assert (found.success == found.unmasked).all()
        rows = operating_characteristics(Scenario("", found))
        power = next(row for row in rows if row.estimate == "power").value
        assert power == pytest.approx(exact_power(*rates, 66, 66), abs=0.02)
        said = {row.estimate: row.value or 0.0 for row in rows}
        assert said["mean difference"] == pytest.approx(said["true difference"], abs=1e-9)
        assert said["true difference"] == pytest.approx(rates[1] - rates[0], abs=0.004)
        coverage = said["coverage"]
        assert coverage == pytest.approx(0.95, abs=0.01)


def test_antibody_can_only_hide_and_only_in_those_who_have_it(protocol: Protocol) -> None:
    truth = Assumptions(0.7, 0.7, masking_titre=10.0, plateau_median=0.2)
    found = simulate(protocol, truth, 600, seed=3)
    assert (found.success >= found.unmasked).all()
    hidden = share(found.success - found.unmasked, found)
    assert hidden[0] > 0.03
    assert hidden[1] == 0
    rows = operating_characteristics(Scenario("", found))
    power = next(row for row in rows if row.estimate == "power")
    assert (power.value or 0) > 0.07  # a difference is found where there is none
    open_eyes = simulate(protocol, replace(truth, masking_titre=math.inf), 600, seed=3)
    assert (open_eyes.success == open_eyes.unmasked).all()


def test_doses_keep_to_the_protocol(protocol: Protocol) -> None:
    truth = Assumptions(0.7, 0.9, dose_given=1.0)
    found = simulate(protocol, truth, 200)
    assert (found.doses >= 0).sum() == found.n[:, :, 0].sum()
    given = found.doses[found.doses >= 0]
    assert given.min() == 1  # everybody gets the first
    ordering = [v for v in protocol.schedule.visits if v.day <= protocol.trigger.last_day]
    assert given.max() == len(ordering)
    for changed, most in (
        (replace(protocol.trigger, maximum_doses=3), 3),
        (replace(protocol.trigger, minimum_interval_days=400), 1),
        (replace(protocol.trigger, last_day=60), 3),
        (replace(protocol.trigger, below=0.001), 1),
        (replace(protocol.trigger, last_day=-1), 0),
    ):
        other = simulate(replace(protocol, trigger=changed), truth, 50)
        assert other.doses.max() == most
    assert (simulate(protocol, replace(truth, dose_given=0.0), 20).doses <= 0).all()


def test_more_antibody_of_ones_own_needs_fewer_doses(protocol: Protocol) -> None:
    few, many = (
        simulate(protocol, Assumptions(0.7, 0.9, titre_median=median), 100)
        for median in (400.0, 20.0)
    )
    assert few.doses[few.doses >= 0].mean() < many.doses[many.doses >= 0].mean()


def test_the_same_seed_gives_the_same_trials(protocol: Protocol) -> None:
    first, again = (simulate(protocol, Assumptions(0.7, 0.9), 600, seed=9) for _ in range(2))
    other = simulate(protocol, Assumptions(0.7, 0.9), 600, seed=10)
    assert all(
        (getattr(first, one.name) == getattr(again, one.name)).all() for one in fields(Trials)
    )
    assert not (first.success == other.success).all()


def test_allocation_is_balanced_within_strata_and_keeps_the_ratio(protocol: Protocol) -> None:
    random = np.random.default_rng(1)
    stratum = random.integers(0, 2, (300, 132))
    treated = allocated(protocol, stratum, random)
    for level in (0, 1):
        inside = stratum == level
        apart = np.abs((inside & treated).sum(axis=1) - (inside & ~treated).sum(axis=1))
        assert apart.max() <= max(protocol.allocation.blocks) // 2
    assert treated.mean() == pytest.approx(0.5, abs=0.01)
    assert abs(treated.mean(axis=0) - 0.5).max() < 0.15  # every place alike
    arms = (replace(protocol.arms[0], ratio=2), protocol.arms[1])
    uneven = replace(protocol, arms=arms, allocation=replace(protocol.allocation, blocks=(3, 6)))
    assert allocated(uneven, stratum, random).mean() == pytest.approx(2 / 3, abs=0.01)


def test_thousands_of_trials_take_seconds(protocol: Protocol) -> None:
    before = time.process_time()
    simulate(protocol, Assumptions(0.7, 0.9), 2000)
    assert time.process_time() - before < 10


def test_the_design_report(tmp_path: Path) -> None:
    out = tmp_path / "design"
    command = ["trial", "design", "--out", str(out), "--trials", "50"]
    assert CliRunner().invoke(main, command).exit_code == 0
    text = (out / "report.html").read_text("utf-8")
    for said in (
        "Could masking alone",
        "38 sets of round assumptions that give 132",
        "132*",
        "83.8%",
        "63.9%",
        "2.963",
    ):
        assert said in text
    assert (out / "report.docx").stat().st_size > 10_000
    assert {file.name for file in (out / "figures").iterdir()} >= {"power.svg", "titres.png"}
    first = (out / "results.csv").read_bytes()
    assert CliRunner().invoke(main, command).exit_code == 1
    assert CliRunner().invoke(main, [*command, "--overwrite"]).exit_code == 0
    assert (out / "results.csv").read_bytes() == first


def test_the_protocol_on_a_terminal_and_as_a_page(tmp_path: Path) -> None:
    page = tmp_path / "protocol.html"
    found = CliRunner().invoke(main, ["trial", "protocol", "--html", str(page)])
    assert found.exit_code == 0
    assert "* Minimum interval" in found.output
    assert "  Trigger " in found.output
    assert max(map(len, found.output.splitlines())) <= 100
    assert read_protocol().hash() in page.read_text("utf-8")
    assert CliRunner().invoke(main, ["trial", "protocol", "none.toml"]).exit_code == 1
