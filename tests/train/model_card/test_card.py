"""Cards have metadata that the Hub accepts, the recorded scores and no others, and examples that run."""

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
from train.model_card import card, terms, text
from train.model_card.card import Location
from train.onnx.export import draw_graphs
from vae_models import Autoencoder, Dial, DialConfig, ModelConfig
from vae_models.catalogue import BUNDLED, BUNDLED_DIALS
from vae_models.config import read_config
from vae_models.files.names import CARD, CONFIG
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER
from vae_models.objectives.objective import Objective, beta_tcvae, beta_vae

EVERYTHING = push.FILES


def record(name: str) -> TrainingRecord:
    return TrainingRecord.read(BUNDLED_FOLDER / name)


def render(record: TrainingRecord, files: tuple[str, ...] = EVERYTHING, revision: str | None = None) -> str:
    config = ModelConfig(stochastic=record.recipe != "ae")
    return card.render(Location("lab/faces", revision), config, record, files)


def metadata_of(card: str) -> Any:
    """Parse the front matter of a card."""
    return ModelCard(card).data


def block(text: str, number: int) -> str:
    """Return one of the Python examples of a card."""
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)[number]


@pytest.mark.parametrize("name", BUNDLED)
def test_the_metadata_are_valid_and_have_the_recorded_scores(name: str) -> None:
    text, facts = render(record(name)), record(name)
    answer = metadata.validate(text, "model")
    assert (answer.status, json.loads(answer.body)) == (200, {"errors": [], "warnings": []})
    data = metadata_of(text)
    assert (data.license, data.license_name) == ("other", "celeba-dataset-release-agreement")
    assert data.license_link.startswith("https://")
    assert (data.library_name, data.pipeline_tag) == ("vae-faces", "unconditional-image-generation")
    assert data.datasets == ["flwrlabs/celeba"]
    assert data.model_name == "faces"
    measured = {key: value for key, value in facts.scores.items() if value is not None and key in KEYS}
    assert {result.metric_type: result.metric_value for result in data.eval_results} == pytest.approx(
        measured, abs=1e-4
    )
    assert {result.dataset_split for result in data.eval_results} == {"validation"}


KEYS = {key for key, *_ in text.SCORES}


def test_an_ae_s_card_has_no_kl_and_no_elbo() -> None:
    text = render(record("ae"))
    names = {result.metric_type for result in metadata_of(text).eval_results}
    assert names == {"squared_error", "psnr", "ssim", "gaussian_total_correlation"}
    assert not re.search(r"^\| (KL|Negative ELBO|Active)", text, re.MULTILINE)
    assert "so it has no KL" in text
    assert "q(z|x)" not in text
    assert 'prior="fitted"' in block(text, 0)


def test_a_card_without_scores_says_so() -> None:
    text = render(replace(record("vae"), scores={}))
    assert "None are recorded." in text
    assert (metadata_of(text).eval_results, metadata_of(text).metrics) == (None, None)
    assert json.loads(metadata.validate(text, "model").body)["errors"] == []


def test_scores_of_training_images_are_named_so() -> None:
    facts = record("vae")
    again = replace(facts, data={**facts.data, "validation": {**facts.data["validation"], "split": "train"}})
    text = render(again)
    assert "training images, which the model has seen" in text
    assert {result.dataset_split for result in metadata_of(text).eval_results} == {"training"}


def test_a_card_of_other_data_does_not_mention_celeba() -> None:
    facts = record("vae")
    data = {"note": "cats", "training": {"name": "cats.zip", "crop": "centre"}, "validation": {"name": "cats.zip"}}
    text = render(replace(facts, data=data))
    data = metadata_of(text)
    assert (data.license, data.datasets, data.license_name) == ("unknown", None, None)
    body = text.split("## Citation")[0]
    assert "CelebA" not in body
    assert "terms of the images that they were trained on" in body
    assert json.loads(metadata.validate(text, "model").body)["errors"] == []


FOLDER = {"name": "pictures", "crop": "centre"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"licence": "celeba", "training": FOLDER}, "celeba"),
        ({"licence": None, "training": {"name": "pictures", "crop": "celeba"}}, "celeba"),
        ({"training": {"name": "train.zip", "pictures": 37_533, "crop": "centre"}}, "celeba"),
        ({"licence": "cc-by-4.0", "training": {"name": "Renamed Frames", "crop": "celeba"}}, "renamed-frames"),
        ({"note": "not CelebA: our own portraits", "licence": None, "training": FOLDER}, "pictures"),
        ({"note": "not CelebA: our own portraits", "training": FOLDER}, "pictures"),
        ({"licence": None, "training": {"name": "sprites"}}, "sprites"),
        ({"licence": None, "training": {"name": "hub:someone/Small_Cats:test"}}, "small-cats"),
        ({"licence": None, "training": {"name": "dsprites.npz"}}, "dsprites"),
        ({}, "images"),
    ],
)
def test_the_record_decides_the_data_set_and_notes_do_not(data: dict[str, Any], expected: str) -> None:
    facts = replace(record("vae"), data=data)
    assert terms.data_name(facts) == expected
    assert facts.is_celeba == (expected == "celeba")
    assert (metadata_of(render(facts)).license == "other") == (expected == "celeba")


