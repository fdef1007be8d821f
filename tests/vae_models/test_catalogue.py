"""The Recipe table: titles, order, colours, tags and losses follow from its entries."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from vae_models.catalogue import BUNDLED, BUNDLED_DIALS, RECIPES, Recipe
from vae_models.files.training_record import TrainingRecord
from vae_models.objectives.objective import AE, BETA_TCVAE, BETA_VAE, VAE, Objective, beta_tcvae, from_recipe, recipe_of

ROOT = Path(__file__).parents[2]
LIGHT_MODULES = ("vae_models", "vae_models.catalogue", "vae_models.machine", "vae_models.config")
LIGHT_FILES = ("vae_models.files.names", "vae_models.files.atomic")


def record(recipe: str, objective: Objective) -> TrainingRecord:
    return TrainingRecord(recipe, objective, {}, {}, 1, 8, {}, {}, 9, {}, {}, {})


def test_each_recipe_builds_the_reports_objective() -> None:
    assert [from_recipe(recipe) for recipe in RECIPES.values()] == [AE, VAE, BETA_VAE, BETA_TCVAE]


def test_recipes_take_another_beta_and_estimator() -> None:
    assert from_recipe(RECIPES["beta-vae"], beta=2.0) == Objective(kl=2.0)
    assert from_recipe(RECIPES["beta-tcvae"], beta=5.0, estimator="mss") == beta_tcvae(5.0, "mss")
    for name in ("ae", "vae"):
        with pytest.raises(ValueError, match=f"{RECIPES[name].title} has no beta"):
            from_recipe(RECIPES[name], beta=2.0)


@pytest.mark.parametrize("name", RECIPES)
def test_the_recipe_of_its_own_objective_is_found(name: str) -> None:
    assert recipe_of(from_recipe(RECIPES[name])) == name
    assert record(name, from_recipe(RECIPES[name])).family == name


def test_title_and_beta_follow_the_objective_not_the_recipe() -> None:
    """A beta-TCVAE with beta = 1 is a VAE to the loss, and so is a beta-VAE with beta = 1."""
    for recipe in ("beta-tcvae", "beta-vae"):
        model = record(recipe, from_recipe(RECIPES[recipe], beta=1.0))
        assert (model.family, model.title, model.beta) == ("vae", "VAE", 1)
        assert RECIPES[model.family].colour == RECIPES["vae"].colour
    assert record("vae", BETA_TCVAE).title == "β-TCVAE, β = 20"


@pytest.mark.parametrize(
    ("recipe", "objective", "title", "beta"),
    [
        ("ae", AE, "AE", None),
        ("vae", VAE, "VAE", 1),
        ("beta-vae", BETA_VAE, "β-VAE, β = 5", 5),
        ("beta-vae", Objective(kl=0.5), "β-VAE, β = 0.5", 0.5),
        ("beta-tcvae", beta_tcvae(2.5), "β-TCVAE, β = 2.5", 2.5),
    ],
)
def test_titles_name_the_beta(recipe: str, objective: Objective, title: str, beta: float | None) -> None:
    model = record(recipe, replace(objective, distortion_weight=2.0))
    assert (model.title, model.beta) == (title, beta)


def test_models_are_ordered_by_recipe_then_beta() -> None:
    models = [
        record("ae", AE),
        record("vae", VAE),
        record("beta-vae", Objective(kl=2.0)),
        record("beta-vae", Objective(kl=10.0)),
        record("beta-tcvae", beta_tcvae(5.0)),
        record("beta-tcvae", beta_tcvae(50.0)),
    ]
    shuffled = [models[k] for k in (4, 1, 5, 0, 3, 2)]
    assert sorted(shuffled, key=lambda model: model.sort_key) == models


def test_a_fifth_model_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    gentle = Recipe(
        title="γ-VAE",
        kind="A γ-VAE",
        family="gamma-vae",
        colour="#009e73",
        tags=("variational-autoencoder", "gamma-vae"),
        about="gamma-VAE: squared error + gamma KL.",
        term="kl",
        beta=0.5,
    )
    monkeypatch.setitem(RECIPES, "gamma-vae", gentle)
    model = record("gamma-vae", from_recipe(RECIPES["gamma-vae"]))
    assert (model.family, model.title, model.beta) == ("gamma-vae", "γ-VAE, β = 0.5", 0.5)
    assert model.sort_key == (4, 0.5) > record("beta-tcvae", BETA_TCVAE).sort_key
    assert RECIPES[model.family] is gentle
    # the others stay what they were
    assert [record(name, from_recipe(RECIPES[name])).family for name in RECIPES] == list(RECIPES)
    assert record("gamma-vae", VAE).title == "VAE"


@pytest.mark.parametrize(
    "change", [{"beta": None}, {"term": None}, {"stochastic": False}], ids=["no beta", "no term", "point code"]
)
def test_contradictory_recipes_are_refused(change: dict[str, bool | None]) -> None:
    with pytest.raises(ValueError, match="β-VAE"):
        replace(RECIPES["beta-vae"], **change)  # type: ignore[arg-type]


def test_bundled_models_are_named_by_recipe_and_beta() -> None:
    for folder in BUNDLED:
        model = TrainingRecord.read(ROOT / "assets" / "weights" / folder)
        recipe = RECIPES[model.family]
        assert folder == (model.family if model.beta in (recipe.beta, None, 1.0) else f"{model.family}-b{model.beta:g}")
    for folder in BUNDLED_DIALS:
        assert TrainingRecord.read(ROOT / "assets" / "weights" / folder).recipe == folder


def test_colours_equal_those_of_the_style_sheet() -> None:
    """The light theme has the catalogue's colours; text and the dark theme have others, for the contrast."""
    css = (ROOT / "assets" / "page" / "style.css").read_text()
    for name, recipe in RECIPES.items():
        assert re.findall(rf"--{name}-fill: (#[0-9a-f]{{6}});", css)[0] == recipe.colour


@pytest.mark.processes
def test_catalogue_machine_and_file_names_import_no_torch() -> None:
    program = f"import sys, {', '.join(LIGHT_MODULES + LIGHT_FILES)}; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
