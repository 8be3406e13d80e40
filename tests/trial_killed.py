"""A site that is killed again and again while it enters and randomises; what is left is told.

    python tests/trial_killed.py ADDRESS FOLDER KILLS SEED

Prints JSON: how often the site was killed in the middle of an allocation, how many allocations it
was told of, how many the database has, and what is wrong (nothing, it is hoped).
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from trials import Clock, Trial, found_trial

from seroclear.trial.conduct.randomise import randomise
from seroclear.trial.database import Database, connection
from seroclear.trial.database.clinical import allocation, dose_order
from seroclear.trial.database.verify import verify
from seroclear.trial.randomisation.key import read_key
from seroclear.trial.randomisation.replay import replay
from seroclear.trial.trust.session import open_trial

connection.SYNCHRONOUS = "FULL"  # as it is in use
LONGEST = 1.0  # seconds until a kill: some entries and some allocations


def main(address: str, folder: Path, kills: int, seed: int) -> None:
    """Founds the trial, kills the site `kills` times, and tells what is left."""
    found_trial(address, folder / "key", Clock()).database.close()
    moments = random.Random(seed)
    log = folder / "log"
    log.touch()
    inside = 0
    for _ in range(kills):
        reads, writes = os.pipe()
        site = os.fork()
        if site == 0:
            try:
                _enter_for_ever(address, folder, log, writes)
            finally:  # never on into what the parent does
                os._exit(1)
        os.read(reads, 1)  # the site is at work
        time.sleep(moments.uniform(0, LONGEST))
        os.kill(site, signal.SIGKILL)
        assert os.WIFSIGNALED(os.waitpid(site, 0)[1]), "the site stopped by itself"
        os.close(reads)
        os.close(writes)
        inside += _unanswered(log) is not None
    told, problems = _check(address, folder, log)
    print(json.dumps({"killed_inside": inside, **told, "problems": problems}))


def _enter_for_ever(address: str, folder: Path, log: Path, begun: int) -> None:
    """The site at work: it asks again for what it was not answered, and goes on."""
    clock = Clock()
    trial = Trial(open_trial(address, clock), folder / "key", clock)
    unanswered = _unanswered(log)
    with log.open("a") as notes:
        while True:
            code = unanswered or trial.eligible()
            unanswered = None
            os.write(begun, b".")
            print("asks", code, file=notes, flush=True)
            allocated = randomise(trial.as_("rao").as_request(f"randomise-{code}"), code)
            print("told", code, allocated["arm"], file=notes, flush=True)


def _unanswered(log: Path) -> str | None:
    lines = [line.split() for line in log.read_text().splitlines()]
    return lines[-1][1] if lines and lines[-1][0] == "asks" else None


def _check(address: str, folder: Path, log: Path) -> tuple[dict[str, int], list[str]]:
    told = {
        line.split()[1]: line.split()[2]
        for line in log.read_text().splitlines()
        if line.startswith("told") and len(line.split()) == 3
    }
    database = Database(address)
    problems = []
    with database.read() as opened:
        rows = list(opened.execute(allocation.select().order_by(allocation.c.number)).mappings())
        orders = [row.subject for row in opened.execute(dose_order.select())]
        verified = verify(opened)
        replayed = replay(opened, read_key(folder / "key"))
    database.close()
    arms = {row["subject"]: row["arm"] for row in rows}
    problems += [f"{code} was told and is lost" for code in told if arms.get(code) != told[code]]
    if [row["number"] for row in rows] != list(range(1, len(rows) + 1)):
        problems.append("a number is skipped or given twice")
    if sorted(orders) != sorted(code for code, arm in arms.items() if arm == "hbig"):
        problems.append("an allocation without its order, or an order without its allocation")
    problems += [one.problem for one in (verified, replayed) if not one.good]
    if replayed.allocations != len(rows):
        problems.append("an allocation is not proven")
    return {"told": len(told), "allocations": len(rows)}, problems


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