def test_the_card_has_the_recorded_licence() -> None:
    facts = replace(record("vae"), data={"licence": "cc-by-4.0", "training": FOLDER})
    assert metadata_of(render(facts)).license == "cc-by-4.0"
    assert "under the terms of the images that they were trained on, `cc-by-4.0`" in render(facts)


def test_celeba_s_folder_layout_and_its_copy_on_the_hub_are_recognised(tmp_path: Path) -> None:
    (tmp_path / "renamed" / "img_align_celeba").mkdir(parents=True)
    assert terms.default_licence(tmp_path / "renamed") == "celeba"
    assert (
        terms.default_licence("hub:flwrlabs/celeba") == terms.default_licence("hub:flwrlabs/celeba:valid") == "celeba"
    )
    assert terms.default_licence(tmp_path) is None
    assert terms.default_licence("hub:someone/portraits") is None


@pytest.mark.parametrize(
    ("objective", "weights"),
    [
        (Objective(kl=1), []),
        (beta_vae(5), ["5"]),
        (beta_tcvae(20), ["19"]),
        (Objective(kl=2.5, tc=0.5, distortion_weight=3), ["3", "2.5", "0.5"]),
    ],
)
def test_the_equation_has_the_weights_of_the_objective(objective: Objective, weights: list[str]) -> None:
    equation = text.equation(objective, stochastic=True)
    assert re.findall(r"([\d.]+)\\, ", equation) == weights
    assert ("prod_j" in equation, r"\lVert x - g(z) \rVert^2" in equation) == (objective.tc > 0, True)
    assert f"with weight {objective.distortion_weight:g}" in text.explain_symbols(objective, stochastic=True)


def test_the_title_has_the_report_s_beta() -> None:
    titles = {"ae": "AE", "vae": "VAE", "beta-vae": "β-VAE, β = 5", "beta-tcvae": "β-TCVAE, β = 20"}
    for name, title in titles.items():
        assert f"# {title}: faces in 32 numbers" in render(record(name))


@pytest.mark.parametrize("name", ["vae", "ae"])
def test_the_example_runs_as_printed(hub: Hub, name: str) -> None:
    hub.add("lab/faces", BUNDLED_FOLDER / name)
    text = render(record(name))
    names: dict[str, Any] = {}
    assert len(block(text, 0).splitlines()) == 5
    exec(block(text, 0), names)
    assert names["faces"].shape == names["reconstructions"].shape == (16, 3, 64, 64)
    assert names["reconstructions"].min() >= 0
    assert names["reconstructions"].max() <= 1
    assert not torch.equal(names["faces"], names["reconstructions"])
    assert not hub.asked("onnx")


@pytest.mark.parametrize("name", ["vae", "ae"])
def test_the_onnx_example_runs_as_printed_without_torch(hub: Hub, name: str) -> None:
    hub.add("lab/faces", BUNDLED_FOLDER / name)
    lines = block(render(record(name)), 1)
    names: dict[str, Any] = {}
    assert "torch" not in lines.replace("onnxruntime", "")
    exec(lines, names)
    assert (names["faces"].shape, names["mean"].shape) == ((16, 3, 64, 64), (16, 32))


def test_the_examples_name_the_branch(hub: Hub) -> None:
    hub.add("lab/faces", BUNDLED_FOLDER / "vae")
    hub.repository("lab/faces").commits["next"] = hub.repository("lab/faces").commits["main"][:]
    text = render(record("vae"), revision="next")
    for number in (0, 1):
        assert 'revision="next"' in block(text, number)
        exec(block(text, number), {})
    assert hub.asked("resolve/next/decoder.onnx")


def test_missing_files_are_not_mentioned() -> None:
    text = render(record("vae"), ("config.json", "model.safetensors", "training.json"))
    assert text.count("```python") == 1
    assert "samples.png" not in text
    assert "onnx" not in metadata_of(text).tags
    assert "![" in render(record("vae"))


def test_a_film_is_shown_and_its_length_explained() -> None:
    text = render(record("vae"), ("samples.png", "film.webp"))
    assert "](film.webp)" in text
    assert (
        "The film counts its steps; if they are fewer than below, it shows a\nshorter run of the same recipe." in text
    )


def test_no_note_breaks_the_table_of_the_training() -> None:
    facts = replace(record("beta-tcvae"), data={"note": "a | b\n\n# c", "training": {"pictures": 37533}})
    rows = dict(text.training_rows(facts))
    assert rows["Data"] == r"a \| b # c"
    assert rows["Training images"] == "37,533"
    assert rows["Weights of distortion, KL, TC"] == "1, 1, 19"
    assert rows["Estimator of TC"] == "mws"
    assert rows["Mirrored at random"] == "yes"
    assert "Estimator of TC" not in dict(text.training_rows(record("vae")))
    assert "Mirrored at random" not in dict(text.training_rows(replace(record("vae"), settings={"flips": False})))


