"""The Space's README.md: the front matter that the Hub builds the Space by, and a few words about the page.

It is made here and not taken from the project's README.md: whose models the Space shows is known only when it is sent,
and elsewhere front matter would stand on top of the project's page as a table.
"""

from pathlib import Path

from huggingface_hub import SpaceCard, SpaceCardData, constants
from packaging.requirements import Requirement

from train.model_card.card import TERMS

TEMPLATE = Path(__file__).parent / "space.md"
PYTHON = "3.11"
SHORT = "What does β do to a face? Four autoencoders, side by side"  # the Hub takes 60 characters
EMOJI = "\N{PERFORMING ARTS}"  # the Hub asks for one


def render(requirements: str, models: list[str], preload: list[str]) -> str:
    """The README.md of a Space that installs `requirements` and shows these models of the Hub; none: its own."""
    data = SpaceCardData(
        title="VAE Faces",
        emoji=EMOJI,
        colorFrom="blue",
        colorTo="pink",
        sdk="gradio",
        sdk_version=gradio_version(requirements),
        python_version=PYTHON,
        app_file="app.py",
        fullWidth=True,
        short_description=SHORT,
        suggested_hardware="cpu-basic",
        license="other" if not models else "apache-2.0",
        license_name=None if models else TERMS[0],
        license_link=None if models else TERMS[1],
        tags=["autoencoder", "faces", "disentanglement"],
        models=models or None,
        preload_from_hub=preload or None,
    )
    card = SpaceCard.from_template(
        data, template_path=str(TEMPLATE), models=models, endpoint=constants.ENDPOINT, terms=TERMS[1]
    )
    return str(card).rstrip() + "\n"


def gradio_version(requirements: str) -> str:
    """The version that gradio is pinned to. Raises ValueError where it is not."""
    lines = [line.partition("#")[0].strip() for line in requirements.splitlines()]
    for line in lines:
        if line and not line.startswith("-"):
            asked = Requirement(line)
            (pin, *others) = asked.specifier
            if asked.name == "gradio" and pin.operator == "==" and not others:
                return pin.version
    raise ValueError("the requirements do not pin gradio to one version, which a Space needs to know")
