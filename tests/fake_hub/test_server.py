"""The fake Hub behaves as the Hub to huggingface_hub: uploads come back, refusals arrive as its exceptions."""

from pathlib import Path

import pytest
from huggingface_hub import HfApi, RepoFile, constants, hf_hub_download, snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from tests.fake_hub import faults
from tests.fake_hub.accounts import READ
from tests.fake_hub.server import Hub

CARD = "---\nlicense: mit\ntags:\n- faces\n---\n\nA card.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pushed"
    (folder / "inside").mkdir(parents=True)
    (folder / "README.md").write_text(CARD)
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(bytes(range(256)) * 100)
    (folder / "inside" / "more.txt").write_text("more")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_upload_can_be_downloaded(hub: Hub, folder: Path) -> None:
    api = HfApi()
    api.create_repo("lab/vae", exist_ok=True)
    api.create_repo("lab/vae", exist_ok=True)
    pushed = api.upload_folder(repo_id="lab/vae", folder_path=folder, commit_message="All")
    again = Path(snapshot_download("lab/vae", revision=pushed.oid))
    downloaded = contents(again)
    assert downloaded.pop(".gitattributes")
    assert downloaded == contents(folder)
    assert api.model_info("lab/vae").sha == pushed.oid == again.name
    assert hub.asked("PUT /lfs-upload/")
    assert [c.title for c in api.list_repo_commits("lab/vae")] == ["All", "initial commit"]


def test_uploading_the_same_files_again_makes_no_commit(hub: Hub, folder: Path) -> None:
    api = HfApi()
    api.create_repo("lab/vae")
    first = api.upload_folder(repo_id="lab/vae", folder_path=folder)
    second = api.upload_folder(repo_id="lab/vae", folder_path=folder)
    assert (second.oid, len(hub.repository("lab/vae").commits["main"])) == (first.oid, 2)
    assert len(hub.asked("PUT")) == 1


def test_branches_tags_and_hashes_name_revisions(hub: Hub, folder: Path) -> None:
    api = HfApi()
    first = hub.add("lab/vae", folder).head.oid
    api.create_tag("lab/vae", tag="v1")
    api.create_branch("lab/vae", branch="next")
    (folder / "config.json").write_text('{"width": 2}')
    second = api.upload_folder(repo_id="lab/vae", folder_path=folder, revision="next").oid
    assert [api.model_info("lab/vae", revision=name).sha for name in ("main", "v1", first[:8])] == [first] * 3
    assert Path(hf_hub_download("lab/vae", "config.json", revision="next")).read_text() == '{"width": 2}'
    assert Path(hf_hub_download("lab/vae", "config.json", revision="v1")).read_text() == "{}"
    refs = api.list_repo_refs("lab/vae")
    assert {ref.name: ref.target_commit for ref in refs.branches} == {"main": first, "next": second}
    assert [ref.target_commit for ref in refs.tags] == [first]


def test_tree_and_paths_info_have_sizes_and_hashes(hub: Hub, folder: Path) -> None:
    hub.add("lab/vae", folder)
    tree = {entry.path for entry in HfApi().list_repo_tree("lab/vae", recursive=True)}
    assert tree == {".gitattributes", "README.md", "config.json", "model.safetensors", "inside", "inside/more.txt"}
    (info,) = HfApi().get_paths_info("lab/vae", ["model.safetensors", "nothing"])
    assert isinstance(info, RepoFile)
    assert info.lfs is not None
    assert (info.size, info.lfs.size, len(info.lfs.sha256)) == (25600, 25600, 64)


def test_refusals_arrive_as_the_client_s_exceptions(hub: Hub, folder: Path) -> None:
    hub.add("lab/vae", folder)
    hub.add("others/closed", folder, gated=True)
    with pytest.raises(RepositoryNotFoundError):
        HfApi().model_info("lab/nothing")
    with pytest.raises(RevisionNotFoundError):
        HfApi().model_info("lab/vae", revision="nothing")
    with pytest.raises(RemoteEntryNotFoundError):
        hf_hub_download("lab/vae", "nothing")
    with pytest.raises(GatedRepoError):
        hf_hub_download("others/closed", "config.json")
    for token, name in ((READ, "lab/new"), (None, "others/new"), ("hf_nobody", "lab/new")):
        with pytest.raises(HfHubHTTPError, match=r"40[13]"):
            HfApi(token=token).create_repo(name)
    with pytest.raises(HfHubHTTPError, match="write token"):
        HfApi(token=READ).upload_folder(repo_id="lab/vae", folder_path=folder)


