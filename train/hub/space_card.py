"""The Space's README.md: the front matter by which the Hub builds it, and a description of the app.

It is not the project's README.md: only `space` knows whose models the Space shows, and on other sites front matter
would be shown as a table at the top of the project's page.
"""

from pathlib import Path
from typing import Any

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
    return _render(
        models,
        own_models=not models,
        sdk="gradio",
        sdk_version=gradio_version(requirements),
        python_version=PYTHON,
        app_file="app.py",
        suggested_hardware="cpu-basic",
        preload_from_hub=preload or None,
    )


def render_static(models: list[str]) -> str:
    """Render the README.md of a static Space, which contains its models.

    `models` are the repositories that they are from, none for the bundled ones.
    """
    return _render(models, own_models=True, sdk="static", app_file="index.html")


def _render(models: list[str], *, own_models: bool, sdk: str, **options: Any) -> str:
    data = SpaceCardData(
        title="VAE Faces",
        emoji=EMOJI,
        colorFrom="blue",
        colorTo="pink",
        sdk=sdk,
        fullWidth=True,
        short_description=DESCRIPTION,
        license="other" if own_models else "apache-2.0",
        license_name=CELEBA_LICENCE[0] if own_models else None,
        license_link=CELEBA_LICENCE[1] if own_models else None,
        tags=["autoencoder", "faces", "disentanglement"],
        models=models or None,
        **options,
    )
    card = SpaceCard.from_template(
        data,
        template_path=str(TEMPLATE),
        models=models,
        endpoint=constants.ENDPOINT,
        licence_link=CELEBA_LICENCE[1],
        server=sdk == "gradio",
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
