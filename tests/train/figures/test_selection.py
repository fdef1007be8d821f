"""Titles and choice of models."""

from dataclasses import replace

from train.figures.selection import side_by_side, sweep, titles
from vae_models.hub.pull import Pulled
from vae_models.objectives.objective import VAE


def with_settings(pulled: Pulled, latent_dim: int, seed: int) -> Pulled:
    """Copy a model as if it had another latent size and seed."""
    config = replace(pulled.model.config, latent_dim=latent_dim)
    model = type(pulled.model)(config)
    return pulled._replace(model=model, record=replace(pulled.record, settings={"seed": seed}))


def test_titles_name_the_objective_and_its_beta(models: tuple[Pulled, ...]) -> None:
    assert titles([with_settings(pulled, 32, 0) for pulled in models]) == [
        "AE",
        "VAE",
        "β-VAE, β = 2",
        "β-VAE, β = 5",
        "β-TCVAE, β = 20",
        "β-TCVAE, β = 50",
    ]


def test_models_of_one_objective_differ_by_latent_size_and_seed(models: tuple[Pulled, ...]) -> None:
    vae = models[1]
    variants = [
        with_settings(vae, 32, 0),
        with_settings(vae, 8, 0),
        with_settings(vae, 32, 3),
        with_settings(vae, 8, 3),
    ]
    assert titles(variants) == ["VAE", "VAE\n8 dimensions", "VAE\nseed 3", "VAE\n8 dimensions\nseed 3"]


def test_models_with_the_same_settings_differ_by_their_folders(models: tuple[Pulled, ...]) -> None:
    twins = [with_settings(models[1], 32, 0)._replace(name=name) for name in ("short", "long")]
    assert titles([*twins, with_settings(models[0], 32, 0)]) == ["VAE\nshort", "VAE\nlong", "AE"]


def test_of_many_models_those_closest_to_the_report_are_shown(models: tuple[Pulled, ...]) -> None:
    reports = ["ae", "vae", "beta-vae", "beta-tcvae"]
    assert [pulled.name for pulled in side_by_side(models)] == reports
    assert [pulled.name for pulled in side_by_side(models[::-1])] == reports[::-1]
    assert side_by_side(models[2:6]) == models[2:6]
    sized = with_settings(models[1], 32, 0)._replace(name="vae-d32")
    assert "vae-d32" in [pulled.name for pulled in side_by_side((*models, sized))]


def test_a_sweep_begins_with_the_vae(models: tuple[Pulled, ...]) -> None:
    assert [pulled.name for pulled in sweep(models[::-1], "beta-vae")] == ["vae", "beta-vae-b2", "beta-vae"]
    assert [pulled.name for pulled in sweep(models, "beta-tcvae")] == ["vae", "beta-tcvae", "beta-tcvae-b50"]
    assert sweep(models[:2], "beta-vae") == ()


def test_a_beta_of_one_makes_a_vae_of_any_recipe(models: tuple[Pulled, ...]) -> None:
    trained = models[4]._replace(record=replace(models[4].record, objective=VAE))
    assert titles([with_settings(trained, 32, 0)]) == ["VAE"]
    assert sweep((trained,), "beta-tcvae") == ()
