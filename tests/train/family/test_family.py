"""Families of models: what they are, and that the command trains all of one, whatever happens meanwhile."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import tyro
from accelerate import Accelerator
from safetensors.torch import load_file

from train.__main__ import main
from train.commands.family import FamilyConfig
from train.config import TrainConfig
from train.family import presets
from train.family.command_line import words
from train.family.job import LOG
from train.family.presets import FAMILIES, Family
from train.recipes import RECIPES
from train.run import checkpoint, occupied
from train.run.signals import Interrupted
from vae_models.catalogue import BUNDLED
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER

MEMBERS = [(name, member) for name, members in FAMILIES.items() for member in members.values()]


def parsed(told: list[str]) -> TrainConfig:
    return tyro.cli(tyro.extras.subcommand_type_from_defaults(RECIPES), args=told)


@pytest.mark.parametrize(("name", "member"), MEMBERS)
def test_a_command_line_says_all_of_a_run(name: str, member: TrainConfig) -> None:
    whole = replace(
        member,
        data="sprites" if name == "sprites" else Path("a place"),
        val=Path("another"),
        output=Path("runs/x"),
        data_note='what they are: "faces", cropped',
        compile=True,
        resume=True,
        seed=3,
    )
    assert replace(parsed(words(whole)), data=whole.data, val=whole.val) == whole


def test_the_ladder_is_what_the_bundled_models_record() -> None:
    assert tuple(FAMILIES["ladder"]) == BUNDLED
    for name, run in FAMILIES["ladder"].items():
        record = TrainingRecord.read(BUNDLED_FOLDER / name)
        assert (record.recipe, record.objective) == (run.recipe, run.objective())
        settings = {key: getattr(run, key) for key in record.settings}
        assert record.settings == settings
        assert run.total_steps(record.data["training"]["pictures"]) == record.steps


@pytest.mark.parametrize("name", FAMILIES)
def test_the_members_of_a_family_differ_in_what_they_are_compared_by_alone(name: Family) -> None:
    runs = FAMILIES[name].values()
    if name == "latent-sizes":
        assert {run.latent_dim for run in runs} == {8, 128}
        runs = [replace(run, latent_dim=32) for run in runs]
    assert len({replace(run, recipe="vae", beta=None) for run in runs}) == 1


def test_every_seed_has_folders_of_its_own(tmp_path: Path) -> None:
    members = FamilyConfig("sprites", output=tmp_path, seeds=(0, 2)).members()
    assert [name for name, _ in members] == [
        *("vae", "beta-vae", "beta-tcvae"),
        *("vae-s2", "beta-vae-s2", "beta-tcvae-s2"),
    ]
    assert [run.seed for _, run in members] == [0, 0, 0, 2, 2, 2]
    assert [run.folder() for _, run in members] == [tmp_path / name for name, _ in members]


def test_what_is_told_goes_to_every_member() -> None:
    told = FamilyConfig("ladder", "faces", width=64, steps=47_000, learning_rate=1e-4, mixed_precision="no")
    for _, run in told.members():
        assert (run.width, run.steps, run.learning_rate, run.mixed_precision) == (64, 47_000, 1e-4, "no")
        assert run.resume
    assert {run.steps for _, run in FamilyConfig("sprites", epochs=2).members()} == {None}
    assert {run.steps for _, run in FamilyConfig("sprites").members()} == {4000}


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (["ladder"], "name training pictures by --data"),
        (["sprites", "--attributes", "README.md"], "leave --attributes out"),
        (["ladder", "--data", "x", "--attributes", "nowhere.csv"], "no file nowhere.csv"),
        (["ladder", "--data", "hub:a/b", "--attributes", "README.md"], "leave it out"),
        (["ladder", "--data", "x", "--width", "0"], "width"),
        (["ladder", "--data", "x", "--at-once", "0"], "one model trains at least"),
        (["sprites", "--seeds", "1", "1"], "each once"),
        (["cats"], "latent-sizes"),
    ],
)
def test_mistakes_are_answered_before_anything_trains(
    told: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["train", "family", *told])
    try:
        status = main()
    except SystemExit as end:
        status = int(str(end.code))
    assert status == 2
    said = capsys.readouterr()
    assert sentence in " ".join((said.out + said.err).replace("│", "").split())


def test_sprites_without_their_predictors_are_refused_before_anything_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("train.commands.disentangle.find_spec", lambda _: None)
    with pytest.raises(ValueError, match="pip install scikit-learn"):
        FamilyConfig("sprites").run()


def test_a_dry_run_lists_every_command(tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    labels.touch()
    told = FamilyConfig("latent-sizes", "t.zip", "v.zip", labels, output=tmp_path / "runs", dry_run=True).run()
    verbs = [line.split()[3] for line in told.splitlines()]
    assert verbs == [*("vae", "evaluate", "name-latents") * 2, *("beta-tcvae", "evaluate", "name-latents") * 2]
    assert f"evaluate {tmp_path}/runs/vae-d8 --data v.zip --split all --training t.zip" in told
    assert f"name-latents {tmp_path}/runs/vae-d8 --data t.zip --val v.zip --attributes {labels}" in told
    assert not (tmp_path / "runs").exists()
    sprites = FamilyConfig("sprites", output=tmp_path, dry_run=True).run().splitlines()
    assert [line.split()[3] for line in sprites] == [
        *("vae", "disentangle"),
        *("beta-vae", "disentangle"),
        *("beta-tcvae", "disentangle"),
    ]


def test_a_folder_takes_one_run_at_a_time(tmp_path: Path) -> None:
    """The lock is the system's: a killed process holds none."""
    (tmp_path / checkpoint.FOLDER).mkdir()
    held = f"lock = FileLock({str(tmp_path / checkpoint.FOLDER / occupied.LOCK)!r}); lock.acquire()"
    code = f"from filelock import FileLock; {held}; print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(FileExistsError, match="another process"), occupied.by(Accelerator(cpu=True), tmp_path):
            pass
        other.kill()
    with occupied.by(Accelerator(cpu=True), tmp_path):
        pass


