"""The sentences at the stops of the slider: the records of the bundled models support every claim."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from pages.features import NAMES
from pages.stops import (
    AE,
    SENTENCES,
    VAE,
    Claim,
    InUse,
    Kept,
    Records,
    Stop,
    claimed_labels,
    describe_price,
    find_sentence,
)
from tests.conftest import bundled_models
from vae_models.files.training_record import TrainingRecord

CLAIMS = [(stop, claim) for stop, sentence in SENTENCES.items() for claim in sentence.claims]


@pytest.fixture(scope="module")
def records() -> Records:
    return {(pulled.record.family, pulled.record.beta): pulled.record for pulled in bundled_models()}


def test_every_bundled_model_has_its_sentence(records: Records) -> None:
    assert records.keys() == SENTENCES.keys()


@pytest.mark.parametrize(("stop", "claim"), CLAIMS, ids=lambda value: str(value)[:60])
def test_records_support_every_claim(records: Records, stop: Stop, claim: Claim) -> None:
    assert claim.holds(records, stop)


@pytest.mark.parametrize("stop", SENTENCES)
def test_sentences_speak_of_features_in_the_claims(stop: Stop) -> None:
    sentence = SENTENCES[stop]
    words = {
        "smile": "Smiling",
        "glasses": "Eyeglasses",
        "hats": "Wearing_Hat",
        "beard": "No_Beard",
        "stubble": "5_o_Clock_Shadow",
    }
    said = {label for word, label in words.items() if word in sentence.features.lower()}
    assert said <= claimed_labels(sentence.claims)
    assert claimed_labels(sentence.claims) <= NAMES.keys()


@pytest.mark.parametrize("stop", SENTENCES)
def test_numbers_of_a_sentence_are_claimed(stop: Stop) -> None:
    numbers = {"15": 15, "Seven": 7, "Six": 6}
    said = {number for word, number in numbers.items() if word in SENTENCES[stop].features}
    assert said == {claim.numbers for claim in SENTENCES[stop].claims if isinstance(claim, InUse)}


def without_smiles(record: TrainingRecord) -> TrainingRecord:
    assert record.attributes is not None
    rows = record.attributes["by_attribute"]
    smile = rows["Smiling"] | {"probe_auroc": 0.6, "probe_interval": [0.58, 0.62]}
    return replace(record, attributes=record.attributes | {"by_attribute": rows | {"Smiling": smile}})


def without_attributes(record: TrainingRecord) -> TrainingRecord:
    return replace(record, attributes=None)


@pytest.mark.parametrize("change", [without_smiles, without_attributes])
def test_a_model_that_refutes_a_claim_gets_the_price_alone(
    records: Records, change: Callable[[TrainingRecord], TrainingRecord]
) -> None:
    other = records | {VAE: change(records[VAE])}
    assert find_sentence(records, VAE)[1]
    assert find_sentence(other, VAE) == (describe_price(VAE), "")


def test_claims_about_a_missing_model_do_not_hold(records: Records) -> None:
    assert find_sentence({VAE: records[VAE]}, VAE)[1] == ""


def test_a_beta_of_no_sentence_gets_its_price(records: Records) -> None:
    stop = ("beta-vae", 3.0)
    assert find_sentence({stop: records["beta-vae", 2.0]}, stop) == ("Information costs 3 times as much.", "")
    assert describe_price(("beta-tcvae", 7.0)) == "Overlap costs 7 times as much."
    assert describe_price(AE) == SENTENCES[AE].price


def test_a_feature_counts_as_kept_from_the_same_bound_as_its_slider(records: Records) -> None:
    for pulled in bundled_models():
        stop = (pulled.record.family, pulled.record.beta)
        for label in NAMES:
            has_slider = label.replace("_", " ").lower() in pulled.names.directions
            assert Kept((label,)).holds(records, stop) == has_slider, (pulled.name, label)
