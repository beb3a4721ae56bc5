"""``ipaner pretrain``: masked phonemes of plain text, before any annotated sentence."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from ipaner.cli.settings import log_file, log_to, overrides, set_option


@click.command()
@click.argument("config", type=click.Path(path_type=Path))
@click.option(
    "--text", type=click.Path(path_type=Path), required=True, help="Folder of plain text: LANGUAGE.txt[.gz], UTF-8."
)
@click.option("--out", type=click.Path(path_type=Path), help="Run folder.  [default: runs/NAME]")
@set_option
@click.option(
    "--cache", type=click.Path(path_type=Path), help="Word cache shared between runs.  [default: beside the run folder]"
)
@click.option("--threads", type=int, help="CPU threads of torch.  [default: all cores]")
def pretrain(
    config: Path, text: Path, out: Path | None, settings: tuple[str, ...], cache: Path | None, threads: int | None
) -> None:
    """Let an encoder guess hidden words of plain text, as CONFIG (YAML, the form of 'ipaner train') says.

    The languages are those that its groups name under 'text'. The checkpoint is for start_from of 'ipaner train'.

    \b
    ipaner pretrain experiments/pretrain.yaml --text DIR
    ipaner train experiments/leave-out.yaml --data DIR --set start_from=runs/pretrain/checkpoint
    """  # noqa: D301 (click reads the backspace: keep these lines)
    from ipaner.errors import MissingExtra

    try:
        import torch

        from ipaner.training import read_config
        from ipaner.training.pretrain import pretrain as run
    except ModuleNotFoundError as error:
        raise MissingExtra("Pre-training", "train") from error

    resolved = read_config(config, overrides(settings))
    folder = out or Path("runs") / resolved.name
    if threads:
        torch.set_num_threads(threads)
    log_to(logging.StreamHandler(), log_file(folder, "train.log"))
    click.echo(str(run(resolved, text, folder, cache=cache or folder.parent / "words.sqlite", progress=True)))
