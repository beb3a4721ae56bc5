"""``ipaner export``: a checkpoint to ONNX."""

from __future__ import annotations

from pathlib import Path

import click

from ipaner.errors import ConfigError, MissingExtra


@click.command()
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.option(
    "--light",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Also write a new folder with only what tagging needs: the int8 network, its description and its card.",
)
def export(checkpoint: Path, light: Path | None) -> None:
    """Write model.onnx (fp32) and model.int8.onnx into CHECKPOINT, each one file, checked against torch."""
    if light is not None and light.exists():
        raise ConfigError(f"{light} exists already. Name a new folder, or remove it")
    try:
        from ipaner.model.export import export_checkpoint, write_light
    except ModuleNotFoundError as error:
        raise MissingExtra("Export", "train") from error

    for name, size in export_checkpoint(checkpoint).items():
        click.echo(f"{checkpoint / name}  {size / 1e6:.1f} MB")
    if light is not None:
        write_light(checkpoint, light)
        click.echo(f"{light}  {sum(p.stat().st_size for p in light.iterdir()) / 1e6:.1f} MB in all")
