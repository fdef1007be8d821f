"""The Space's README.md: the front matter by which the Hub builds it, and a description of the app.

It is not the project's README.md: only `space` knows whose models the Space shows, and on other sites front matter
would be shown as a table at the top of the project's page.
"""

from pathlib import Path

from huggingface_hub import SpaceCard, SpaceCardData, constants
from packaging.requirements import Requirement

from train.errors import UserError
from train.model_card.terms import CELEBA_LICENCE

TEMPLATE = Path(__file__).parent / "space.md"
PYTHON = "3.11"
DESCRIPTION = "What does β do to a face? Four autoencoders, side by side"  # the Hub allows 60 characters
EMOJI = "\N{PERFORMING ARTS}"  # required


def render(requirements: str, models: list[str], preload: list[str]) -> str:
    """Render the README.md of a Space with these requirements.

    `models` are the repositories that it shows, none if it has its own models; the Hub downloads those in `preload`
    while it builds the Space.
    """
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
        short_description=DESCRIPTION,
        suggested_hardware="cpu-basic",
        license="apache-2.0" if models else "other",
        license_name=None if models else CELEBA_LICENCE[0],
        license_link=None if models else CELEBA_LICENCE[1],
        tags=["autoencoder", "faces", "disentanglement"],
        models=models or None,
        preload_from_hub=preload or None,
    )
    card = SpaceCard.from_template(
        data, template_path=str(TEMPLATE), models=models, endpoint=constants.ENDPOINT, licence_link=CELEBA_LICENCE[1]
    )
    return str(card).rstrip() + "\n"


def gradio_version(requirements: str) -> str:
    """Return the version that gradio is pinned to. Raises UserError if it is not pinned."""
    lines = [line.partition("#")[0].strip() for line in requirements.splitlines()]
    for line in lines:
        if line and not line.startswith("-"):
            requirement = Requirement(line)
            (pin, *others) = requirement.specifier
            if requirement.name == "gradio" and pin.operator == "==" and not others:
                return pin.version
    raise UserError("The requirements do not pin gradio to one version, which a Space needs to know")
