"""Pushing to a Hub of the tests' own: what goes, what stays, what is said where it fails."""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
import torch
from accelerate.state import AcceleratorState
from huggingface_hub import HfApi

from tests.fake_hub import faults, people
from tests.fake_hub.people import READ, Person
from tests.fake_hub.server import Hub
from tests.fake_hub.visiting import variables, visit
from train import loop
from train.commands.publish import PushConfig
from train.commands.push_all_config import PushAllConfig
from train.config import TrainConfig
from train.hub import account, errors, pushing
from train.hub import collection as gallery
from train.hub.errors import HubError
from vae_models import Autoencoder, ModelConfig
from vae_models.files.training_record import TrainingRecord
from vae_models.objectives.objective import BETA_TCVAE, VAE, Objective

ROOT = Path(__file__).parents[3]
NEVER = ("checkpoints/step-1/optimizer.bin", "reconstructions.png", "metrics.jsonl", "samples/step-1.png", "cache.npy")
ALL = {
    *("config.json", "model.safetensors", "training.json", "decoder.onnx", "encoder.onnx"),
    *("latents.json", "densities.json", "samples.png", "README.md"),
}
FINE_GRAINED = "hf_fine0000000000000000000000000000000"


def write(folder: Path, recipe: str = "vae", objective: Objective = VAE) -> Path:
    """A finished run of almost nothing, with all that a run may leave behind."""
    torch.manual_seed(0)
    Autoencoder(ModelConfig(width=2, latent_dim=2, stochastic=recipe != "ae")).save_pretrained(folder)
    facts = {"data": {"note": "drawn faces"}, "settings": {}, "loss": {}, "versions": {}, "latents": {}}
    scores = {"squared_error": 12.0, "kl": None}
    TrainingRecord(
        recipe=recipe, objective=objective, steps=3, images_seen=24, parameters=9, scores=scores, typicality={}, **facts
    ).write(folder)
    for name in ("decoder.onnx", "encoder.onnx", "latents.json", "densities.json", "samples.png", *NEVER):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write(tmp_path / "vae")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def there(hub: Hub, repo: str = "lab/vae", branch: str = "main") -> dict[str, bytes]:
    """The files of a branch, without the Hub's own."""
    files = hub.repository(repo).commits[branch][-1].files
    return {name: blob.data for name, blob in files.items() if name != ".gitattributes"}


def commits(hub: Hub, repo: str = "lab/vae", branch: str = "main") -> int:
    return len(hub.repository(repo).commits[branch])


def test_what_belongs_to_the_model_is_pushed_in_one_commit_and_nothing_else(hub: Hub, run: Path) -> None:
    before = contents(run)
    said = PushConfig(run, "lab/vae").run()
    assert there(hub).keys() == ALL
    assert all(data == before[name] for name, data in there(hub).items() if name != "README.md")
    assert commits(hub) == 2
    assert said.startswith(f"{hub.url}/lab/vae: 9 files")
    assert hub.repository("lab/vae").head.oid[:8] in said
    assert contents(run) == before


def test_the_mixins_general_card_is_not_what_is_pushed(hub: Hub, run: Path) -> None:
    PushConfig(run, "lab/vae").run()
    assert there(hub)["README.md"] != (run / "README.md").read_bytes()
    assert b'from_pretrained("lab/vae")' in there(hub)["README.md"]


def test_pushing_again_makes_a_commit_only_of_what_has_changed(hub: Hub, run: Path) -> None:
    PushConfig(run, "lab/vae").run()
    assert "no new commit" in PushConfig(run, "lab/vae").run()
    assert commits(hub) == 2
    (run / "latents.json").write_text("{}")
    assert "commit" in PushConfig(run, "lab/vae").run()
    assert (commits(hub), there(hub)["latents.json"]) == (3, b"{}")


def test_files_of_earlier_weights_do_not_outlive_them_and_others_are_left_alone(hub: Hub, run: Path) -> None:
    PushConfig(run, "lab/vae").run()
    HfApi().upload_file(path_or_fileobj=b"mine", path_in_repo="notes.txt", repo_id="lab/vae")
    (run / "decoder.onnx").unlink()
    PushConfig(run, "lab/vae").run()
    assert there(hub).keys() == ALL - {"decoder.onnx"} | {"notes.txt"}
    assert commits(hub) == 4


