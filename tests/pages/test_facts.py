"""The numbers that sentences speak of: those of the records, or none."""

from dataclasses import replace

from pages.facts import list_facts
from tests.conftest import bundled_models
from vae_models import Autoencoder
from vae_models.hub.pull import Loaded


def test_facts_are_those_of_the_records() -> None:
    models = bundled_models()
    facts = list_facts(Loaded(models))
    config = models[0].model.config
    assert facts["models"] == len(models)
    assert facts["latents"] == config.latent_dim
    assert facts["values"] == 3 * facts["side"] ** 2 == config.channels * config.image_size**2
    assert facts["labels"] == len((models[0].record.attributes or {})["by_attribute"])


def test_a_fact_that_models_do_not_share_is_left_out() -> None:
    first, second, *_ = bundled_models()
    smaller = second._replace(model=Autoencoder(replace(second.model.config, latent_dim=8)))
    facts = list_facts(Loaded((first, smaller)))
    assert facts["latents"] is None
    assert facts["side"] == first.model.config.image_size
    assert list_facts(Loaded((first._replace(record=replace(first.record, attributes=None)),)))["labels"] is None
