"""Families of models: their settings, and that one command trains them all, whatever happens meanwhile."""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.torch import load_file

from train import cli
from train.__main__ import main
from train.commands.family import FamilyConfig
from train.config import TrainConfig
from train.data.options import DataOptions
from train.errors import UserError
from train.family import runner
from train.family.job import LOG, Job, Step, to_argv
from train.family.presets import FAMILIES, Family
from train.run.signals import STOP_SIGNALS, Interrupted
from vae_models.catalogue import BUNDLED
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER

PRESETS = [(family, name) for family, presets in FAMILIES.items() for name in presets]


@pytest.mark.parametrize(("family", "name"), PRESETS)
def test_settings_survive_as_command_line_arguments(family: Family, name: str) -> None:
    config = replace(
        FAMILIES[family][name],
        data="sprites" if family == "sprites" else Path("a folder"),
        val=Path("another"),
        output=Path("runs/x"),
        options=DataOptions(crop="centre", column="face", cache=Path("a cache")),
        data_note='what they show: "faces", cropped',
        compile=True,
        resume=True,
        seed=3,
    )
    parsed = cli.parse(to_argv(config), "train")
    assert isinstance(parsed, TrainConfig)
    assert replace(parsed, data=config.data, val=config.val) == config


def test_the_ladder_has_the_settings_of_the_bundled_models() -> None:
    assert tuple(FAMILIES["ladder"]) == BUNDLED
    for name, config in FAMILIES["ladder"].items():
        record = TrainingRecord.read(BUNDLED_FOLDER / name)
        assert (record.recipe, record.objective) == (config.recipe, config.objective())
        settings = config.settings()
        assert record.settings == {key: settings[key] for key in record.settings}
        assert config.total_steps(record.data["training"]["pictures"]) == record.steps


@pytest.mark.parametrize("family", FAMILIES)
def test_models_of_a_family_differ_only_in_the_setting_compared(family: Family) -> None:
    configs = list(FAMILIES[family].values())
    if family == "latent-sizes":
        assert {config.latent_dim for config in configs} == {8, 128}
        configs = [replace(config, latent_dim=32) for config in configs]
    assert len({replace(config, recipe="vae", beta=None) for config in configs}) == 1


def test_every_seed_has_its_own_folders(tmp_path: Path) -> None:
    models = FamilyConfig("sprites", output=tmp_path, seeds=(0, 2)).models()
    assert list(models) == ["vae", "beta-vae", "beta-tcvae", "vae-s2", "beta-vae-s2", "beta-tcvae-s2"]
    assert [config.seed for config in models.values()] == [0, 0, 0, 2, 2, 2]
    assert [config.run_dir() for config in models.values()] == [tmp_path / name for name in models]


