"""`push` uploads what belongs to a model in one commit; a failed push changes nothing and can be repeated."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from huggingface_hub import HfApi

from tests.fake_hub import faults
from tests.fake_hub.accounts import READ, WRITE
from tests.fake_hub.client import connect, environment
from tests.fake_hub.server import Hub
from tests.train.hub.small_run import ALL, contents, count_commits, files_on_hub
from train import loop
from train.commands import train as train_command
from train.commands.publish import PushConfig
from train.config import TrainConfig
from train.errors import UserError
from train.hub import errors, push
from train.hub.errors import HubError
from vae_models import Dial, DialConfig
from vae_models.files.training_record import TrainingRecord

ROOT = Path(__file__).parents[3]


def test_the_model_s_files_are_pushed_in_one_commit(hub: Hub, run: Path) -> None:
    before = contents(run)
    line = PushConfig(run, "lab/vae").run()
    files = files_on_hub(hub)
    assert files.keys() == ALL
    assert all(data == before[name] for name, data in files.items() if name != "README.md")
    assert count_commits(hub) == 2
    assert line.startswith(f"{hub.url}/lab/vae: 10 files")
    assert hub.repository("lab/vae").head.oid[:8] in line
    assert contents(run) == before


def test_the_pushed_card_names_the_repository(hub: Hub, run: Path) -> None:
    PushConfig(run, "lab/vae").run()
    card = files_on_hub(hub)["README.md"]
    assert card != (run / "README.md").read_bytes()
    assert b'from_pretrained("lab/vae")' in card


def test_a_second_push_makes_a_commit_only_after_a_change(hub: Hub, run: Path) -> None:
    PushConfig(run, "lab/vae").run()
    assert "no new commit" in PushConfig(run, "lab/vae").run()
    assert count_commits(hub) == 2
    (run / "latents.json").write_text("{}")
    assert "commit" in PushConfig(run, "lab/vae").run()
    assert (count_commits(hub), files_on_hub(hub)["latents.json"]) == (3, b"{}")


def test_files_of_earlier_weights_are_deleted_and_others_kept(hub: Hub, run: Path) -> None:
    PushConfig(run, "lab/vae").run()
    HfApi().upload_file(path_or_fileobj=b"mine", path_in_repo="notes.txt", repo_id="lab/vae")
    (run / "decoder.onnx").unlink()
    PushConfig(run, "lab/vae").run()
    assert files_on_hub(hub).keys() == ALL - {"decoder.onnx"} | {"notes.txt"}
    assert count_commits(hub) == 4


def test_a_missing_branch_is_created_and_main_is_unchanged(hub: Hub, run: Path) -> None:
    for _ in range(2):
        line = PushConfig(run, "lab/vae", revision="next").run()
    assert "/tree/next" in line
    files = files_on_hub(hub, branch="next")
    assert files_on_hub(hub) == {}
    assert files.keys() == ALL
    assert count_commits(hub, branch="next") == 2
    assert b'from_pretrained("lab/vae", revision="next")' in files["README.md"]


def test_a_public_repository_does_not_count_as_private(hub: Hub, run: Path) -> None:
    PushConfig(run, "lab/vae", private=True).run()
    assert hub.repository("lab/vae").private
    PushConfig(run, "lab-org/open").run()
    assert not hub.repository("lab-org/open").private
    (run / "latents.json").write_text("{}")
    with pytest.raises(HubError, match="public already"):
        PushConfig(run, "lab-org/open", private=True).run()
    assert count_commits(hub, "lab-org/open") == 2


def test_a_dry_run_lists_the_files_without_asking_the_hub(hub: Hub, run: Path) -> None:
    text = PushConfig(run, "lab/vae", dry_run=True).run()
    listed = {line.split()[0]: " ".join(line.split()[1:]) for line in text.splitlines()[1:-2]}
    assert listed.keys() == ALL
    assert listed["decoder.onnx"] == f"{len('decoder.onnx')} B"
    assert "10 files" in text
    assert {"checkpoints", "reconstructions.png"} <= set(text.splitlines()[-1].replace(",", "").split())
    assert hub.log == []


def test_sizes_are_readable() -> None:
    assert [push.format_size(size) for size in (999, 1000, 3_346_396)] == ["999 B", "1.0 kB", "3.35 MB"]


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors", "training.json"])
def test_an_unfinished_run_is_not_pushed(hub: Hub, run: Path, missing: str) -> None:
    (run / missing).unlink()
    with pytest.raises(UserError, match=missing):
        PushConfig(run, "lab/vae").run()
    assert hub.log == []


def test_a_damaged_model_is_not_pushed(hub: Hub, run: Path) -> None:
    weights = run / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-7])
    with pytest.raises(UserError, match="damaged"):
        PushConfig(run, "lab/vae").run()
    assert hub.log == []


FAULTS = {
    "403 at the commit": ("POST .*/commit/", faults.status(403, "not you"), "may not write to it \\(403: not you\\)"),
    "gated": ("POST .*/preupload/", faults.GATED, "it is gated"),
    "gone": ("POST .*/preupload/", faults.NO_REPOSITORY, "no such repository on the Hub"),
    "400": ("POST .*/commit/", faults.status(400, "bad blob"), "status 400: bad blob"),
    "429": ("POST .*/commit/", faults.too_many(17), "wait 17 seconds"),
    "500": ("POST .*/commit/", faults.status(500), "fault of its own \\(500\\)"),
    "cut off": ("GET /api/models/lab/vae", faults.cut(after=3), "the connection to the Hub broke off"),
    "no answer": ("POST /api/repos/create", faults.hang(), "nothing came from the Hub for 0.3 seconds"),
    "upload refused": ("PUT /lfs-upload/", faults.status(403, "expired"), "may not write to it \\(403: expired\\)"),
    "card refused": ("POST /api/validate-yaml", faults.status(400, "no card"), "Invalid metadata"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_failed_push_changes_nothing_and_can_be_repeated(
    hub: Hub, run: Path, monkeypatch: pytest.MonkeyPatch, fault: tuple[str, faults.Fault, str]
) -> None:
    monkeypatch.setattr(errors, "TIMEOUT", 0.3)
    path, kind, message = fault
    hub.fail(path, kind)
    before = contents(run)
    with pytest.raises(HubError, match=f"^lab/vae: .*{message}") as caught:
        PushConfig(run, "lab/vae").run()
    hint = f"{run} is unchanged; try again: python -m train push {run} --repo lab/vae"
    assert str(caught.value).endswith(hint)
    assert "\n" not in str(caught.value)
    assert "http" not in str(caught.value)
    assert contents(run) == before
    assert all(len(repository.commits["main"]) == 1 for repository in hub.state.repositories.values())
    hub.heal()
    PushConfig(run, "lab/vae").run()
    assert files_on_hub(hub).keys() == ALL


def test_a_commit_whose_answer_was_lost_is_not_repeated(hub: Hub, run: Path) -> None:
    hub.fail("POST .*/commit/", faults.cut(after=3), times=1)
    with pytest.raises(HubError, match="broke off"):
        PushConfig(run, "lab/vae").run()
    assert "no new commit" in PushConfig(run, "lab/vae").run()
    assert count_commits(hub) == 2


def test_an_unreachable_hub_is_reported_in_one_sentence(hub: Hub, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(monkeypatch, "http://127.0.0.1:9", run.parent / "home")  # nothing listens there
    with pytest.raises(HubError, match="lab/vae: the Hub cannot be reached"):
        PushConfig(run, "lab/vae").run()
    assert hub.log == []


def test_ctrl_c_says_how_to_continue(hub: Hub, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(HfApi, "create_commit", stop)
    with pytest.raises(KeyboardInterrupt, match=f"push {run} --repo lab/vae --revision next$"):
        PushConfig(run, "lab/vae", revision="next").run()
    assert files_on_hub(hub) == {}


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch, finished_copy: Callable[[str], Path]) -> None:
    """Let the command `vae` copy a finished run instead of training."""
    folder = finished_copy("vae")
    monkeypatch.setattr(loop, "train", lambda _: folder)


@pytest.mark.usefixtures("trained")
def test_a_finished_run_is_pushed(hub: Hub, config: TrainConfig) -> None:
    text = train_command.run(replace(config, push_to="lab/mine"))
    files = files_on_hub(hub, "lab/mine")
    assert files.keys() >= {"config.json", "model.safetensors", "training.json", "samples.png"}
    assert not [name for name in files if "checkpoint" in name or "metrics" in name]
    assert "push_to" not in files["training.json"].decode()
    assert f"{hub.url}/lab/mine" in text
    assert f"--models {config.run_dir()}" in text


def test_a_run_that_may_not_be_pushed_does_not_start(
    hub: Hub, config: TrainConfig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    connect(monkeypatch, hub.url, tmp_path / "home", READ)
    with pytest.raises(HubError, match="may not write"):
        train_command.run(replace(config, push_to="lab/mine"))
    with pytest.raises(UserError, match="NAMESPACE/NAME"):
        train_command.run(replace(config, push_to="mine"))
    assert not config.run_dir().exists()


@pytest.mark.usefixtures("trained")
def test_a_run_whose_push_fails_can_be_pushed_later(hub: Hub, config: TrainConfig) -> None:
    hub.fail("POST .*/commit/", faults.status(500))
    with pytest.raises(HubError, match=f"try again: python -m train push {config.run_dir()} --repo lab/mine"):
        train_command.run(replace(config, push_to="lab/mine"))
    assert TrainingRecord.read(config.run_dir()).steps == config.steps
    hub.heal()
    PushConfig(config.run_dir(), "lab/mine").run()
    assert count_commits(hub, "lab/mine") == 2


def test_a_resumed_run_can_be_pushed(hub: Hub, config: TrainConfig, finished_copy: Callable[[str], Path]) -> None:
    finished_copy("vae")
    train_command.run(replace(config, steps=14, resume=True, push_to="lab/mine"))
    assert b'"steps": 14,' in files_on_hub(hub, "lab/mine")["training.json"]


def command(hub: Hub, home: Path, *arguments: str, token: str = WRITE, processes: int = 1) -> list[str]:
    """Return a command line of the trainer that talks to the fake Hub."""
    variables = [f"{name}={value}" for name, value in environment(hub.url, home, token).items()]
    torchrun = ["torch.distributed.run", "--nproc-per-node", str(processes), "-m"] if processes > 1 else []
    return ["env", *variables, sys.executable, "-m", *torchrun, "train", *arguments]


def complete(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.processes
def test_the_command_reports_a_missing_token_in_one_line(hub: Hub, run: Path, tmp_path: Path) -> None:
    failed = complete(command(hub, tmp_path / "home", "push", str(run), "--repo", "lab/vae", token=""))
    assert (failed.returncode, failed.stdout) == (2, "")
    (line,) = failed.stderr.splitlines()
    assert line.startswith("error: lab/vae: there is no token for the Hub")


@pytest.mark.processes
def test_one_of_several_processes_pushes(hub: Hub, faces_folder: Path, tmp_path: Path) -> None:
    small = ["--width", "4", "--latent-dim", "4", "--batch-size", "8", "--steps", "3", "--cache", str(tmp_path / "c")]
    vae = ["vae", "--data", str(faces_folder), "--output", str(tmp_path / "run"), *small, "--push-to", "lab/vae"]
    done = complete(command(hub, tmp_path / "home", *vae, processes=2))
    assert done.returncode == 0, done.stderr
    assert f"{hub.url}/lab/vae: " in done.stdout
    assert count_commits(hub) == 2
    assert [len(hub.asked(path)) for path in ("POST /api/repos/create", "POST .*/commit/main")] == [1, 1]
    assert len(hub.asked("GET /api/whoami-v2")) == 2  # before the training, and before the push


@pytest.mark.kills
def test_a_killed_push_changes_nothing_and_can_be_repeated(hub: Hub, run: Path, tmp_path: Path) -> None:
    before = contents(run)
    hub.fail("PUT /lfs-upload/", faults.hang(), times=1)
    line = command(hub, tmp_path / "home", "push", str(run), "--repo", "lab/vae")
    with subprocess.Popen(line, cwd=ROOT, stderr=subprocess.DEVNULL) as killed:
        deadline = time.monotonic() + 300
        while not hub.asked("PUT /lfs-upload/") and time.monotonic() < deadline:
            time.sleep(0.05)
        killed.kill()
    assert hub.asked("PUT /lfs-upload/")
    assert (files_on_hub(hub), contents(run)) == ({}, before)
    assert complete(line).returncode == 0
    assert files_on_hub(hub).keys() == ALL


def test_a_pushed_dial_has_its_own_card_and_loads_again(hub: Hub, run: Path) -> None:
    dial = Dial(DialConfig(width=2, latent_dim=2)).eval()
    dial.save_pretrained(run)
    replace(TrainingRecord.read(run), recipe="beta-dial").write(run)
    PushConfig(run, "lab/vae").run()
    assert b'Dial.from_pretrained("lab/vae")' in files_on_hub(hub)["README.md"]
    loaded = Dial.from_pretrained("lab/vae")
    assert loaded.config == dial.config
    for (name, ours), theirs in zip(dial.state_dict().items(), loaded.state_dict().values(), strict=True):
        assert torch.equal(ours, theirs), name
