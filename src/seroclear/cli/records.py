"""`seroclear records`."""

from __future__ import annotations

from pathlib import Path

import click

from seroclear.cli.options import JSON, MEMORY, OVERWRITE, PATH, as_text, write


@click.group()
def records() -> None:
    """Hospital records in, a store out."""


@records.command("load")
@click.argument("source", type=PATH, metavar="RECORDS")
@click.argument("store", type=PATH)
@click.option(
    "--map", "extra_map", type=PATH, help="CSV (kind,name,meaning,unit) for unknown names."
)
@OVERWRITE
@MEMORY
def records_load(
    source: Path, store: Path, extra_map: Path | None, overwrite: bool, memory: str
) -> None:
    """Reads RECORDS and writes the folder STORE.

    \b
    RECORDS is recognised by what it holds:
      OMOP CDM 5.3/5.4   a folder of Parquet or CSV files, or a DuckDB file
      hospital CSV       a folder with hospital.toml, which names files and columns
      MIMIC-IV           a folder with hosp/*.csv.gz
      FHIR R4            a folder with *.ndjson, *.ndjson.gz or Bundles (*.json), or one such file
    """
    from seroclear.progress import progress_bar
    from seroclear.records import load as loading
    from seroclear.records.check import check, in_words

    with progress_bar("Loading", loading.STEPS) as progress:
        loaded = loading.load(
            source,
            store,
            extra_map=extra_map,
            overwrite=overwrite,
            memory_limit=memory,
            progress=progress,
        )
    click.echo(in_words(check(loaded.store, memory)))


@records.command("check")
@click.argument("store", type=PATH)
@JSON
@click.option("--html", type=PATH, help="Writes a page on the records' quality to this file.")
@MEMORY
def records_check(store: Path, as_json: bool, html: Path | None, memory: str) -> None:
    """What STORE holds, what was rejected and why, which names nobody has mapped, and which
    studies these records have the inputs of.

    The page of --html and the rows 'quality' of --json tell more: units, detection limits,
    implausible numbers, duplicates, testing against ALT, codes against serology. Numbers about
    few persons are hidden in them.
    """
    from seroclear.records.check import WIDTH, check, in_words
    from seroclear.records.quality import quality
    from seroclear.records.quality_page import page
    from seroclear.records.store import Store
    from seroclear.records.study_inputs import verdicts_in_words

    opened = Store.open(store)
    found = check(opened, memory)
    rows = quality(opened, memory)
    if html:
        write(html, page(rows, found.source).encode("utf-8"))
    if as_json:
        click.echo(as_text({**found.to_dict(), "quality": [row.to_dict() for row in rows]}))
    else:
        click.echo(f"{in_words(found)}\n\n{verdicts_in_words(rows, WIDTH)}")
