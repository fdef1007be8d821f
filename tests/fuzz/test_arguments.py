"""Arguments of the endpoints as JSON may have them: an answer, or a sentence that is not logged."""

import asyncio
import json
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.uploads.folder import create_folder, get_folder
from tests.conftest import draw_face, report_models
from tests.dial_folder import load_dials, write_dial
from tests.fuzz.damage import CHANGES, Change, change
from tests.fuzz.law import limits, require_sentence
from tests.fuzz.picture_files import encode
from vae_models.hub.pull import Loaded

pytestmark = pytest.mark.processes

NUMBERS = st.one_of(
    st.integers(-2, 40), st.integers(), st.floats(), st.sampled_from((2**32 - 1, 2**64, 1e308, -0.0, float("nan")))
)
WORDS = st.one_of(
    st.sampled_from(
        ("vae", "ae", "beta-vae", "beta-dial", "standard", "fitted", "linear", "spherical", "face", "centre", "")
    ),
    st.text(st.characters(), max_size=20),  # lone surrogates, too: JSON has them
)
CODE = st.lists(st.floats(-5, 5, width=16), min_size=32, max_size=32)
SIMPLE = st.one_of(st.none(), st.booleans(), NUMBERS, WORDS)
JSON = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)
TEXT = b64encode(encode("JPEG", "RGB", 0)).decode()
PATH = st.one_of(
    st.sampled_from(("/etc/hostname", "UPLOADS", "UPLOADS/face.png", "UPLOADS/none.png", "file:///etc/hostname", "\0")),
    st.text(st.characters(), max_size=20),
    # addresses that need no look-up
    st.sampled_from(("http://127.0.0.1:9/x", "http://[::1]/", "http://0x7f.1", "http://[", "https:///", "HTTP://10.1")),
    st.text(max_size=10).map(lambda text: f"http://127.0.0.1{text}"),
    st.text(max_size=10).map(lambda text: f"data:{text}"),
    st.text(max_size=10).map(lambda text: f"data:image/png;base64,{text}"),
    st.just(TEXT),
)
PICTURE = st.one_of(
    PATH,
    st.fixed_dictionaries({"path": PATH, "meta": st.just({"_type": "gradio.FileData"})}),
    st.fixed_dictionaries({"path": JSON}, optional={"url": JSON, "meta": JSON, "size": JSON, "is_stream": JSON}),
    JSON,
)
WHICH = st.one_of(st.just(1), NUMBERS, JSON)
BETA = st.one_of(st.none(), st.floats(1, 50), st.sampled_from((0.99, 50.01, True, "5")), NUMBERS, JSON)
CROP = st.one_of(st.just("centre"), WORDS, JSON)
CALLS: dict[str, tuple[st.SearchStrategy[Any], ...]] = {
    "sample": (WHICH, st.one_of(st.just(1), JSON), st.one_of(WORDS, JSON), st.one_of(NUMBERS, JSON)),
    "reconstruct": (PICTURE, CROP, WHICH, st.one_of(NUMBERS, JSON)),
    "compare_betas": (PICTURE, st.one_of(WORDS, JSON), WHICH, CROP, WHICH, st.one_of(st.lists(BETA, max_size=9), BETA)),
    "morph": (PICTURE, PICTURE, st.one_of(WORDS, JSON), CROP),
    "traverse": (st.one_of(st.none(), CODE, JSON), st.one_of(WORDS, JSON), WHICH, NUMBERS, JSON, WHICH),
    "encode": (PICTURE, st.one_of(st.sampled_from(("vae", "beta-dial")), JSON), CROP, WHICH, BETA),
    "find": (PICTURE,),
    "cut": (PICTURE, st.one_of(st.lists(NUMBERS, min_size=3, max_size=3), JSON)),
    "decode": (
        st.one_of(CODE, st.lists(CODE, max_size=2), JSON),
        st.one_of(st.sampled_from(("vae", "beta-dial")), JSON),
        BETA,
    ),
}
CALL = st.one_of([st.tuples(st.just(name), st.tuples(*values)) for name, values in CALLS.items()])


def load_with_dial() -> Loaded:
    """Load the report's models and a dial."""
    with TemporaryDirectory() as folder:
        write_dial(Path(folder) / "beta-dial")
        dials = load_dials(Path(folder))
    return Loaded(report_models(), dials=dials)


@cache
def build_endpoints() -> Any:
    """Build the endpoints as gradio's server holds them, and one upload."""
    folder = create_folder()
    import gradio as gr

    from server.app import PageServer
    from server.endpoints import ENDPOINTS, OF_THE_PAGE, answer_in_sentences

    server = PageServer()
    loaded = load_with_dial()
    with gr.Blocks() as blocks:
        for module in (*ENDPOINTS, *OF_THE_PAGE):
            gr.api(answer_in_sentences(module.build(loaded)))
    blocks.auth = None
    blocks.root_path = ""
    server.configure_app(blocks)
    draw_face(1).save(folder / "face.png")
    return blocks


async def call(name: str, values: list[Any]) -> None:
    """Call an endpoint as the server does."""
    blocks = build_endpoints()  # in here, because gradio takes the event loop that is running, or else leaves one open
    text = json.dumps(values).replace("UPLOADS", str(get_folder()))
    endpoint = next(function for function in blocks.fns.values() if function.api_name == name)
    await blocks.process_api(endpoint, json.loads(text))


def check(name: str, values: list[Any]) -> None:
    """Check the law for a call."""
    import gradio as gr

    from server.guard.refusals import FAILED

    with limits():
        try:
            # in a thread of its own: the browser's driver may have its loop in this one
            with ThreadPoolExecutor(1) as pool:
                pool.submit(lambda: asyncio.run(call(name, values))).result()
        except gr.Error as error:
            if error.print_exception:
                raise
            require_sentence(error)
            if FAILED in str(error):
                raise AssertionError("an endpoint has failed") from None


@given(CALL)
@example(("encode", ({"path": "UPLOADS", "meta": {"_type": "gradio.FileData"}}, "vae", "centre", 1)))
@example(("encode", ({"path": "http://127.0.0.1:9/x", "meta": {"_type": "gradio.FileData"}}, "vae", "centre", 1)))
@example(("encode", ({"path": "x", "meta": 3}, "vae", "centre", 1)))
@example(("compare_betas", (TEXT, "beta-dial", 1, "centre", 1, [1, 50.0, 7.5])))
@example(("compare_betas", (TEXT, "beta-dial", 1, "centre", 1, [[float("nan")]])))
@example(("encode", (TEXT, "beta-dial", "centre", 1, 1e308)))
@example(("decode", ([0.0] * 32, "beta-dial", float("nan"))))
@example(("sample", ({"path": "http://127.0.0.1:9/x", "meta": {"_type": "gradio.FileData"}}, 1, "standard", 1)))
def test_arguments_of_wrong_types(named: tuple[str, tuple[Any, ...]]) -> None:
    name, values = named
    check(name, list(values))


@given(st.sampled_from(sorted(CALLS)), st.lists(JSON, max_size=9))
def test_any_number_of_arguments(name: str, values: list[Any]) -> None:
    check(name, values)


@given(changes=CHANGES, crop=st.sampled_from(("face", "centre")), form=st.sampled_from(("JPEG", "PNG", "GIF")))
def test_pictures_with_changed_bytes(changes: list[Change], crop: str, form: str) -> None:
    data = change(encode(form, "L", 0), changes)
    check("encode", [f"data:;base64,{b64encode(data).decode()}", "vae", crop, 1])
