"""The command line: parse, call, print. Everything heavy is imported when its command runs."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading

import click

from seroclear import __version__
from seroclear.cli import course, evidence, records, simulate, study, trial
from seroclear.cli.mistakes import Commands

# Matrices here have few columns: threads of the linear algebra wait for each other (imputing took
# eight times the processor time) and add up in another order. NumPy reads this when it is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="seroclear")
def main() -> None:
    """Hospital records in, defensible answers about curing chronic hepatitis B out.

    \b
    Try it:            seroclear demo
    Your own records:  seroclear records load RECORDS STORE
                       seroclear records check STORE
                       seroclear study run durability STORE
    One patient:       seroclear course show STORE PATIENT
    """
    for stream in (sys.stdout, sys.stderr):  # a name in Chinese is no reason to stop
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if threading.current_thread() is threading.main_thread():
        # Ended by a scheduler we still clear away what is half-written.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


for command in (
    simulate.demo,
    simulate.simulate,
    records.records,
    course.course,
    study.study,
    trial.trial,
    evidence.evidence,
):
    main.add_command(command)