def test_the_models_of_a_namespace_are_listed_unless_they_are_hidden(hub: Hub, folder: Path) -> None:
    for name in ("lab/vae-celeba64", "lab/other", "others/vae-celeba64"):
        hub.add(name, folder)
    hub.add("others/secret-celeba64", folder, private=True)
    assert [model.id for model in HfApi().list_models(author="lab", search="celeba64")] == ["lab/vae-celeba64"]
    assert [model.id for model in HfApi().list_models(author="others")] == ["others/vae-celeba64"]


def test_write_access_to_a_repository_can_be_checked(hub: Hub, folder: Path) -> None:
    hub.add("lab/vae", folder)
    hub.add("others/vae", folder)
    HfApi().auth_check("lab/vae", write=True)
    HfApi(token=READ).auth_check("lab/vae")
    for token, name in ((READ, "lab/vae"), (None, "others/vae")):
        with pytest.raises(HfHubHTTPError, match="403"):
            HfApi(token=token).auth_check(name, write=True)


def test_whoami_has_the_role_of_the_token(hub: Hub) -> None:  # noqa: ARG001
    assert HfApi().whoami()["auth"]["accessToken"]["role"] == "write"
    assert HfApi(token=READ).whoami()["auth"]["accessToken"]["role"] == "read"
    with pytest.raises(HfHubHTTPError, match="Invalid user token"):
        HfApi(token="hf_nobody").whoami()


def test_a_collection_and_its_items_exist_once(hub: Hub, folder: Path) -> None:
    hub.add("lab/vae", folder)
    api = HfApi()
    slugs = {api.create_collection("VAE Faces", namespace="lab", exists_ok=True).slug for _ in range(2)}
    (slug,) = slugs
    for _ in range(2):
        api.add_collection_item(slug, "lab/vae", "model", exists_ok=True)
    assert [item.item_id for item in api.get_collection(slug).items] == ["lab/vae"]
    assert [one.slug for one in api.list_collections(owner="lab")] == [slug]
    with pytest.raises(HfHubHTTPError, match="404"):
        api.add_collection_item(slug, "lab/nothing", "model")


def test_invalid_front_matter_stops_an_upload(hub: Hub, folder: Path) -> None:
    hub.add("lab/vae", folder)
    (folder / "README.md").write_text("---\nlicense: mine\n---\n")
    with pytest.raises(ValueError, match="license"):
        HfApi().upload_folder(repo_id="lab/vae", folder_path=folder)
    assert len(hub.repository("lab/vae").commits["main"]) == 2


def test_a_space_has_variables(hub: Hub, folder: Path) -> None:
    api = HfApi()
    api.create_repo("lab/page", repo_type="space", space_sdk="gradio", space_variables=[{"key": "A", "value": "1"}])
    api.add_space_variable("lab/page", "B", "2")
    assert {key: one.value for key, one in api.get_space_variables("lab/page").items()} == {"A": "1", "B": "2"}
    (folder / "README.md").write_text('---\nsdk: gradio\npython_version: "3.11"\n---\n')
    api.upload_folder(repo_id="lab/page", repo_type="space", folder_path=folder)
    assert hub.repository("lab/page", "space").head.files["config.json"].data == b"{}"
    assert api.space_info("lab/page").sdk == "gradio"


@pytest.mark.hub
def test_a_download_resumes_after_a_broken_connection(hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.add("lab/vae", folder)
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 500)  # an incomplete chunk is lost
    hub.fail("GET .*model.safetensors", faults.cut(after=1000), times=1)
    got = Path(hf_hub_download("lab/vae", "model.safetensors")).read_bytes()
    assert got == (folder / "model.safetensors").read_bytes()
    assert [request.status for request in hub.asked("GET .*model.safetensors")] == [200, 206]


def test_corrupt_files_have_the_right_size(hub: Hub, folder: Path) -> None:
    hub.add("lab/vae", folder)
    hub.fail("GET .*model.safetensors", faults.corrupt())
    got, right = Path(hf_hub_download("lab/vae", "model.safetensors")), folder / "model.safetensors"
    assert got.stat().st_size == right.stat().st_size
    assert got.read_bytes() != right.read_bytes()
