// Attribute directions: where a linear probe found one ("smile"), an edit moves a code along it. Every model has its own
// direction, and all move by the same change of their own probe's logit: what else changes with it is entanglement.

const STRONGEST = 4; // logits to either side
const SHOWN = 8; // the surest ones; the others are folded away

export class Directions {
  constructor(models) {
    this.models = models;
    this.amounts = new Map();
    this.sliders = new Map(); // those that are shown, by name
  }

  // Names of what can be edited in a model, surest first.
  of(model) {
    return Object.entries(model.directions ?? {})
      .sort(([, a], [, b]) => b.auroc - a.auroc)
      .map(([name, { auroc }]) => ({ name, auroc }));
  }

  // Edit an attribute by so many logits, in all models.
  set(name, amount) {
    this.amounts.set(name, amount);
  }

  reset() {
    this.amounts.clear();
  }

  // The edits, as plain data.
  get state() {
    return [...this.amounts];
  }

  set state(amounts) {
    this.amounts = new Map(amounts);
  }

  // A model's code with all edits in it.
  applied(model, values) {
    const code = Float32Array.from(values);
    for (const [name, amount] of this.amounts) {
      const found = model.directions?.[name];
      if (!found) continue;
      found.direction.forEach((part, i) => {
        code[i] += amount * found.per_logit * part;
      });
    }
    return code;
  }

  // A slider for each. on: {input(name, amount), release()}
  show(place, model, on) {
    this.sliders.clear();
    const rows = this.of(model).map(({ name, auroc }) => {
      const row = document.createElement("label");
      row.className = "direction";
      const title = document.createElement("span");
      title.textContent = name;
      title.title = `A label of the data set's photographs, no fact about a face; a linear probe finds it with an AUROC of ${auroc.toFixed(2)}`;
      const slider = Object.assign(document.createElement("input"), {
        type: "range",
        min: -STRONGEST,
        max: STRONGEST,
        step: 0.05,
      });
      this.sliders.set(name, slider);
      slider.addEventListener("input", () => on.input(name, slider.valueAsNumber));
      slider.addEventListener("change", () => on.release());
      row.append(title, slider);
      return row;
    });
    place.replaceChildren(...rows.slice(0, SHOWN));
    if (rows.length > SHOWN) {
      const more = document.createElement("details");
      more.append(Object.assign(document.createElement("summary"), { textContent: `${rows.length - SHOWN} more` }));
      more.append(...rows.slice(SHOWN));
      place.append(more);
    }
    place.hidden = rows.length === 0;
    this.update();
  }

  // Put every slider where its edit is.
  update() {
    for (const [name, slider] of this.sliders) slider.value = this.amounts.get(name) ?? 0;
  }
}