@pytest.fixture
def tiny(
    monkeypatch: pytest.MonkeyPatch, faces_folder: Path, others: Path, labels: Path, tmp_path: Path
) -> FamilyConfig:
    """A ladder of two rungs that takes seconds, but for what the processes take to start."""
    small = replace(
        FAMILIES["ladder"]["vae"], width=4, latent_dim=4, batch_size=8, warmup_steps=2, mixed_precision="no"
    )
    rungs = {"vae": small, "beta-vae": replace(small, recipe="beta-vae")}
    monkeypatch.setattr(presets, "FAMILIES", {"ladder": rungs})
    monkeypatch.setattr("train.commands.family.FAMILIES", {"ladder": rungs})
    return FamilyConfig(
        *("ladder", faces_folder, others, labels),
        output=tmp_path / "family",
        cache=tmp_path / "cache",
        steps=30,
        mixed_precision="no",
        checkpoint_every=10,
        at_once=2,
    )


def weights(config: FamilyConfig) -> dict[str, bytes]:
    return {name: (run.folder() / "model.safetensors").read_bytes() for name, run in config.members()}


def stop_when(happened: Callable[[], bool]) -> None:
    """SIGTERM to this process, from a thread of its own, once it has."""

    def watch() -> None:
        deadline = time.monotonic() + 120
        while not happened() and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


@pytest.mark.slow
def test_a_family_is_trained_measured_and_left_alone_when_it_is_done(tiny: FamilyConfig) -> None:
    table = tiny.run()
    assert [line.split(" | ")[0] for line in table.splitlines()[2:]] == ["| VAE", "| β-VAE, β = 5"]
    assert "attribute AUROC" in table
    for _, run in tiny.members():
        record = TrainingRecord.read(run.folder())
        assert (record.steps, record.settings["seed"]) == (30, 0)
        assert record.data["validation"]["pictures"] == 60
        assert (run.folder() / "latents.json").is_file()
        assert (run.folder() / LOG).read_text().count("$ python -m train") == 3
    before = weights(tiny)
    assert tiny.run() == table
    assert weights(tiny) == before
    assert all((run.folder() / LOG).read_text().count("$ python -m train") == 4 for _, run in tiny.members())


@pytest.mark.slow
def test_a_family_that_is_stopped_goes_on_to_the_very_weights(tiny: FamilyConfig, tmp_path: Path) -> None:
    longer = replace(tiny, steps=400, attributes=None, checkpoint_every=100)
    begun = [run.folder() / "metrics.jsonl" for _, run in longer.members()]
    stop_when(lambda: all(file.exists() and file.stat().st_size for file in begun))
    with pytest.raises(Interrupted, match="the same command goes on") as stop:
        longer.run()
    assert stop.value.number == signal.SIGTERM
    for _, run in longer.members():
        assert "with --resume continues" in (run.folder() / LOG).read_text()
        assert not (run.folder() / "model.safetensors").exists()
    longer.run()
    whole = replace(longer, output=tmp_path / "whole")
    whole.run()
    for name, run in longer.members():
        found, meant = (load_file(place / "model.safetensors") for place in (run.folder(), whole.folder() / name))
        assert all(found[key].equal(meant[key]) for key in meant)


@pytest.mark.slow
def test_one_that_fails_stops_no_other_and_is_said_at_the_end(tiny: FamilyConfig) -> None:
    (tiny.folder() / "vae").mkdir(parents=True)
    (tiny.folder() / "vae" / "checkpoints").write_text("in the way")
    with pytest.raises(ValueError, match="1 of 2 models") as failed:
        tiny.run()
    assert "vae: " in str(failed.value)
    assert "exit status 2" in str(failed.value)
    assert TrainingRecord.read(tiny.folder() / "beta-vae").attributes is not None
    (tiny.folder() / "vae" / "checkpoints").unlink()
    assert "| VAE |" in tiny.run()
