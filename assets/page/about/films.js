// How a model learnt: the film of its folder, played on demand, since it moves and is large.

import { make, setText } from "../dom.js";
import { spokenTitle } from "../models.js";
import { FILM } from "../words/origins.js";

/** @typedef {{title: string, family?: string, film?: string | null}} Filmed a model, or a network for every beta */

/** @param {Filmed[]} models those with a film */
export function buildFilms(models) {
  return make("div", { className: "films" }, ...models.map(buildFilm));
}

/** @param {Filmed} model */
function buildFilm(model) {
  const screen = make("div", { className: "screen" });
  const button = make("button", { type: "button", className: "plain" });
  let playing = false;
  const show = (/** @type {boolean} */ plays, /** @type {Node[]} */ ...content) => {
    playing = plays;
    setText(button, playing ? FILM.stop : FILM.play);
    button.setAttribute("aria-label", `${button.textContent} ${spokenTitle(model)}`);
    screen.replaceChildren(...content);
  };
  show(false);
  button.addEventListener("click", () => {
    if (playing) return show(false);
    const film = make("img", { src: model.film ?? "", alt: FILM.alt(spokenTitle(model)), hidden: true });
    const waiting = make("p", { className: "note", role: "status" }, FILM.loading);
    film.addEventListener("load", () => {
      film.hidden = false;
      waiting.remove();
    });
    film.addEventListener("error", () => show(false, make("p", { className: "problem", role: "alert" }, FILM.failed)));
    show(true, film, waiting);
  });
  return make(
    "figure",
    { className: `film ${model.family ?? "dial"}` },
    make("figcaption", {}, make("b", {}, model.title), button),
    screen,
  );
}
