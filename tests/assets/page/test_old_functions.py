"""Functions of the page before this one, and where each of them is now: done here, or by the test that is named."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page

from tests.assets.page import visitor_steps as steps
from tests.assets.page.conftest import Open

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent


class Function(NamedTuple):
    """Function of the earlier page, and how it is done now: by steps that are executed, or by a test elsewhere."""

    earlier: str
    now: Callable[[Page], None] | str


FUNCTIONS: dict[str, list[Function]] = {
    "sample": [
        Function("Sample: a column of faces for each model, the same noise a row", steps.set_seed_and_count),
        Function("Sample: New faces", steps.draw_new_faces),
        Function("Sample: temperature", steps.change_the_temperature),
        Function("Sample: codes from N(0, I) or from the fitted Gaussian", steps.choose_models_own_codes),
        Function("Sample: faces as PNG, codes as JSON", steps.save_samples),
        Function("Sample: a click takes a face to another tab", steps.take_a_sample),
    ],
    "face": [
        Function(
            "Reconstruct: upload a portrait",
            "test_requests.py::test_a_whole_visit_sends_nothing_but_requests_for_files",
        ),
        Function("Reconstruct: paste a portrait", steps.paste_a_portrait),
        Function("Reconstruct: the camera", steps.take_a_photo),
        Function(
            "Reconstruct: choose one of several faces",
            "test_errors.py::test_of_two_faces_either_is_taken_by_a_click_on_it",
        ),
        Function("Reconstruct: a square by hand", "test_errors.py::test_without_a_face_the_square_is_drawn_by_hand"),
        Function("Reconstruct: error maps and scores", steps.show_errors_and_scores),
        Function("Reconstruct: noise", steps.add_noise),
        Function("Reconstruct: comparison with CelebA's photographs", steps.compare_with_photographs),
        Function("Reconstruct and Beta: pictures, table and codes", steps.save_reconstructions),
        Function("Beta: one face along the β of a family, and a chart", steps.follow_a_family),
        Function("All tabs: the astronaut", steps.take_the_astronaut),
        Function("All tabs: the face of a seed", steps.roll_the_dice),
        Function("The page can be installed", steps.install_the_page),
        Function("Use via API", steps.find_the_api),
    ],
    "explore": [
        Function("Explore: choose a model; the same face in every model", steps.choose_a_model_in_explore),
        Function("Explore: features, the strip of a touched slider, undo", steps.move_a_feature_everywhere),
        Function("Explore: 32 latents, reset and locks, randomise", steps.reset_and_lock_a_number),
        Function("Explore: the prior's mean, reset all", steps.go_to_the_middle_and_back),
        Function("Explore: a face as PNG", steps.save_a_face),
        Function("Explore: all traversals as one picture", steps.draw_every_number),
        Function("Explore: all traversals as a film", steps.film_every_number),
        Function("Explore: the map of codes", steps.click_on_the_map),
        Function("Explore: a link with a face", "test_addresses.py::test_a_link_of_the_earlier_page_opens_its_face"),
        Function(
            "Explore: decoding in the browser", "test_requests.py::test_a_drag_asks_for_nothing_and_changes_the_picture"
        ),
        Function(
            "Explore: decoding by the server", "test_other_models.py::test_without_webassembly_the_server_answers"
        ),
    ],
    "compare": [Function("Explore: one feature in every model (Fig. 1)", steps.compare_a_feature)],
    "morph": [
        Function("Morph: two faces of any kind", steps.choose_a_second_face),
        Function("Morph: a slider, two ways between codes", steps.morph),
        Function("Morph: film and codes", steps.save_a_morph),
    ],
    "models": [
        Function("Models: losses and definitions", "test_models.py::test_the_four_kinds_are_defined_before_any_score"),
        Function("Models: training and scores", "test_models.py::test_every_cell_shows_the_figure_of_the_record"),
        Function("Models: the table as CSV", "test_models.py::test_the_table_is_saved_unrounded"),
        Function("Models: how to load a model", "test_models.py::test_the_code_of_the_chosen_model_is_copied"),
        Function(
            "Models: where each model is from", "test_models.py::test_each_model_of_the_hub_is_linked_with_its_commit"
        ),
        Function("Models: misuse and limits", "test_models.py::test_other_data_than_celeba_has_limits_of_its_own"),
        Function("Models: citations", "test_models.py::test_the_bibtex_is_copied_whole"),
    ],
}


@pytest.mark.parametrize(
    "tab", [tab for tab, functions in FUNCTIONS.items() if any(callable(f.now) for f in functions)]
)
def test_what_the_earlier_page_did_can_be_done(open_page: Open, tab: str) -> None:
    visit = open_page(f"#{tab}")
    visit.rest(tab)
    faults: dict[str, str] = {}
    for function in FUNCTIONS[tab]:
        if callable(function.now):
            try:
                function.now(visit.page)
            except Exception as error:  # every function is tried: the list says which are missing
                faults[function.earlier] = str(error)[:300]
    assert not faults, json.dumps(faults, indent=1, ensure_ascii=False)


def test_every_test_that_the_list_names_exists() -> None:
    for function in (one for functions in FUNCTIONS.values() for one in functions):
        if isinstance(function.now, str):
            file, _, name = function.now.partition("::")
            assert f"def {name}(" in (HERE / file).read_text(encoding="utf-8"), function.earlier
