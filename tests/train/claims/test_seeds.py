from metrics.estimate import Measure
from train.claims.seeds import COMPARISONS, ROWS, Model, group_by_seed, judge, render_seeds

RATE = COMPARISONS[0]


def models(rates: dict[str, list[float]], steps: int = 12) -> list[Model]:
    """Return a model of each rate, with its position as its seed."""
    return [
        Model(family.upper(), family, seed, {"steps": steps}, {"rate": Measure(rate)})
        for family, values in rates.items()
        for seed, rate in enumerate(values)
    ]


def test_a_claim_survives_only_if_every_pair_of_seeds_supports_it() -> None:
    apart = models({"vae": [30, 31, 32], "beta-vae": [15, 16, 17], "beta-tcvae": [6, 7, 8]})
    assert judge(RATE, group_by_seed(apart)) == "yes, whatever the seed (18 of 18 pairs)"
    mixed = models({"vae": [30, 31, 32], "beta-vae": [15, 16, 31.5], "beta-tcvae": [6, 7, 8]})
    assert judge(RATE, group_by_seed(mixed)) == "depends on the seed (16 of 18 pairs)"
    turned = models({"vae": [1, 2], "beta-vae": [15, 16], "beta-tcvae": [6, 7]})
    assert judge(RATE, group_by_seed(turned)) == "no, whatever the seed (0 of 8 pairs)"
    assert judge(COMPARISONS[1], group_by_seed(apart)) == "-"


def test_families_are_compared_at_each_distortion_by_itself() -> None:
    dependence = next(one for one in COMPARISONS if one.measure == "gaussian_tc")
    # of each seed: the model's own value and the other family's
    values: dict[str, list[tuple[float, float]]] = {"β = 2": [(4, 3), (5, 3.5)], "β = 5": [(2, 1), (2.5, 2.2)]}
    groups = [
        Model(title, "beta-vae", seed, {}, {"gaussian_tc": Measure(own), "rival_gaussian_tc": Measure(rival)})
        for title, pairs in values.items()
        for seed, (own, rival) in enumerate(pairs)
    ]
    assert judge(dependence, group_by_seed(groups)) == "depends on the seed (7 of 8 pairs)"
    assert "| 4.5000 ± 0.7071; β-TCVAE 3.2500 ± 0.3536 |" in render_seeds(groups)


def test_every_measure_of_several_seeds_has_its_mean_and_spread() -> None:
    lines = render_seeds(models({"vae": [30, 32, 34], "beta-vae": [15, 15, 15]})).splitlines()
    assert "| rate, nats | 32.0 ± 2.0 | 15.0 ± 0.0 |" in lines
    assert lines[0].endswith("(VAE: 3; BETA-VAE: 3):")


def test_models_that_differ_in_more_than_their_seed_are_not_averaged() -> None:
    different = [*models({"vae": [30]}), *models({"vae": [20]}, steps=24), *models({"beta-vae": [15]})]
    assert not group_by_seed(different)
    assert not group_by_seed([*models({"vae": [30]}), *models({"vae": [30]})])  # one seed twice
    assert render_seeds(different) == ""


def test_every_comparison_is_of_a_measure_of_the_table() -> None:
    assert all(one.measure in ROWS and not set(one.lower) & set(one.higher) for one in COMPARISONS)
