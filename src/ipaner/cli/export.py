"""``ipaner export``: a checkpoint to ONNX."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("checkpoint", type=click.Path(path_type=Path))
def export(checkpoint: Path) -> None:
    """Write model.onnx (fp32) and model.int8.onnx into CHECKPOINT, each one file, checked against torch."""
    from ipaner.model.export import export_checkpoint

    for name, size in export_checkpoint(checkpoint).items():
        click.echo(f"{checkpoint / name}  {size / 1e6:.1f} MB")
