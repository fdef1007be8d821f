// The map under the sliders: where the faces' codes lie, and the face under a click.

import { codeAt, drawMap, pairMap, planeMap, pointAt, pointOf, readDensities } from "./map.js";

function option(value, text) {
  return Object.assign(document.createElement("option"), { value, textContent: text });
}

export class Chart {
  // on: {code() -> values, go(code)}
  constructor(place, on) {
    this.place = place;
    this.on = on;
    this.canvas = place.querySelector("canvas");
    this.across = place.querySelector("[name=across]");
    this.up = place.querySelector("[name=up]");
    this.kept = new Map();
    place.addEventListener("toggle", () => this.show(this.model));
    for (const select of [this.across, this.up]) select.addEventListener("change", () => this.choose());
    this.canvas.addEventListener("click", (event) => this.go(event));
    this.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.canvas.addEventListener("pointerleave", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  // Another model's map; read when the fold is open.
  async show(model) {
    this.model = model;
    this.place.hidden = !model.densities;
    this.map = undefined;
    if (!this.place.open || !model.densities) return;
    if (!this.kept.has(model.name))
      this.kept.set(model.name, readDensities(new URL(model.densities, document.baseURI)));
    const densities = await this.kept.get(model.name);
    if (model !== this.model) return;
    this.densities = densities;
    const order = model.dimensions.map(({ index }) => index).filter((index) => densities.dimensions.includes(index));
    const title = (index) => model.dimensions.find((dimension) => dimension.index === index).name;
    const options = () =>
      order.map((index) => option(index, title(index) ? `${index}: ${title(index)}` : `dimension ${index}`));
    this.across.replaceChildren(option("plane", "principal components"), ...options());
    this.up.replaceChildren(...options());
    this.up.value = order[1] ?? order[0];
    this.choose();
  }

  choose() {
    const plane = this.across.value === "plane";
    this.up.disabled = plane;
    if (!plane && this.up.value === this.across.value) {
      this.up.value = [...this.up.options].find(({ value }) => value !== this.across.value)?.value;
    }
    this.map = plane
      ? planeMap(this.densities)
      : pairMap(this.densities, Number(this.across.value), Number(this.up.value));
    this.draw();
  }

  draw(pointer = null) {
    if (!this.map || !this.canvas.clientWidth) return;
    const colour = getComputedStyle(this.canvas).getPropertyValue("--accent").trim();
    const dark = document.body.classList.contains("dark");
    drawMap(this.canvas, this.map, { colour, dark, pointer, point: pointOf(this.map, this.on.code()) });
  }

  hover(event) {
    if (this.map) this.draw(pointAt(this.canvas, this.map, [event.offsetX, event.offsetY]));
  }

  go(event) {
    if (this.map) this.on.go(codeAt(this.canvas, this.map, [event.offsetX, event.offsetY], { code: this.on.code() }));
  }
}
