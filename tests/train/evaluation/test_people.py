"""People in the pictures: files that number them."""

from pathlib import Path

import pytest

from train.data import cache
from train.data.cache import CachedImages
from train.data.load import find_files
from train.data.options import DataOptions
from train.data.pictures import DataError
from train.evaluation.people import CELEBA, describe_intervals, describe_people, load_people, read_people


@pytest.fixture
def faces(faces_folder: Path, faces_cache: Path) -> CachedImages:
    return cache.load(find_files(faces_folder, "all", DataOptions()), faces_cache)


def rows(faces: CachedImages, separator: str = ",") -> str:
    """Give every five pictures in a row the same person."""
    return "".join(f"{name}{separator}{100 - i // 5}\n" for i, name in enumerate(faces.names))


@pytest.mark.parametrize("text", ["image_id,identity\n{comma}", "{space}", "{comma}"])
def test_both_formats_number_people_alike(faces: CachedImages, tmp_path: Path, text: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text(text.format(comma=rows(faces), space=rows(faces, " ")))
    people, again = read_people(file, faces, faces)
    assert [len(set(people[i : i + 5].tolist())) for i in range(0, 60, 5)] == [1] * 12
    assert len(people.unique()) == 12
    assert people.equal(again)


def test_endings_of_file_names_do_not_matter(faces: CachedImages, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("image_id,identity\n" + rows(faces).replace(".png", ".jpg"))
    assert len(read_people(file, faces)[0].unique()) == 12


def test_celeba_s_own_file_is_found_beside_the_data(faces_folder: Path, faces: CachedImages, tmp_path: Path) -> None:
    data = tmp_path / "faces"
    data.symlink_to(faces_folder)
    assert load_people(None, data, faces) is None
    (tmp_path / CELEBA).write_text(rows(faces, " "))
    people = load_people(None, data, faces)
    assert people
    assert len(people[0].unique()) == 12


def test_a_found_file_that_lacks_pictures_is_not_used(
    faces_folder: Path, faces: CachedImages, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "faces"
    data.symlink_to(faces_folder)
    (tmp_path / CELEBA).write_text("other.jpg 7\n")
    assert load_people(None, data, faces) is None
    assert "no row for 60 of 60 pictures" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("image_id,identity\na.png,1\n", "no row for 60 of 60 pictures"),
        ("image_id,person\na.png,1\n", "image_id and identity"),
        ("image_id,identity\na.png,1\na.png,2\n", "another person"),
        ("image_id,identity\na.png,1,3\n", "the number of the person"),
    ],
)
def test_damaged_files_are_reported(faces: CachedImages, tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text(text)
    with pytest.raises(DataError, match=sentence):
        load_people(file, tmp_path, faces)
    with pytest.raises(DataError, match="no file"):
        load_people(tmp_path / "nowhere.csv", tmp_path, faces)


def test_intervals_over_pictures_are_said_to_be_too_narrow(faces: CachedImages, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(rows(faces))
    (people,) = read_people(file, faces)
    assert describe_intervals(people, 60) == {"over": "people", "pictures": 60, "people": 12}
    assert "12 people in 60 pictures" in describe_people(12, 60)
    unknown = describe_intervals(None, 60)
    assert (unknown["over"], unknown["people"]) == ("pictures", None)
    assert "too narrow" in unknown["note"]
    assert unknown["note"] == describe_people(None, 60)
