"""``ipaner train``: supervised NER training from a configuration."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from ipaner.cli.settings import log_file, log_to, overrides, set_option


@click.command()
@click.argument("config", type=click.Path(path_type=Path))
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder of corpora: CORPUS/LANGUAGE/SPLIT.jsonl[.gz].",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Run folder; an interrupted run there is resumed.  [default: runs/NAME]",
)
@click.option(
    "--text",
    type=click.Path(path_type=Path),
    help="Folder of plain text, LANGUAGE.txt[.gz], if CONFIG wants some labelled by teachers.",
)
@set_option
@click.option(
    "--cache", type=click.Path(path_type=Path), help="Word cache shared between runs.  [default: beside the run folder]"
)
@click.option("--threads", type=int, help="CPU threads of torch.  [default: all cores]")
@click.option(
    "--hf-encoder",
    metavar="NAME",
    help="Fine-tune this encoder of original spelling instead (hub name or folder of mBERT, XLM-R, CANINE, …): a "
    "baseline, which 'ipaner evaluate --hf' scores. Set optimisation.learning_rate to suit it, such as 2e-5.",
)
@click.option("--export/--no-export", default=True, show_default=True, help="Also write ONNX, fp32 and int8.")
def train(
    config: Path,
    data: Path,
    out: Path | None,
    text: Path | None,
    settings: tuple[str, ...],
    cache: Path | None,
    threads: int | None,
    hf_encoder: str | None,
    export: bool,
) -> None:
    """Train a tagger as CONFIG (YAML) says, on CPU or GPU.

    The run folder holds the resolved configuration, environment, metrics, log and checkpoint. Several GPUs:
    accelerate launch -m ipaner.cli train CONFIG --data DIR
    """
    from ipaner.errors import MissingExtra

    try:
        import torch

        from ipaner.training import read_config
        from ipaner.training import train as run
    except ModuleNotFoundError as error:
        raise MissingExtra("Training", "train") from error

    resolved = read_config(config, overrides(settings))
    folder = out or Path("runs") / resolved.name
    if threads:
        torch.set_num_threads(threads)
    log_to(logging.StreamHandler(), log_file(folder, "train.log"))
    if hf_encoder:
        from ipaner.training.hf import fine_tune

        click.echo(str(fine_tune(resolved, hf_encoder, data, folder, progress=True)))
        return
    checkpoint = run(resolved, data, folder, text=text, cache=cache or folder.parent / "words.sqlite", progress=True)
    if export:
        from ipaner.model.export import export_checkpoint

        export_checkpoint(checkpoint)
    click.echo(str(checkpoint))
