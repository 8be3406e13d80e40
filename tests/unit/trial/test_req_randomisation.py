"""Randomisation: requirements R1 to R6 (ICH E6(R3) 4, Cochrane Handbook 8, Kahan 2015)."""

from __future__ import annotations

import dataclasses
import gzip
import hmac
import json
import logging
import os
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from scipy.stats import chisquare
from sqlalchemy import event
from trials import PASSWORD, Clock, Trial, protocol, small_trial

from seroclear.errors import SeroclearError
from seroclear.trial.conduct.backup import back_up
from seroclear.trial.conduct.lock import approve_unlock, ask_unlock, lock_trial
from seroclear.trial.conduct.orders import list_orders
from seroclear.trial.conduct.randomise import correct_stratum, list_allocations, randomise
from seroclear.trial.conduct.results import add_result
from seroclear.trial.conduct.start import create_trial
from seroclear.trial.conduct.subjects import correct_eligibility, screen_subject
from seroclear.trial.database.clinical import allocation
from seroclear.trial.database.verify import verify
from seroclear.trial.randomisation.commit import commit_scheme, read_scheme, reveal_seed
from seroclear.trial.randomisation.configuration import (
    ALGORITHM,
    Configuration,
    commitment_of,
    configuration_of,
)
from seroclear.trial.randomisation.draw import Before, draw
from seroclear.trial.randomisation.key import make_key, read_key
from seroclear.trial.randomisation.replay import replay
from seroclear.trial.randomisation.stream import Stream
from seroclear.trial.trust.gateway import NotPermitted
from seroclear.trial.trust.signatures import sign
from seroclear.trial.trust.trail import HIDDEN, read_trail, trail_of_subject

KEY = bytes(range(32))


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return small_trial(tmp_path)


def configured(method: str = "permuted blocks", **changes: object) -> Configuration:
    made = Configuration(
        trial="NCT0",
        arms=(("a", 1), ("b", 1)),
        method=method,
        blocks=(4, 6),
        probability=0.8,
        factors=(("centre", ("x", "y")),),
    )
    return dataclasses.replace(made, **changes)


def drawn_in_turn(
    key: bytes, configuration: Configuration, count: int, levels: list[dict[str, str]] | None = None
) -> list[str]:
    before: list[Before] = []
    for number in range(count):
        level = levels[number % len(levels)] if levels else {"centre": "x"}
        before.append(Before(draw(key, configuration, level, before).arm, level))
    return [one.arm for one in before]


def test_golden_allocations_of_the_algorithm() -> None:
    """Whoever changes a draw changes ALGORITHM: trials under way are held to the old one."""
    assert ALGORITHM == "hmac-sha256 permuted blocks and minimisation, version 1"
    assert "".join(drawn_in_turn(KEY, configured(), 24)) == GOLDEN_BLOCKS
    both = [{"centre": "x"}, {"centre": "y"}, {"centre": "x"}]
    minimised = drawn_in_turn(KEY, configured("minimisation"), 24, both)
    assert "".join(minimised) == GOLDEN_MINIMISED
    assert commitment_of(KEY, configured().canonical()) == GOLDEN_COMMITMENT


