"""The card: metadata that the Hub takes, the measured scores and no others, lines that run as printed."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from huggingface_hub import ModelCard

from tests.fake_hub import metadata
from tests.fake_hub.server import Hub
from train.hub import push
from train.model_card import card, text
from train.model_card.card import Place
from vae_models import Autoencoder, ModelConfig
from vae_models.catalogue import BUNDLED
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER
from vae_models.objectives.objective import Objective, beta_tcvae, beta_vae

EVERYTHING = push.FILES


def record(name: str) -> TrainingRecord:
    return TrainingRecord.read(BUNDLED_FOLDER / name)


def rendered(facts: TrainingRecord, files: tuple[str, ...] = EVERYTHING, revision: str | None = None) -> str:
    return card.render(Place("lab/faces", revision), ModelConfig(stochastic=facts.recipe != "ae"), facts, files)


def block(text: str, number: int) -> str:
    """The Python that is printed at that place."""
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)[number]


@pytest.mark.parametrize("name", BUNDLED)
def test_the_hub_takes_the_metadata_and_finds_the_measured_scores_in_it(name: str) -> None:
    text, facts = rendered(record(name)), record(name)
    answer = metadata.validate(text, "model")
    assert (answer.status, json.loads(answer.body)) == (200, {"errors": [], "warnings": []})
    data = ModelCard(text).data
    assert (data.license, data.license_name) == ("other", "celeba-dataset-release-agreement")
    assert data.license_link.startswith("https://")
    assert (data.library_name, data.pipeline_tag) == ("vae-faces", "unconditional-image-generation")
    assert data.datasets == ["flwrlabs/celeba"]
    assert data.model_name == "faces"
    measured = {key: value for key, value in facts.scores.items() if value is not None and key in KEYS}
    assert {found.metric_type: found.metric_value for found in data.eval_results} == pytest.approx(measured, abs=1e-4)
    assert {found.dataset_split for found in data.eval_results} == {"validation"}


KEYS = {key for key, *_ in text.SCORES}


def test_what_an_ae_does_not_have_is_neither_in_its_metadata_nor_in_its_tables() -> None:
    text = rendered(record("ae"))
    found = {result.metric_type for result in ModelCard(text).data.eval_results}
    assert found == {"squared_error", "psnr", "ssim", "gaussian_total_correlation"}
    assert not re.search(r"^\| (KL|Negative ELBO|Active)", text, re.MULTILINE)
    assert "so it has no KL" in text
    assert "q(z|x)" not in text
    assert 'prior="fitted"' in block(text, 0)


def test_a_model_without_scores_says_so_and_has_no_index() -> None:
    text = rendered(replace(record("vae"), scores={}))
    assert "None was recorded." in text
    assert (ModelCard(text).data.eval_results, ModelCard(text).data.metrics) == (None, None)
    assert json.loads(metadata.validate(text, "model").body)["errors"] == []


def test_scores_of_training_pictures_are_not_given_out_as_others() -> None:
    facts = record("vae")
    again = replace(facts, data={**facts.data, "validation": {**facts.data["validation"], "split": "train"}})
    text = rendered(again)
    assert "training pictures, the model has seen them" in text
    assert {result.dataset_split for result in ModelCard(text).data.eval_results} == {"training"}


def test_another_data_set_has_other_terms_and_nothing_of_celeba() -> None:
    facts = record("vae")
    data = {"note": "cats", "training": {"name": "cats.zip", "crop": "centre"}, "validation": {"name": "cats.zip"}}
    text = rendered(replace(facts, data=data))
    found = ModelCard(text).data
    assert (found.license, found.datasets, found.license_name) == ("unknown", None, None)
    body = text.split("## Citation")[0]
    assert "CelebA" not in body
    assert "terms of the pictures that they were trained on" in body
    assert json.loads(metadata.validate(text, "model").body)["errors"] == []


@pytest.mark.parametrize(
    "data",
    [
        {"note": "the aligned frames of CELEBA"},
        {"note": "", "training": {"name": "celeba64"}},
        {"training": {"name": "pictures", "crop": "celeba"}},
    ],
)
def test_celeba_is_known_by_note_name_or_layout(data: dict[str, Any]) -> None:
    assert card.is_celeba(replace(record("vae"), data=data))


@pytest.mark.parametrize(
    ("objective", "weights"),
    [
        (Objective(kl=1), []),
        (beta_vae(5), ["5"]),
        (beta_tcvae(20), ["19"]),
        (Objective(kl=2.5, tc=0.5, distortion_weight=3), ["3", "2.5", "0.5"]),
    ],
)
def test_the_equation_has_the_weights_that_were_trained_with(objective: Objective, weights: list[str]) -> None:
    equation = text.equation(objective, stochastic=True)
    assert re.findall(r"([\d.]+)\\, ", equation) == weights
    assert ("prod_j" in equation, r"\lVert x - g(z) \rVert^2" in equation) == (objective.tc > 0, True)
    assert f"with weight {objective.distortion_weight:g}" in text.terms(objective, stochastic=True)


def test_the_title_has_the_beta_of_the_report() -> None:
    assert [text.title(record(name)) for name in ("ae", "vae", "beta-vae", "beta-tcvae")] == [
        "AE",
        "VAE",
        "β-VAE, β = 5",
        "β-TCVAE, β = 20",
    ]


@pytest.mark.parametrize("name", ["vae", "ae"])
def test_its_lines_run_as_printed(hub: Hub, name: str) -> None:
    hub.add("lab/faces", BUNDLED_FOLDER / name)
    text, found = rendered(record(name)), {}
    assert len(block(text, 0).splitlines()) == 5
    exec(block(text, 0), found)
    assert found["faces"].shape == found["again"].shape == (16, 3, 64, 64)
    assert found["again"].min() >= 0
    assert found["again"].max() <= 1
    assert not torch.equal(found["faces"], found["again"])
    assert not hub.asked("onnx")


@pytest.mark.parametrize("name", ["vae", "ae"])
def test_its_lines_for_onnx_run_as_printed_and_need_no_torch(hub: Hub, name: str) -> None:
    hub.add("lab/faces", BUNDLED_FOLDER / name)
    lines, found = block(rendered(record(name)), 1), {}
    assert "torch" not in lines.replace("onnxruntime", "")
    exec(lines, found)
    assert (found["faces"].shape, found["mean"].shape) == ((16, 3, 64, 64), (16, 32))


def test_its_lines_name_the_branch_that_it_is_pushed_to(hub: Hub) -> None:
    hub.add("lab/faces", BUNDLED_FOLDER / "vae")
    hub.repository("lab/faces").commits["next"] = hub.repository("lab/faces").commits["main"][:]
    text = rendered(record("vae"), revision="next")
    for number in (0, 1):
        assert 'revision="next"' in block(text, number)
        exec(block(text, number), {})
    assert hub.asked("resolve/next/decoder.onnx")


def test_what_is_not_there_is_not_spoken_of() -> None:
    text = rendered(record("vae"), ("config.json", "model.safetensors", "training.json"))
    assert text.count("```python") == 1
    assert "samples.png" not in text
    assert "onnx" not in ModelCard(text).data.tags
    assert "![" in rendered(record("vae"))


def test_the_table_of_the_training_holds_whatever_a_note_says() -> None:
    facts = replace(record("beta-tcvae"), data={"note": "a | b\n\n# c", "training": {"pictures": 37533}})
    rows = dict(text.training(facts))
    assert rows["Data"] == r"a \| b # c"
    assert rows["Training pictures"] == "37,533"
    assert rows["Weights of distortion, KL, TC"] == "1, 1, 19"
    assert rows["Estimator of TC"] == "mws"
    assert rows["Mirrored at random"] == "yes"
    assert "Estimator of TC" not in dict(text.training(record("vae")))
    assert "Mirrored at random" not in dict(text.training(replace(record("vae"), settings={"flips": False})))


def test_it_cites_the_report_its_models_and_the_data_set() -> None:
    cited = re.findall(r"^@\w+\{(\w+[-\w]*),$", rendered(record("vae")).split("```bibtex")[1], re.MULTILINE)
    assert cited == ["schik-overview", "kingma2014vae", "higgins2017betavae", "chen2018betatcvae", "liu2015celeba"]


def test_a_card_is_the_same_whenever_it_is_made() -> None:
    assert rendered(record("vae")) == rendered(record("vae"))
    assert not re.search(r"\{\{|\{%|None", rendered(record("vae")))


@pytest.mark.parametrize("name", BUNDLED)
def test_the_bundled_cards_say_what_the_records_beside_them_say(name: str) -> None:
    folder = BUNDLED_FOLDER / name
    place = Place(f"assets/weights/{name}", here=True)
    files = tuple(file.name for file in folder.iterdir())
    meant = card.render(place, ModelConfig(stochastic=name != "ae", width=32), record(name), files)
    assert (folder / card.CARD).read_text() == meant


@pytest.mark.parametrize("name", ["beta-tcvae", "ae"])
def test_the_lines_of_a_card_beside_its_weights_run_from_the_project_s_folder(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(BUNDLED_FOLDER.parents[1])
    text, found = (BUNDLED_FOLDER / name / card.CARD).read_text(), {}
    for number in (0, 1):
        exec(block(text, number), found)
    assert found["faces"].shape == (16, 3, 64, 64)
    assert found["mean"].shape == (16, 32)
    assert "huggingface_hub import" not in text


def test_a_model_of_sprites_is_told_of_as_one(tmp_path: Path) -> None:
    facts = replace(
        record("beta-vae"),
        objective=replace(beta_vae(4), distortion="bernoulli"),
        data={"training": {"name": "sprites"}, "validation": {"pictures": 7373}},
        disentanglement={"n": 737_280, "scores": {"mig": 0.1234, "sap": 0.05}},
    )
    Autoencoder(ModelConfig(channels=1, latent_dim=10, width=2)).save_pretrained(tmp_path)
    facts.write(tmp_path)
    card.write(tmp_path)
    text = (tmp_path / card.CARD).read_text()
    assert "pictures in 10 numbers" in text
    assert r"(-\log p(x|z)) + 4\, \mathrm{KL}" in text
    assert "Bernoulli" in text
    assert "has variance" not in text
    assert "(16, 1, 64, 64)" in text
    assert "known factors of 737,280 pictures" in text
    assert "| Mutual information gap (Chen et al. 2018) | 0.123 |" in text
    assert "without its constant" not in text
    assert "mig" not in {result.metric_type for result in ModelCard(text).data.eval_results}  # of other pictures
    assert "onnx" not in text.split("## Training")[0].lower()
