"""A face from one tab into another: the buttons under it, and the State that remembers it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import gradio as gr
from gradio.components import Component

from ui.subject import Chooser, Pixels, thumbnail


class Source(NamedTuple):
    """A tab that has a face to give."""

    place: gr.Row  # where the buttons go
    current: Callable[..., Pixels]  # the face, of the values of `inputs`
    inputs: list[Component]


class Target(NamedTuple):
    """A tab that can take one."""

    title: str  # of the button
    tab: str  # the tab's id
    chooser: Chooser


def connect(tabs: gr.Tabs, picked: gr.State, sources: list[Source], targets: list[Target]) -> None:
    """Under every source a button for each target: a click takes the face there, opens that tab, and `picked` keeps it
    for the other choosers."""
    for source in sources:
        with source.place:
            for target in targets:
                button = gr.Button(target.title, size="sm", min_width=110, scale=0)
                button.click(
                    _taking(source, target),
                    source.inputs,
                    [picked, target.chooser.state, target.chooser.picture, tabs],
                    api_visibility="private",
                    show_progress="hidden",
                )


def _taking(source: Source, target: Target) -> Callable[..., Any]:
    def take(*values: Any) -> tuple[Pixels, Pixels, str, gr.Tabs]:
        pixels = source.current(*values)
        return pixels, pixels, thumbnail(pixels, target.title), gr.Tabs(selected=target.tab)

    return take
