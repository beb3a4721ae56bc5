"""``ipaner train``: supervised NER training from a configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


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
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="Replace a value of CONFIG, e.g. --set input.blind=true.",
)
@click.option(
    "--cache", type=click.Path(path_type=Path), help="Word cache shared between runs.  [default: beside the run folder]"
)
@click.option("--threads", type=int, help="CPU threads of torch.  [default: all cores]")
@click.option("--export/--no-export", default=True, show_default=True, help="Also write ONNX, fp32 and int8.")
def train(
    config: Path,
    data: Path,
    out: Path | None,
    settings: tuple[str, ...],
    cache: Path | None,
    threads: int | None,
    export: bool,
) -> None:
    """Train a tagger as CONFIG (YAML) says, on CPU or GPU.

    The run folder holds the resolved configuration, environment, metrics, log and checkpoint. Several GPUs:
    accelerate launch -m ipaner.cli train CONFIG --data DIR
    """
    import logging

    from ipaner.errors import MissingExtra

    try:
        import torch
        import yaml

        from ipaner.training import read_config
        from ipaner.training import train as run
    except ModuleNotFoundError as error:
        raise MissingExtra("Training", "train") from error

    overrides: dict[str, Any] = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise click.UsageError(f"--set {setting}: write KEY=VALUE")
        overrides[key] = yaml.safe_load(value)
    resolved = read_config(config, overrides)
    folder = out or Path("runs") / resolved.name
    folder.mkdir(parents=True, exist_ok=True)
    if threads:
        torch.set_num_threads(threads)
    log = logging.getLogger("ipaner")
    log.setLevel(logging.INFO)
    for handler in (logging.StreamHandler(), logging.FileHandler(folder / "train.log", encoding="utf-8")):
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        log.addHandler(handler)
    checkpoint = run(resolved, data, folder, cache=cache or folder.parent / "words.sqlite", progress=True)
    if export:
        from ipaner.model.export import export_checkpoint

        export_checkpoint(checkpoint)
    click.echo(str(checkpoint))
