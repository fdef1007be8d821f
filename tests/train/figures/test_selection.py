from train.figures.selection import family, side_by_side, title
from vae_models.hub.pull import Pulled


def test_a_beta_is_said_where_the_name_does_not_say_it(models: tuple[Pulled, ...]) -> None:
    assert [title(pulled.record) for pulled in models] == [
        "AE",
        "VAE",
        "β-VAE, β = 2",
        "β-VAE, β = 5",
        "β-TCVAE, β = 20",
        "β-TCVAE, β = 50",
    ]


def test_of_many_models_the_reports_own_stand_side_by_side(models: tuple[Pulled, ...]) -> None:
    reports = ["ae", "vae", "beta-vae", "beta-tcvae"]
    assert [pulled.name for pulled in side_by_side(models)] == reports
    assert [pulled.name for pulled in side_by_side(models[::-1])] == reports[::-1]
    assert side_by_side(models[2:6]) == models[2:6]


def test_a_family_begins_with_the_vae(models: tuple[Pulled, ...]) -> None:
    assert [pulled.name for pulled in family(models[::-1], "beta-vae")] == ["vae", "beta-vae-b2", "beta-vae"]
    assert [pulled.name for pulled in family(models, "beta-tcvae")] == ["vae", "beta-tcvae", "beta-tcvae-b50"]
    assert family(models[:2], "beta-vae") == ()