def test_settings_of_the_command_apply_to_every_model() -> None:
    options = DataOptions(crop="centre", cache=Path("cache"))
    family = FamilyConfig(
        "ladder", "faces", options=options, width=64, steps=47_000, learning_rate=1e-4, mixed_precision="no"
    )
    for config in family.models().values():
        assert (config.width, config.steps, config.learning_rate) == (64, 47_000, 1e-4)
        assert (config.mixed_precision, config.options, config.resume) == ("no", options, True)
    assert {config.steps for config in FamilyConfig("sprites", epochs=2).models().values()} == {None}
    assert {config.steps for config in FamilyConfig("sprites").models().values()} == {4000}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ladder"], "give training images by --data"),
        (["sprites", "--attributes", "README.md"], "leave --attributes out"),
        (["ladder", "--data", "x", "--attributes", "nowhere.csv"], "no file nowhere.csv"),
        (["ladder", "--data", "hub:a/b", "--attributes", "README.md"], "leave it out"),
        (["ladder", "--data", "x", "--width", "0"], "width"),
        (["ladder", "--data", "x", "--at-once", "0"], "at least 1"),
        (["sprites", "--seeds", "1", "1"], "each only once"),
        (["cats"], "latent-sizes"),
    ],
)
def test_mistakes_are_reported_before_training(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = main(["family", *arguments])
    except SystemExit as end:
        status = int(str(end.code))
    assert status == 2
    output = capsys.readouterr()
    assert sentence in " ".join((output.out + output.err).replace("│", "").split())


def test_sprites_without_scikit_learn_are_refused_before_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("train.errors.find_spec", lambda _: None)
    with pytest.raises(UserError, match="pip install scikit-learn"):
        FamilyConfig("sprites").run()


def test_a_dry_run_lists_every_command(tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    labels.touch()
    family = FamilyConfig(
        *("latent-sizes", "t.zip", "v.zip"),
        options=DataOptions(crop="centre"),
        attributes=labels,
        output=tmp_path / "runs",
        dry_run=True,
    )
    lines = family.run()
    commands = [line.split()[3] for line in lines.splitlines()]
    assert commands == [*("vae", "evaluate", "name-latents") * 2, *("beta-tcvae", "evaluate", "name-latents") * 2]
    flags = f"--attributes {labels} --crop centre"
    assert f"evaluate {tmp_path}/runs/vae-d8 --data v.zip --split all --training t.zip {flags}\n" in lines
    assert f"name-latents {tmp_path}/runs/vae-d8 --data t.zip --val v.zip {flags}\n" in lines
    assert not (tmp_path / "runs").exists()
    sprites = FamilyConfig("sprites", output=tmp_path, dry_run=True).run().splitlines()
    assert [line.split()[3] for line in sprites] == [
        *("vae", "disentangle"),
        *("beta-vae", "disentangle"),
        *("beta-tcvae", "disentangle"),
    ]


def test_every_command_of_a_dry_run_can_be_parsed(tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    labels.touch()
    options = DataOptions(align=True, cache=Path("a cache"))
    faces = FamilyConfig("ladder", "t.zip", "v.zip", options, labels, output=tmp_path)
    sprites = FamilyConfig("sprites", options=DataOptions(cache=Path("a cache")), output=tmp_path)
    for family in (faces, sprites):
        for config in family.models().values():
            for step in family.steps_of(config):
                cli.parse(step.argv, "train")


def test_models_side_by_side_share_the_cores_that_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container or `taskset` may allow fewer cores than the machine has."""
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    assert runner.share_cores(1) == {}
    assert runner.share_cores(2) == {"OMP_NUM_THREADS": "2"}
    assert runner.share_cores(9) == {"OMP_NUM_THREADS": "1"}


@pytest.fixture
def tiny(
    monkeypatch: pytest.MonkeyPatch, faces_folder: Path, others: Path, labels: Path, tmp_path: Path
) -> FamilyConfig:
    """Configure a family of two models that trains in seconds, apart from the start of its processes."""
    small = replace(
        FAMILIES["ladder"]["vae"], width=4, latent_dim=4, batch_size=8, warmup_steps=2, mixed_precision="no"
    )
    two = {"vae": small, "beta-vae": replace(small, recipe="beta-vae")}
    monkeypatch.setattr("train.commands.family.FAMILIES", {"ladder": two})
    return FamilyConfig(
        *("ladder", faces_folder, others),
        options=DataOptions(cache=tmp_path / "cache"),
        attributes=labels,
        output=tmp_path / "family",
        steps=30,
        mixed_precision="no",
        checkpoint_every=10,
        at_once=2,
    )


def folders(family: FamilyConfig) -> list[Path]:
    return [config.run_dir() for config in family.models().values()]


def weights(family: FamilyConfig) -> list[bytes]:
    return [(folder / "model.safetensors").read_bytes() for folder in folders(family)]


def count_commands(folder: Path) -> int:
    return (folder / LOG).read_text().count("$ python -m train")


def terminate_when(condition: Callable[[], bool]) -> None:
    """Send SIGTERM to this process, from a thread, once the condition holds."""

    def watch() -> None:
        deadline = time.monotonic() + 300
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


@pytest.mark.processes
def test_a_finished_family_is_not_trained_again(tiny: FamilyConfig) -> None:
    table = tiny.run()
    assert [line.split(" | ")[0] for line in table.splitlines()[2:]] == ["| VAE", "| β-VAE, β = 5"]
    assert "attribute AUROC" in table
    for folder in folders(tiny):
        record = TrainingRecord.read(folder)
        assert (record.steps, record.settings["seed"]) == (30, 0)
        assert record.data["validation"]["pictures"] == 60
        assert (folder / "latents.json").is_file()
        assert count_commands(folder) == 3
    before = weights(tiny)
    assert tiny.run() == table
    assert weights(tiny) == before
    assert [count_commands(folder) for folder in folders(tiny)] == [4, 4]


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_every_stop_signal_reaches_the_running_commands(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed_on = []

    class RunningJob(Job):
        def advance(self) -> bool:
            signal.raise_signal(number)
            return True

        def stop(self, number: int) -> None:
            passed_on.append(number)

    monkeypatch.setattr(runner, "POLL", 0.0)
    job = RunningJob("vae", tmp_path, [Step(["vae"], lambda: False)], {})
    before = signal.signal(number, signal.SIG_DFL)
    try:
        with pytest.raises(Interrupted) as stop:
            runner.run_jobs([job], at_once=1, title="one", folder=tmp_path)
    finally:
        signal.signal(number, before)
    assert passed_on == [number]
    assert stop.value.number == number


@pytest.mark.processes
def test_a_stopped_family_continues_to_bit_identical_weights(tiny: FamilyConfig, tmp_path: Path) -> None:
    longer = replace(tiny, steps=400, attributes=None, checkpoint_every=100)
    metrics = [folder / "metrics.jsonl" for folder in folders(longer)]
    terminate_when(lambda: all(file.exists() and file.stat().st_size for file in metrics))
    with pytest.raises(Interrupted, match="run the same command again") as stop:
        longer.run()
    assert stop.value.number == signal.SIGTERM
    for folder in folders(longer):
        assert "with --resume continues" in (folder / LOG).read_text()
        assert not (folder / "model.safetensors").exists()
    longer.run()
    uninterrupted = replace(longer, output=tmp_path / "uninterrupted")
    uninterrupted.run()
    for pair in zip(folders(longer), folders(uninterrupted), strict=True):
        resumed, expected = (load_file(folder / "model.safetensors") for folder in pair)
        assert all(resumed[name].equal(value) for name, value in expected.items())


@pytest.mark.processes
def test_a_failing_model_does_not_stop_the_others(tiny: FamilyConfig) -> None:
    vae, beta_vae = folders(tiny)
    vae.mkdir(parents=True)
    (vae / "checkpoints").write_text("in the way")
    with pytest.raises(UserError, match="1 of 2 models") as failed:
        tiny.run()
    assert "vae: " in str(failed.value)
    assert "exit status 2" in str(failed.value)
    assert TrainingRecord.read(beta_vae).attributes is not None
    (vae / "checkpoints").unlink()
    assert "| VAE |" in tiny.run()
