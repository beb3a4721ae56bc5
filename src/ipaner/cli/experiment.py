"""``ipaner experiment``: run an experiment of the paper or beyond it, and write down what it found."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from ipaner.cli.progress import counting
from ipaner.cli.settings import log_file, log_to


@click.group()
def experiment() -> None:
    """Run an experiment, one YAML each in experiments/, and report it.

    \b
    ipaner experiment run main --data DIR --models runs
    ipaner experiment report main
    """  # noqa: D301 (click reads the backspace: keep these lines)


_work_option = click.option(
    "--work",
    type=click.Path(path_type=Path),
    default=Path("runs/experiments"),
    show_default=True,
    help="Folder for the runs; what is done there is not done again.",
)
_smoke_option = click.option("--smoke", is_flag=True, help="A trial of under a minute with a tiny tagger.")


@experiment.command()
@click.argument("name")
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Folder that holds source/ and target/.")
@click.option(
    "--models",
    type=click.Path(path_type=Path),
    default=Path("runs"),
    show_default=True,
    help="Folder of the run folders of stage 1 (experiments/reproduce.sh makes them).",
)
@click.option("--pairs", type=click.Path(path_type=Path), help="Table of pairs.  [default: the one in the package]")
@click.option("--cache", type=click.Path(path_type=Path), help="Word cache.  [default: in the folder for runs]")
@click.option("--threads", type=int, help="CPU threads of torch.  [default: all cores]")
@_work_option
@_smoke_option
def run(
    name: str,
    data: Path,
    models: Path,
    pairs: Path | None,
    cache: Path | None,
    threads: int | None,
    work: Path,
    smoke: bool,
) -> None:
    """Run what is not yet done of the experiment NAME (experiments/NAME.yaml, or the path of a file)."""
    from ipaner.errors import MissingExtra

    try:
        import torch

        from ipaner.experiments import read_experiment, run_experiment
    except ModuleNotFoundError as error:
        raise MissingExtra("Running experiments", "train") from error

    resolved = read_experiment(name, smoke=smoke)
    if threads:
        torch.set_num_threads(threads)
    log_to(log_file(work / resolved.name, "run.log"))
    logging.captureWarnings(True)
    with counting("runs") as advance:
        folder = run_experiment(
            resolved,
            models=models,
            data=data,
            work=work,
            pairs=pairs,
            cache=cache or work / "words.sqlite",
            smoke=smoke,
            progress=lambda cell, done, total: advance(1) if done else None,
        )
    click.echo(str(folder))


@experiment.command()
@click.argument("name")
@_work_option
@_smoke_option
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for results and page.  [default: the project's own]"
)
def report(name: str, work: Path, smoke: bool, out: Path | None) -> None:
    """Write results (JSON), a page and figures (SVG, PNG) from the runs of NAME, or the page anew from the results."""
    from ipaner.errors import MissingExtra

    try:
        from ipaner.experiments import read_experiment
        from ipaner.experiments.report import PAGES, RESULTS
        from ipaner.experiments.report import report as write
    except ModuleNotFoundError as error:
        raise MissingExtra("Reporting experiments", "train") from error

    resolved = read_experiment(name, smoke=smoke)
    places = (out, out) if out else (work / resolved.name,) * 2 if smoke else (RESULTS, PAGES)
    for path in write(resolved, work, *places):
        click.echo(str(path))
