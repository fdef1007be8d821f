"""The notebook examples/quickstart.ipynb."""

from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "examples" / "quickstart.ipynb"


def test_the_notebook_is_stored_without_results() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells
    assert not any(cell.outputs or cell.execution_count for cell in cells)


@pytest.mark.processes
@pytest.mark.parametrize("folder", [ROOT, ROOT / "examples"], ids=["root", "examples"])
def test_the_notebook_runs_offline_and_shows_images(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nbclient import NotebookClient  # late: only this test needs it

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 5
    (table,) = [output.data["text/markdown"] for output in outputs if "text/markdown" in output.get("data", {})]
    assert len(table.splitlines()) == 2 + 7  # the AE has no rate