def test_a_branch_is_made_where_it_is_missing_and_the_main_one_is_left_alone(hub: Hub, run: Path) -> None:
    for _ in range(2):
        said = PushConfig(run, "lab/vae", revision="next").run()
    assert "/tree/next" in said
    assert (there(hub), there(hub, branch="next").keys()) == ({}, ALL)
    assert commits(hub, branch="next") == 2
    assert b'from_pretrained("lab/vae", revision="next")' in there(hub, branch="next")["README.md"]


def test_a_private_repository_is_private_and_a_public_one_is_not_taken_for_one(hub: Hub, run: Path) -> None:
    PushConfig(run, "lab/vae", private=True).run()
    assert hub.repository("lab/vae").private
    PushConfig(run, "lab-org/open").run()
    assert not hub.repository("lab-org/open").private
    (run / "latents.json").write_text("{}")
    with pytest.raises(HubError, match="public already"):
        PushConfig(run, "lab-org/open", private=True).run()
    assert commits(hub, "lab-org/open") == 2


def test_a_dry_run_lists_names_and_sizes_and_asks_nobody(hub: Hub, run: Path) -> None:
    said = PushConfig(run, "lab/vae", dry_run=True).run()
    listed = {line.split()[0]: " ".join(line.split()[1:]) for line in said.splitlines()[1:-2]}
    assert listed.keys() == ALL
    assert listed["decoder.onnx"] == f"{len('decoder.onnx')} B"
    assert "9 files" in said
    assert {"checkpoints", "reconstructions.png"} <= set(said.splitlines()[-1].replace(",", "").split())
    assert hub.log == []


def test_sizes_are_in_words() -> None:
    assert [pushing.size_in_words(size) for size in (999, 1000, 3_346_396)] == ["999 B", "1.0 kB", "3.35 MB"]


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors", "training.json"])
def test_an_unfinished_run_is_not_pushed(hub: Hub, run: Path, missing: str) -> None:
    (run / missing).unlink()
    with pytest.raises(FileNotFoundError, match=missing):
        PushConfig(run, "lab/vae").run()
    assert hub.log == []


def test_a_damaged_model_is_not_pushed(hub: Hub, run: Path) -> None:
    weights = run / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-7])
    with pytest.raises(ValueError, match="damaged"):
        PushConfig(run, "lab/vae").run()
    assert hub.log == []


@pytest.mark.parametrize("repo", ["vae", "a/b/c", "lab/", "/vae", "lab/va e", "lab/vae.git", "lab/-vae"])
def test_what_is_no_repository_is_refused_before_anything_else(repo: str) -> None:
    with pytest.raises(ValueError, match="NAMESPACE/NAME"):
        PushConfig(Path(), repo)
    with pytest.raises(ValueError, match="NAMESPACE/NAME"):
        TrainConfig(recipe="vae", data=Path(), push_to=repo)


def test_what_is_no_namespace_is_refused() -> None:
    with pytest.raises(ValueError, match="no namespace"):
        PushAllConfig(Path(), "lab/vae")
    with pytest.raises(ValueError, match="NAMESPACE/NAME"):
        PushAllConfig(Path(), "")


class Case(NamedTuple):
    """Why a push fails, and what is said of it."""

    token: str | None
    repo: str
    said: str


CASES = {
    "no token": Case(None, "lab/vae", "There is no token"),
    "unknown token": Case("hf_nobody", "lab/vae", "does not know this token"),
    "read-only token": Case(READ, "lab/vae", "This token may not write to lab: make one"),
    "foreign namespace": Case(people.WRITE, "others/vae", "others is not yours: this token is for lab, lab-org"),
    "fine-grained, elsewhere": Case(FINE_GRAINED, "lab-org/vae", "This token may not write to lab-org: make one"),
}


