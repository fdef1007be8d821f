"""How to cite this work, the report, and the papers that it follows: BibTeX, and a list with links."""

import re
from pathlib import Path
from typing import NamedTuple

import vae_models

SOFTWARE = """@software{vae-faces,
  title   = {{VAE Faces}},
  author  = {{The VAE Faces contributors}},
  license = {Apache-2.0}
}
"""
ADDRESSES = {  # key of vae_models/citations.bib -> the work
    "schik-overview": "https://github.com/taDachs/Overview-of-Variational-Autoencoder-based-Generative-Models",
    "kingma2014vae": "https://arxiv.org/abs/1312.6114",
    "higgins2017betavae": "https://openreview.net/forum?id=Sy2fzU9gl",
    "chen2018betatcvae": "https://arxiv.org/abs/1802.04942",
    "liu2015celeba": "https://arxiv.org/abs/1411.7766",
}
ENTRY = re.compile(r"^@\w+\{([\w-]+),\n(.*?)^\}", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"(\w+) += \{(.*?)\}(?=,?\n)", re.DOTALL)
MOST_AUTHORS = 2  # that are named; of more, the first is


class Work(NamedTuple):
    """A work to cite."""

    title: str
    authors: str  # family names
    year: str | None
    address: str


def write_bibtex() -> str:
    """Write the entries of this work, the report and the papers."""
    return SOFTWARE + _read_entries()


def list_works() -> tuple[Work, ...]:
    """List the report and the papers, with their addresses."""
    works = []
    for key, content in ENTRY.findall(_read_entries()):
        fields = {name: " ".join(value.split()) for name, value in FIELD.findall(content)}
        title = re.sub(r"[{}]", "", fields["title"])
        works.append(Work(title, _shorten(fields["author"]), fields.get("year"), ADDRESSES[key]))
    return tuple(works)


def _shorten(authors: str) -> str:
    families = [name.partition(",")[0] for name in authors.split(" and ")]
    return " and ".join(families) if len(families) <= MOST_AUTHORS else f"{families[0]} et al."


def _read_entries() -> str:
    return (Path(vae_models.__file__).parent / "citations.bib").read_text(encoding="utf-8")
