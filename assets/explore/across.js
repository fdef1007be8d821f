// One feature in every model, side by side (report, Fig. 1): a dimension is chosen for each, by its recorded attribute
// where there is one, else by hand; the server draws the same faces by all of them.

function option(value, text) {
  return Object.assign(document.createElement("option"), { value, textContent: text });
}

export class Across {
  constructor(place, models, server, say) {
    this.models = models;
    this.place = place;
    this.choices = models.map((model) => this.chooser(model));
    place.querySelector(".chosen").replaceChildren(...this.choices.map(({ label }) => label));
    this.features(place.querySelector("[name=feature]"));
    place.querySelector("[data-act=across]").addEventListener("click", async () => {
      try {
        const seed = place.querySelector("[name=across-seed]").valueAsNumber;
        this.show(await server.across({ dimensions: this.chosen(), seed }));
      } catch (error) {
        say(`The server could not draw this: ${error.message}`);
      }
    });
  }

  // A list of a model's dimensions, most telling first.
  chooser(model) {
    const select = document.createElement("select");
    select.append(...model.dimensions.filter(({ active }) => active).map((d) => option(d.index, d.name ? `${d.index}: ${d.name}` : `dimension ${d.index}`)));
    const label = document.createElement("label");
    label.className = model.colour;
    label.append(Object.assign(document.createElement("span"), { textContent: model.title }), select);
    return { name: model.name, model, select, label };
  }

  // Attributes that at least one dimension of some model has earned.
  features(select) {
    const names = new Set(this.models.flatMap(({ dimensions }) => dimensions.map(({ attribute }) => attribute).filter(Boolean)));
    select.append(...[...names].sort().map((name) => option(name, name)));
    select.closest("label").hidden = names.size === 0;
    select.addEventListener("change", () => {
      for (const { model, select: of } of this.choices) {
        const found = model.dimensions.find(({ attribute }) => attribute === select.value);
        if (found) of.value = found.index;
      }
    });
  }

  chosen() {
    return Object.fromEntries(this.choices.map(({ name, select }) => [name, Number(select.value)]));
  }

  show(source) {
    const image = this.place.querySelector("img");
    image.src = source;
    image.hidden = false;
    const link = this.place.querySelector("a");
    link.href = source;
    link.hidden = false;
  }
}