@pytest.fixture
def fine_grained(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more token, that may write to `lab` alone."""
    scopes = [{"entity": {"type": "user", "name": "lab"}, "permissions": ["repo.content.read", "repo.write"]}]
    who = people.who
    person = Person("lab", "fineGrained", ("lab-org",))

    def answer(asks: Person | None) -> dict:
        facts = who(asks)
        if asks is person:
            facts["auth"]["accessToken"]["fineGrained"] = {"global": [], "scoped": scopes}
        return facts

    monkeypatch.setattr(people, "who", answer)
    monkeypatch.setitem(people.PEOPLE, FINE_GRAINED, person)


@pytest.mark.usefixtures("fine_grained")
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_who_may_not_push_is_told_so_in_a_sentence_before_anything_is_sent(
    hub: Hub, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    visit(monkeypatch, hub.url, tmp_path / "home", case.token)
    before = contents(run)
    with pytest.raises(HubError) as caught:
        PushConfig(run, case.repo).run()
    assert case.said in str(caught.value)
    assert str(caught.value).endswith(f"python -m train push {run} --repo {case.repo} continues")
    assert "\n" not in str(caught.value)
    assert hub.state.repositories == {}
    assert contents(run) == before


@pytest.mark.usefixtures("fine_grained")
def test_a_fine_grained_token_that_may_write_there_may(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit(monkeypatch, hub.url, tmp_path / "home", FINE_GRAINED)
    account.require_writer("lab/vae")


def test_a_member_who_may_only_read_is_told_so(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    who = people.who
    monkeypatch.setattr(people, "who", lambda asks: {**who(asks), "orgs": [{"name": "lab-org", "roleInOrg": "read"}]})
    with pytest.raises(HubError, match="may only read in lab-org"):
        account.require_writer("lab-org/vae")


FAULTS = {
    "403 at the commit": ("POST .*/commit/", faults.status(403, "not you"), "may not write to lab/vae \\(not you\\)"),
    "gated": ("POST .*/preupload/", faults.GATED, "lab/vae is gated"),
    "gone": ("POST .*/preupload/", faults.NO_REPOSITORY, "shows no lab/vae to this token"),
    "400": ("POST .*/commit/", faults.status(400, "bad blob"), "refuses lab/vae \\(400\\): bad blob"),
    "429": ("POST .*/commit/", faults.too_many(17), "try again in 17 s"),
    "500": ("POST .*/commit/", faults.status(500), "fault of its own \\(500\\)"),
    "cut off": ("GET /api/models/lab/vae", faults.cut(after=3), "does not answer \\(RemoteProtocolError\\)"),
    "no answer": ("POST /api/repos/create", faults.hang(), "does not answer \\(ReadTimeout\\)"),
    "upload refused": ("PUT /lfs-upload/", faults.status(403, "expired"), "may not write to lab/vae \\(expired\\)"),
    "card refused": ("POST /api/validate-yaml", faults.status(400, "no card"), "Invalid metadata"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_failed_push_is_one_sentence_leaves_all_as_it_was_and_continues(
    hub: Hub, run: Path, monkeypatch: pytest.MonkeyPatch, fault: tuple[str, faults.Fault, str]
) -> None:
    monkeypatch.setattr(errors, "PATIENCE", 0.3)
    path, what, said = fault
    hub.fail(path, what)
    before = contents(run)
    with pytest.raises(HubError, match=said) as caught:
        PushConfig(run, "lab/vae").run()
    assert str(caught.value).endswith(f"{run} is whole: python -m train push {run} --repo lab/vae continues")
    assert "\n" not in str(caught.value)
    assert contents(run) == before
    assert all(len(repository.commits["main"]) == 1 for repository in hub.state.repositories.values())
    hub.heal()
    PushConfig(run, "lab/vae").run()
    assert there(hub).keys() == ALL


def test_a_commit_whose_answer_was_lost_is_not_made_twice(hub: Hub, run: Path) -> None:
    hub.fail("POST .*/commit/", faults.cut(after=3), times=1)
    with pytest.raises(HubError, match="does not answer"):
        PushConfig(run, "lab/vae").run()
    assert "no new commit" in PushConfig(run, "lab/vae").run()
    assert commits(hub) == 2


def test_a_hub_that_is_not_there_is_one_sentence(hub: Hub, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    visit(monkeypatch, "http://127.0.0.1:9", run.parent / "home")  # nobody listens there
    with pytest.raises(HubError, match=r"http://127.0.0.1:9 does not answer \(ConnectError\)"):
        PushConfig(run, "lab/vae").run()
    assert hub.log == []


def test_ctrl_c_says_how_to_continue(hub: Hub, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(HfApi, "create_commit", stop)
    with pytest.raises(KeyboardInterrupt, match=f"push {run} --repo lab/vae --revision next continues"):
        PushConfig(run, "lab/vae", revision="next").run()
    assert there(hub) == {}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three runs, and a folder that is none."""
    place = tmp_path / "runs"
    write(place / "beta-tcvae", "beta-tcvae", BETA_TCVAE)
    write(place / "vae")
    write(place / "ae", "ae", Objective(kl=0))
    (place / "notes").mkdir()
    return place


def test_a_family_is_pushed_and_gathered_in_a_collection_once(hub: Hub, folder: Path) -> None:
    said = [PushAllConfig(folder, "lab").run() for _ in range(2)]
    repos = ["lab/ae-celeba64", "lab/vae-celeba64", "lab/beta-tcvae-celeba64"]
    assert sorted(name for _, name in hub.state.repositories) == sorted(repos)
    assert [commits(hub, repo) for repo in repos] == [2, 2, 2]
    (collection,) = HfApi().list_collections(owner="lab")
    items = HfApi().get_collection(collection.slug).items
    assert (collection.title, [item.item_id for item in items]) == ("VAE Faces", repos)
    assert said[0].count("commit ") == said[1].count("no new commit") == 3
    assert collection.slug in said[1]
    assert len(hub.asked("POST /api/collections$")) == 1
    assert len(gallery.ABOUT) <= 150  # the Hub takes no more


def test_a_family_grows(hub: Hub, folder: Path) -> None:
    PushAllConfig(folder, "lab").run()
    write(folder / "beta-vae-b2", "beta-vae", Objective(kl=2))
    PushAllConfig(folder, "lab").run()
    (collection,) = HfApi().list_collections(owner="lab")
    assert len(HfApi().get_collection(collection.slug).items) == 4
    assert there(hub, "lab/beta-vae-b2-celeba64").keys() == ALL


def test_a_family_that_breaks_off_says_how_to_continue_and_does(hub: Hub, folder: Path) -> None:
    hub.fail("POST .*lab/vae-celeba64/commit", faults.status(500))
    with pytest.raises(HubError, match=f"push-all {folder} --namespace lab .*continues"):
        PushAllConfig(folder, "lab").run()
    assert (commits(hub, "lab/ae-celeba64"), commits(hub, "lab/vae-celeba64")) == (2, 1)
    hub.heal()
    PushAllConfig(folder, "lab").run()
    assert (commits(hub, "lab/ae-celeba64"), commits(hub, "lab/vae-celeba64")) == (2, 2)


def test_one_damaged_model_keeps_the_family_here(hub: Hub, folder: Path) -> None:
    (folder / "vae" / "model.safetensors").write_bytes(b"")
    with pytest.raises(ValueError, match="damaged"):
        PushAllConfig(folder, "lab").run()
    assert hub.log == []


def test_a_family_is_listed_without_asking_anybody(hub: Hub, folder: Path) -> None:
    said = PushAllConfig(folder, "lab", dry_run=True).run()
    assert [line.split("/")[-1] for line in said.splitlines() if line.endswith("would get")] == [
        f"{name}-celeba64 would get" for name in ("ae", "vae", "beta-tcvae")
    ]
    assert hub.log == []


def test_a_folder_without_models_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        PushAllConfig(tmp_path / "nowhere", "lab").run()
    with pytest.raises(FileNotFoundError, match="holds a finished model"):
        PushAllConfig(tmp_path, "lab").run()


def test_a_run_is_pushed_when_it_is_finished(hub: Hub, config: TrainConfig) -> None:
    said = replace(config, push_to="lab/mine").run()
    assert there(hub, "lab/mine").keys() >= {"config.json", "model.safetensors", "training.json", "samples.png"}
    assert not [name for name in there(hub, "lab/mine") if "checkpoint" in name or "metrics" in name]
    assert "push_to" not in there(hub, "lab/mine")["training.json"].decode()
    assert f"{hub.url}/lab/mine" in said
    assert f"--models {config.folder()}" in said


def test_a_run_that_could_not_be_pushed_does_not_begin(
    hub: Hub, config: TrainConfig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    visit(monkeypatch, hub.url, tmp_path / "home", READ)
    with pytest.raises(HubError, match="may not write"):
        replace(config, push_to="lab/mine").run()
    assert not config.folder().exists()


def test_a_run_whose_push_fails_is_kept_and_goes_when_asked_to(hub: Hub, config: TrainConfig) -> None:
    hub.fail("POST .*/commit/", faults.status(500))
    with pytest.raises(HubError, match=f"train push {config.folder()} --repo lab/mine continues"):
        replace(config, push_to="lab/mine").run()
    assert TrainingRecord.read(config.folder()).steps == config.steps
    hub.heal()
    PushConfig(config.folder(), "lab/mine").run()
    assert commits(hub, "lab/mine") == 2


def test_a_run_may_be_resumed_to_be_pushed(hub: Hub, config: TrainConfig) -> None:
    loop.train(config)
    AcceleratorState._reset_state(reset_partial_state=True)
    replace(config, steps=14, resume=True, push_to="lab/mine").run()
    assert b'"steps": 14,' in there(hub, "lab/mine")["training.json"]


def started(hub: Hub, home: Path, *arguments: str, token: str = people.WRITE, launch: bool = False) -> list[str]:
    """The command that is sent to that Hub: `env` and the trainer's command line."""
    told = [f"{name}={value}" for name, value in variables(hub.url, home, token).items()]
    launcher = ["accelerate.commands.launch", "--cpu", "--num_processes", "2", "--num_machines", "1", "-m"]
    return ["env", *told, sys.executable, "-m", *(launcher if launch else []), "train", *arguments]


def done(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.slow
def test_the_command_says_in_one_line_why_it_does_not_push(hub: Hub, run: Path, tmp_path: Path) -> None:
    failed = done(started(hub, tmp_path / "home", "push", str(run), "--repo", "lab/vae", token=""))
    assert (failed.returncode, failed.stdout) == (2, "")
    (line,) = failed.stderr.splitlines()
    assert line.startswith("error: There is no token for the Hub")


@pytest.mark.slow
def test_of_several_processes_one_pushes(hub: Hub, faces_folder: Path, tmp_path: Path) -> None:
    small = ["--width", "4", "--latent-dim", "4", "--batch-size", "8", "--steps", "3", "--cache", str(tmp_path / "c")]
    trained = ["vae", "--data", str(faces_folder), "--output", str(tmp_path / "run"), *small, "--push-to", "lab/vae"]
    finished = done(started(hub, tmp_path / "home", *trained, launch=True))
    assert finished.returncode == 0, finished.stderr
    assert f"{hub.url}/lab/vae: " in finished.stdout
    assert commits(hub) == 2
    assert [len(hub.asked(what)) for what in ("POST /api/repos/create", "POST .*/commit/main")] == [1, 1]
    assert len(hub.asked("GET /api/whoami-v2")) == 2  # before the training, and before the push


@pytest.mark.slow
def test_a_killed_push_leaves_run_and_repository_and_the_same_command_continues(
    hub: Hub, run: Path, tmp_path: Path
) -> None:
    before = contents(run)
    hub.fail("PUT /lfs-upload/", faults.hang(), times=1)
    command = started(hub, tmp_path / "home", "push", str(run), "--repo", "lab/vae")
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as killed:
        deadline = time.monotonic() + 60
        while not hub.asked("PUT /lfs-upload/") and time.monotonic() < deadline:
            time.sleep(0.05)
        killed.kill()
    assert hub.asked("PUT /lfs-upload/")
    assert (there(hub), contents(run)) == ({}, before)
    assert done(command).returncode == 0
    assert there(hub).keys() == ALL
