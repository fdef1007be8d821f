"""How to cite this work, the report, and the papers that it follows, as BibTeX."""

from pathlib import Path

import vae_models

SOFTWARE = """@software{vae-faces,
  title   = {{VAE Faces}},
  author  = {{The VAE Faces contributors}},
  license = {Apache-2.0}
}
"""


def write_bibtex() -> str:
    """Write the entries of this work, the report and the papers."""
    return SOFTWARE + (Path(vae_models.__file__).parent / "citations.bib").read_text(encoding="utf-8")
