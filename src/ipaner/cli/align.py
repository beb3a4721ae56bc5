"""``ipaner align``: contrastive alignment of a trained tagger on pairs of words (IPAC)."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from ipaner.cli.settings import log_file, log_to, overrides, set_option


@click.command()
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--stage1", type=click.Path(path_type=Path), help="Checkpoint to align, instead of CONFIG's.")
@click.option("--pairs", type=click.Path(path_type=Path), help="Table of pairs, instead of CONFIG's.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of corpora; the joint form reads them.")
@click.option("--out", type=click.Path(path_type=Path), help="Run folder.  [default: runs/NAME]")
@set_option
@click.option("--cache", type=click.Path(path_type=Path), help="Word cache.  [default: beside the run folder]")
@click.option("--threads", type=int, help="CPU threads of torch.  [default: all cores]")
@click.option("--export/--no-export", default=True, show_default=True, help="Also write ONNX, fp32 and int8.")
def align(
    config: Path,
    stage1: Path | None,
    pairs: Path | None,
    data: Path | None,
    out: Path | None,
    settings: tuple[str, ...],
    cache: Path | None,
    threads: int | None,
    export: bool,
) -> None:
    """Align a trained tagger on pairs of words that sound alike across languages, as CONFIG (YAML) says.

    The encoder is frozen but for a LoRA adapter, trained with InfoNCE; the head stays as it is. The run folder holds
    the adapter, the merged checkpoint, and what became of held-out pairs.

    \b
    ipaner align experiments/ipac.yaml --stage1 runs/a/checkpoint
    ipaner align experiments/ipac.yaml --stage1 runs/a/checkpoint --set "pairs.languages={kor: 512}"
    """  # noqa: D301 (click reads the backspace: keep these lines)
    from ipaner.errors import MissingExtra

    try:
        import torch

        from ipaner.training.contrastive import align as run
        from ipaner.training.contrastive import read_align_config
        from ipaner.training.contrastive.space import CLEAR_RISE
    except ModuleNotFoundError as error:
        raise MissingExtra("Contrastive alignment", "train") from error

    values = overrides(settings)
    if pairs:
        values["pairs.table"] = str(pairs)
    resolved = read_align_config(config, values)
    folder = out or Path("runs") / resolved.name
    if threads:
        torch.set_num_threads(threads)
    log_to(logging.StreamHandler(), log_file(folder, "align.log"))
    checkpoint, before, after = run(
        resolved, folder, stage1=stage1, data=data, cache=cache or folder.parent / "words.sqlite"
    )
    if export:
        from ipaner.model.export import export_checkpoint

        export_checkpoint(checkpoint)
    click.echo(f"held-out pairs, mean reciprocal rank: {before.held_out_mrr:.1f} -> {after.held_out_mrr:.1f}", err=True)
    if after.held_out_mrr < before.held_out_mrr + CLEAR_RISE:
        click.echo(
            "Warning: retrieval did not clearly rise, so this run says nothing about alignment. Raise "
            "schedule.learning_rate or schedule.epochs.",
            err=True,
        )
    click.echo(str(checkpoint))
