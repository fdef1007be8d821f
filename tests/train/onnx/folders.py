from pathlib import Path

from vae_models.files.names import CONFIG, RECORD, WEIGHTS


def copy_model(source: Path, target: Path) -> None:
    """Copy the files of a finished run, without the ONNX files."""
    for name in (CONFIG, WEIGHTS, RECORD):
        (target / name).write_bytes((source / name).read_bytes())