@pytest.mark.parametrize("seed", range(5))
def test_double_blocks_from_the_description_alone(seed: int) -> None:
    """The same allocations from the algorithm's description alone: HMAC-SHA-256 of the label and a
    counter, four words of 64 bits, big-endian; a block's size, then Fisher and Yates from the end.
    (A word is drawn anew once in more than 10**18: this double leaves that out.)"""
    key = seed.to_bytes(32, "little")
    arms: list[str] = []
    for number in range(12):
        label = json.dumps(["NCT0", "block", "centre: x", number], separators=(",", ":"))
        digests = [
            hmac.digest(key, f"{label}#{counter}".encode(), "sha256") for counter in range(3)
        ]
        words = iter(
            int.from_bytes(d[at : at + 8], "big") for d in digests for at in (0, 8, 16, 24)
        )
        size = (4, 6)[next(words) % 2]
        block = ["a"] * (size // 2) + ["b"] * (size // 2)
        for last in reversed(range(1, size)):
            other = next(words) % (last + 1)
            block[last], block[other] = block[other], block[last]
        arms += block
    assert drawn_in_turn(key, configured(), 40) == arms[:40]


GOLDEN_BLOCKS = "bbaaabaabbabababaabbabab"
GOLDEN_MINIMISED = "bbaaaabababbbaabababaabb"
GOLDEN_COMMITMENT = "c08bf314961b01ec4bc3e2e313a8987579cdbf1636252ee5b881c7813a608947"


def test_req_R1_no_unallocated_arm_is_anywhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Arms are called by words that occur nowhere else; then everything there is, is searched.

    Beside the places that name both arms alike, an arm is named once in the row of an allocation
    that was made and once in the line of the trail about it; the key is nowhere.
    """
    caplog.set_level(logging.DEBUG)
    trial = _with_canaries(tmp_path, caplog)
    made = [randomise(trial.as_("rao"), trial.eligible())["arm"] for _ in range(3)]
    waiting = trial.eligible()  # somebody whose arm nobody must be able to read
    for who in ("mo", "stat", "admin", "key", "dai"):  # nobody of these may ask for it
        with pytest.raises(NotPermitted):
            randomise(trial.as_(who), waiting)
        with pytest.raises(NotPermitted):
            list_allocations(trial.as_(who))
    os.chmod(trial.key_file, 0o644)
    with pytest.raises(SeroclearError) as refused:
        randomise(trial.as_("rao"), waiting)
    os.chmod(trial.key_file, 0o600)
    back_up(trial.as_("admin"), tmp_path / "backup.gz")
    trial.database.close()

    key = read_key(trial.key_file)
    seen = _sightings(tmp_path / "trial.db", "CANARY")
    told = [place for place in seen if place[1] not in BOTH_ARMS]
    assert told == sorted((table, "arm", arm) for table in ("allocation", "audit") for arm in made)
    secrets = (key.hex(), str(key), repr(key))
    raw = (tmp_path / "trial.db").read_bytes()
    heaps = [
        raw,
        gzip.decompress((tmp_path / "backup.gz").read_bytes()),
        caplog.text.encode(),
        "".join(capfd.readouterr()).encode(),
        str(refused.value).encode(),
        repr(trial.as_("rao")).encode(),
    ]
    for heap in heaps:
        assert key not in heap
        assert not any(secret.encode() in heap for secret in secrets)
    for heap in heaps[2:]:
        assert b"CANARY" not in heap


def test_req_R1_the_next_arm_is_not_in_a_crash(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The arm is drawn and its row cannot be written."""
    code = trial.eligible()

    def broken(self: object, *_: object) -> None:
        raise SeroclearError("the disk is full.")

    monkeypatch.setattr("seroclear.trial.trust.work.Work._insert", broken)
    with pytest.raises(SeroclearError) as error:
        randomise(trial.as_("rao"), code)
    assert "hbig" not in str(error.value)
    monkeypatch.undo()
    with trial.database.read() as connection:
        assert connection.execute(allocation.select()).all() == []


def test_req_R2_asked_again_the_first_allocation_is_the_answer(trial: Trial) -> None:
    code = trial.eligible()
    first = randomise(trial.as_("rao"), code)
    assert randomise(trial.as_("rao"), code) == first
    assert randomise(trial.as_("rao").as_request("another"), code) == first
    with trial.database.read() as connection:
        assert len(connection.execute(allocation.select()).all()) == 1


def test_req_R2_a_retry_after_a_lost_answer_gives_the_same(trial: Trial) -> None:
    code, other = trial.eligible(), trial.eligible()
    session = trial.as_("rao").as_request("form-17")
    assert randomise(session, code) == randomise(session, code)
    with pytest.raises(SeroclearError, match="used for something else"):
        randomise(session, other)
    with trial.database.read() as connection:
        assert len(connection.execute(allocation.select()).all()) == 1


def test_req_R2_a_failed_action_leaves_nothing(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The allocation is recorded and what follows fails: neither is kept, and a retry is whole."""
    code = trial.eligible()

    def fails(*_: object) -> None:
        raise SeroclearError("broken off.")

    monkeypatch.setattr("seroclear.trial.conduct.randomise.order_at_enrolment", fails)
    with pytest.raises(SeroclearError, match="broken off"):
        randomise(trial.as_("rao"), code)
    monkeypatch.undo()
    with trial.database.read() as connection:
        assert connection.execute(allocation.select()).all() == []
        assert verify(connection).good
    arm = randomise(trial.as_("rao"), code)["arm"]
    orders = [one["subject"] for one in list_orders(trial.as_("pan"), all=True)]
    assert orders == ([code] if arm == "hbig" else [])


def test_req_R3_strata_are_frozen_and_a_correction_is_a_deviation(trial: Trial) -> None:
    code = trial.randomised()
    with trial.database.read() as connection:
        before = dict(connection.execute(allocation.select()).mappings().one())
    result = correct_stratum(
        trial.as_("li").because("sample of another person"), code, "anti_hbs", "10 mIU/mL or more"
    )
    assert result == "D000001"
    with trial.database.read() as connection:
        after = dict(connection.execute(allocation.select()).mappings().one())
        kept = connection.exec_driver_sql(
            "SELECT kind, factor, as_randomised, corrected FROM deviation"
        ).one()
    assert before == after
    assert tuple(kept) == ("stratum", "anti_hbs", "<10 mIU/mL", "10 mIU/mL or more")
    with pytest.raises(SeroclearError, match="Give a reason"):
        correct_stratum(trial.as_("li"), code, "anti_hbs", "10 mIU/mL or more")
    with pytest.raises(SeroclearError, match="is unknown"):
        correct_stratum(trial.as_("li").because("x"), code, "anti_hbs", "plenty")
    with pytest.raises(SeroclearError, match="is no factor that a person answers"):
        correct_eligibility(
            trial.as_("li").because("x"), code, "2026-03-02", {}, {"anti_hbs": "<10 mIU/mL"}
        )


def test_req_R3_a_corrected_result_does_not_move_the_stratum(trial: Trial) -> None:
    code = trial.randomised()
    add_result(trial.as_("lab"), code, "anti_hbs", "500", "mIU/mL", trial.clock.today)
    assert randomise(trial.as_("rao"), code)["subject"] == code
    _lock_with_everything_settled(trial)
    reveal_seed(trial.as_("key"))
    with trial.database.read() as connection:
        assert replay(connection).good


def test_req_R4_replay_after_the_reveal_proves_every_allocation(trial: Trial) -> None:
    for number in range(9):
        code = trial.eligible("01", anti_hbs="5" if number % 2 else "50")
        randomise(trial.as_("rao"), code)
    with trial.database.read() as connection, pytest.raises(SeroclearError, match="after the lock"):
        replay(connection)
    with pytest.raises(NotPermitted, match="before the trial is locked"):
        reveal_seed(trial.as_("key"))
    commitment = read_scheme(trial.as_("key"))["commitment"]
    _lock_with_everything_settled(trial)
    assert reveal_seed(trial.as_("key")) == commitment
    with trial.database.read() as connection:
        found = replay(connection)
        other = replay(connection, bytes(32))
    assert (found.allocations, found.problem) == (9, "")
    assert other.problem == "the key is not the one that was committed to"


@pytest.mark.parametrize(
    ("column", "value"),
    [("arm", "'control'"), ("sequence", "77"), ("stratum", "'x'"), ("probability", "'{}'")],
)
def test_req_R4_replay_finds_an_allocation_that_was_not_drawn(
    trial: Trial, tmp_path: Path, column: str, value: str
) -> None:
    trial.randomised("hbig")
    trial.database.close()
    connection = sqlite3.connect(tmp_path / "trial.db")
    connection.execute("DROP TRIGGER allocation_no_update")
    connection.execute(f"UPDATE allocation SET {column} = {value} WHERE arm = 'hbig'")
    connection.commit()
    connection.close()
    with trial.database.read() as opened:
        found = replay(opened, read_key(trial.key_file))
    assert f"its {column} is not the one drawn" in found.problem


def test_req_R4_each_allocation_says_what_explains_it(trial: Trial) -> None:
    trial.randomised()
    with trial.database.read() as connection:
        row = dict(connection.execute(allocation.select()).mappings().first() or {})
    assert row["algorithm"] == ALGORITHM
    assert row["commitment"] == read_scheme(trial.as_("key"))["commitment"]
    assert json.loads(row["imbalance"]) == {"control": 0, "hbig": 0}
    assert json.loads(row["probability"]) == {"control": 0.5, "hbig": 0.5}
    assert row["software"]


def test_req_R4_no_second_commitment_and_none_afterwards(trial: Trial, tmp_path: Path) -> None:
    with pytest.raises(SeroclearError, match="committed to its randomisation already"):
        commit_scheme(trial.as_("key"), tmp_path / "second")
    assert not (tmp_path / "second").exists()
    with pytest.raises(SeroclearError, match="never written over"):
        make_key(trial.key_file)


def test_req_R4_after_the_reveal_nobody_is_allocated(trial: Trial) -> None:
    code = trial.eligible()
    lock_trial(trial.as_("dai"))
    reveal_seed(trial.as_("key"))
    ask_unlock(trial.as_("dai").because("somebody was forgotten"))
    approve_unlock(trial.as_("dong"))
    with pytest.raises(SeroclearError, match="the key is revealed"):
        randomise(trial.as_("rao"), code)


def test_req_R5_block_sizes_are_hidden_from_the_sites(trial: Trial) -> None:
    for who in ("chen", "li", "rao", "pan", "mo", "dai", "admin"):
        with pytest.raises(NotPermitted):
            read_scheme(trial.as_(who))
    assert "blocks" in read_scheme(trial.as_("key"))["configuration"]
    allocated = randomise(trial.as_("rao"), trial.eligible())
    assert not {"sequence", "stratum", "imbalance", "probability"} & set(allocated)


def test_req_R5_what_helps_to_guess_is_hidden_in_the_trail_until_the_lock(trial: Trial) -> None:
    code = trial.randomised("control")
    for lines in (read_trail(trial.as_("dai")), trail_of_subject(trial.as_("mo"), code)):
        told = {(line["entity"], line["field"]): line["new"] for line in lines}
        assert told["allocation", "arm"] == "control"
        for field in ("stratum", "sequence", "imbalance", "probability"):
            assert told["allocation", field] == HIDDEN
        assert "[4,6,8]" not in str(lines)
    _lock_with_everything_settled(trial)
    assert "[4,6,8]" in str(read_trail(trial.as_("dai")))


@pytest.mark.parametrize("blocks", [(2,), (4,), (4, 6, 8)])
def test_req_R5_imbalance_is_at_most_half_a_block(blocks: tuple[int, ...]) -> None:
    worst = 0
    for number in range(200):
        key = number.to_bytes(32, "big")
        arms = drawn_in_turn(key, configured(blocks=blocks), 30)
        for at in range(1, 31):
            worst = max(worst, abs(arms[:at].count("a") - arms[:at].count("b")))
    assert worst == max(blocks) // 2


def test_req_R5_shares_follow_the_ratio() -> None:
    arms = drawn_in_turn(KEY, configured(arms=(("a", 2), ("b", 1)), blocks=(3, 6)), 60)
    assert (arms.count("a"), arms.count("b")) == (40, 20)


@pytest.mark.parametrize("lists", [5_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_req_R5_every_block_of_four_is_as_likely(lists: int) -> None:
    """The six orders of a block of four: chi-squared with 5 degrees of freedom."""
    counts: Counter[str] = Counter()
    settings = configured(blocks=(4,), factors=())
    for number in range(lists):
        key = number.to_bytes(32, "big")
        counts["".join(drawn_in_turn(key, settings, 4))] += 1
    assert len(counts) == 6
    assert chisquare(list(counts.values())).pvalue > 0.001


def test_req_R5_the_stream_is_uniform_and_reproducible() -> None:
    stream = Stream(KEY, "label")
    drawn = Counter(stream.below(7) for _ in range(70_000))
    assert set(drawn) == set(range(7))
    assert chisquare(list(drawn.values())).pvalue > 0.001
    assert [Stream(KEY, "a", 1).below(100) for _ in range(2)] == [
        Stream(KEY, "a", 1).below(100)
    ] * 2
    assert Stream(KEY, "a", 1).unit() != Stream(KEY, "a", "1").unit()
    assert 0 <= Stream(KEY, "x").unit() < 1


def test_minimisation_prefers_the_arm_that_balances() -> None:
    """Of those whom one arm would balance, about 80% get it; the rest are even."""
    levels = [{"centre": "x"}, {"centre": "y"}]
    preferred = chosen = 0
    for number in range(60):
        before: list[Before] = []
        for at in range(40):
            level = levels[at % 2]
            drawn = draw(number.to_bytes(32, "big"), configured("minimisation"), level, before)
            if len(set(drawn.imbalance.values())) > 1:
                preferred += 1
                chosen += drawn.imbalance[drawn.arm] == min(drawn.imbalance.values())
                assert sorted(drawn.probability.values()) == [pytest.approx(0.2), 0.8]
            else:
                assert set(drawn.probability.values()) == {0.5}
            before.append(Before(drawn.arm, level))
    assert preferred > 1000
    assert abs(chosen / preferred - 0.8) < 0.04


def test_minimisation_counts_by_hand() -> None:
    """At level x one in a and none in b: to a makes a range of 2, to b one of 0."""
    before = [Before("a", {"centre": "x"}), Before("b", {"centre": "y"})]
    drawn = draw(KEY, configured("minimisation"), {"centre": "x"}, before)
    assert drawn.imbalance == {"a": 2.0, "b": 0.0}
    assert drawn.probability["b"] == 0.8


def test_minimisation_is_refused_for_unequal_shares() -> None:
    arms = (dataclasses.replace(protocol().arms[0], ratio=2), protocol().arms[1])
    uneven = dataclasses.replace(protocol("minimisation"), arms=arms)
    with pytest.raises(SeroclearError, match="equal ratios only"):
        configuration_of(uneven)


def test_req_R6_without_the_key_nobody_is_allocated(trial: Trial, tmp_path: Path) -> None:
    code = trial.eligible()
    session = trial.as_("rao")
    other = tmp_path / "other"
    other.write_text("00" * 32)
    other.chmod(0o600)
    empty = tmp_path / "empty"
    empty.write_text("")
    empty.chmod(0o600)
    for file, why in (
        (None, "where is the key"),
        (tmp_path / "absent", "cannot be read"),
        (other, "not the one that the trial is committed to"),
        (empty, "holds no key"),
    ):
        with pytest.raises(SeroclearError, match=why):
            randomise(dataclasses.replace(session, key_file=file), code)
    trial.key_file.chmod(0o640)
    with pytest.raises(SeroclearError, match="chmod 600"):
        randomise(session, code)
    trial.key_file.chmod(0o600)
    assert randomise(session, code)["arm"] in ("hbig", "control")


def test_req_R6_a_database_that_can_only_be_read_refuses_clearly(
    trial: Trial,
) -> None:
    code = trial.eligible()
    session = trial.as_("rao")
    trial.database.close()
    event.listen(
        trial.database.engine,
        "connect",
        lambda connection, record: connection.execute("PRAGMA query_only = ON"),
    )
    with pytest.raises(SeroclearError, match="can only be read: nothing was recorded"):
        randomise(session, code)


def test_req_R6_an_unknown_stratum_refuses(trial: Trial) -> None:
    code = trial.eligible(anti_hbs="<100")  # below 10, or between 10 and 100: it cannot be told
    with pytest.raises(SeroclearError, match="level of 'anti_hbs' is unknown"):
        randomise(trial.as_("rao"), code)


def test_a_sample_that_is_too_old_tells_no_stratum(trial: Trial) -> None:
    code = trial.eligible()
    trial.clock.pass_days(29)
    with pytest.raises(SeroclearError, match="the last 28 days"):
        randomise(trial.as_("rao"), code)


def _with_canaries(folder: Path, caplog: pytest.LogCaptureFixture) -> Trial:
    """A trial whose arms are called by words that occur nowhere else."""
    from unittest.mock import patch

    import trials

    arms = tuple(
        dataclasses.replace(arm, name=name, intervention="x", label="x", label_zh="x")
        for arm, name in zip(protocol().arms, ("CANARYAAA", "CANARYBBB"), strict=True)
    )
    renamed = dataclasses.replace(
        protocol(), arms=arms, trigger=dataclasses.replace(protocol().trigger, at_enrolment=False)
    )
    renamed = dataclasses.replace(
        renamed, trigger=dataclasses.replace(renamed.trigger, arms=("CANARYAAA",))
    )
    with patch.object(trials, "protocol", lambda method="": renamed):
        return trials.found_trial(folder / "trial.db", folder / "key", Clock())


# Columns (of a row, or of its line in the trail) that name both arms, whoever was allocated.
BOTH_ARMS = ("protocol", "configuration", "imbalance", "probability")


def _sightings(file: Path, word: str) -> list[tuple[str, str, str]]:
    """Every place of the database where a word occurs: table, column, and the whole value.

    In the trail, the column is the field that the line tells of.
    """
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return sorted(
        (table, str(row["field"]) if table == "audit" else column, str(row[column]))
        for (table,) in tables
        for row in connection.execute(f"SELECT * FROM {table}").fetchall()
        for column in row.keys()  # noqa: SIM118 - a Row iterates over its values
        if word in str(row[column])
    )


def _lock_with_everything_settled(trial: Trial) -> None:
    from seroclear.trial.conduct.adjudication import adjudicate, prepare_case
    from seroclear.trial.conduct.orders import cancel_order
    from seroclear.trial.conduct.subjects import list_subjects

    for order in list_orders(trial.as_("pan")):
        cancel_order(trial.as_("li").because("end of the trial"), order["id"])
    for one in list_subjects(trial.as_("dai")):
        if one["randomised"]:
            sign(trial.as_("li"), one["id"], "casebook", PASSWORD)
            case = prepare_case(trial.as_("dai"), one["id"])
            for who in ("ada", "bo"):
                adjudicate(trial.as_(who), case, "sustained", "negative")
    lock_trial(trial.as_("dai"))


def test_a_trial_that_is_there_is_not_made_again(trial: Trial, tmp_path: Path) -> None:
    with pytest.raises(SeroclearError, match="already; choose another"):
        create_trial(tmp_path / "trial.db", protocol(), account="x", name="X", password=PASSWORD)
    assert screen_subject(trial.as_("chen"), "01", trial.clock.today) == "01-001"