def test_the_card_cites_the_report_the_models_and_the_data_set() -> None:
    cited = re.findall(r"^@\w+\{(\w+[-\w]*),$", render(record("vae")).split("```bibtex")[1], re.MULTILINE)
    assert cited == ["schik-overview", "kingma2014vae", "higgins2017betavae", "chen2018betatcvae", "liu2015celeba"]


def test_a_card_is_always_rendered_alike() -> None:
    assert render(record("vae")) == render(record("vae"))
    assert not re.search(r"\{\{|\{%|None", render(record("vae")))


@pytest.mark.parametrize("name", [*BUNDLED, *BUNDLED_DIALS])
def test_the_bundled_cards_follow_from_their_records(name: str) -> None:
    folder = BUNDLED_FOLDER / name
    location = Location(f"assets/weights/{name}", is_folder=True)
    files = tuple(file.name for file in folder.iterdir())
    expected = card.render(location, read_config(folder / CONFIG), record(name), files)
    assert (folder / CARD).read_text() == expected


@pytest.mark.parametrize("name", ["beta-tcvae", "ae", *BUNDLED_DIALS])
def test_examples_of_bundled_cards_run_in_the_project_s_folder(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BUNDLED_FOLDER.parents[1])
    text = (BUNDLED_FOLDER / name / CARD).read_text()
    names: dict[str, Any] = {}
    for number in (0, 1):
        exec(block(text, number), names)
    assert names["faces"].shape == (16, 3, 64, 64)
    assert names["mean"].shape == (16, 32)
    assert "huggingface_hub import" not in text


def test_a_model_of_sprites_has_a_card_of_its_own(tmp_path: Path) -> None:
    facts = replace(
        record("beta-vae"),
        objective=replace(beta_vae(4), distortion="bernoulli"),
        data={"training": {"name": "sprites"}, "validation": {"pictures": 7373}},
        disentanglement={"n": 737_280, "scores": {"mig": 0.1234, "sap": 0.05}},
    )
    Autoencoder(ModelConfig(channels=1, latent_dim=10, width=2)).save_pretrained(tmp_path)
    facts.write(tmp_path)
    card.write(tmp_path)
    text = (tmp_path / CARD).read_text()
    assert "images in 10 numbers" in text
    assert r"(-\log p(x|z)) + 4\, \mathrm{KL}" in text
    assert "Bernoulli" in text
    assert "has variance" not in text
    assert "(16, 1, 64, 64)" in text
    assert "known factors, as measured on 737,280 images" in text
    assert "| Mutual information gap (Chen et al. 2018) | 0.123 |" in text
    assert "without its constant" not in text
    assert "mig" not in {result.metric_type for result in metadata_of(text).eval_results}  # of other images
    assert "onnx" not in text.split("## Training")[0].lower()


def test_the_card_of_a_dial_says_which_term_beta_weights() -> None:
    facts = record("vae")
    facts = replace(facts, recipe="beta-tc-dial", settings={**facts.settings, "tc_estimator": "mws"})
    text = card.render(Location("x", is_folder=True), DialConfig(width=2), facts, EVERYTHING)
    assert r"(\beta - 1)\, \mathrm{KL}\left[ q(z) " in text
    assert "| Weights of distortion, KL, TC | 1, 1, β − 1 from 0 to 49 |" in text
    assert "In training every step had a β of its own" in text
    assert "The last term is the total correlation" in text
    assert "| Estimator of TC | mws |" in text
    assert "Estimator of TC" not in card.render(
        Location("x", is_folder=True), DialConfig(width=2), replace(facts, recipe="beta-dial"), EVERYTHING
    )


def test_the_card_of_a_dial_describes_it_and_its_examples_run(tmp_path: Path) -> None:
    curve = {"beta": [1.0] * 24 + [50.0], "distortion": [9.0] * 25, "kl": [8.0] * 25, "active_units": [7] * 25}
    facts = replace(record("vae"), recipe="beta-dial", curve={"data": {"pictures": 4535}, **curve})
    config = DialConfig(width=2)
    text = card.render(Location(str(tmp_path), is_folder=True), config, facts, EVERYTHING)
    assert "# β dial: faces in 32 numbers" in text
    assert "**One network for every β from 1 to 50.**" in text
    assert r"\beta\, \mathrm{KL}" in text
    assert "| Weights of distortion, KL, TC | 1, β from 1 to 50, 0 |" in text
    assert "As measured at β = 1 on 4,535" in text
    assert "| 50 | 9.0 | 8.00 | 7 |" in text
    assert set(metadata_of(text).tags) >= {"beta-vae", "onnx"}
    dial = Dial(config).eval()
    dial.save_pretrained(tmp_path)
    for name, content in draw_graphs(dial).items():
        (tmp_path / name).write_bytes(content)
    for number in (0, 1):
        exec(compile(block(text, number), "card", "exec"), {})
