// One feature in every model, side by side (report, Fig. 1): a dimension is chosen for each, by its recorded attribute
// where there is one, else by hand; the server draws the same faces by all of them.

const FIRST = ["eyeglasses", "bald", "pale skin", "smiling"]; // the report's own rows, where they are recorded

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
    select.append(
      ...model.dimensions
        .filter(({ active }) => active)
        .map((d) => option(d.index, d.name ? `${d.index}: ${d.name}` : `dimension ${d.index}`)),
    );
    const label = document.createElement("label");
    label.className = model.colour;
    const said = document.createElement("small");
    label.append(Object.assign(document.createElement("span"), { textContent: model.title }), select, said);
    const choice = { name: model.name, model, select, label, said, flipped: false };
    select.addEventListener("change", () => {
      said.textContent = "";
      choice.flipped = false;
    });
    return choice;
  }

  // Attributes that at least one dimension of some model has earned.
  features(select) {
    const names = new Set(this.models.flatMap(({ best }) => Object.keys(best)));
    const first = FIRST.filter((name) => names.has(name));
    const others = [...names].filter((name) => !first.includes(name)).sort();
    select.append(option("", "by hand"), ...[...first, ...others].map((name) => option(name, name)));
    select.closest("label").hidden = names.size === 0;
    select.addEventListener("change", () => this.feature(select.value));
    if (first.length) {
      select.value = first[0];
      this.feature(first[0]);
    }
  }

  // The dimension that tells an attribute best in each model; one in which it fades is drawn from high to low.
  feature(name) {
    for (const choice of this.choices) {
      const best = choice.model.best[name];
      choice.said.textContent = best ? `AUROC ${best.auroc.toFixed(2)}` : "";
      choice.flipped = best?.grows === false;
      if (!best) continue;
      if (![...choice.select.options].some(({ value }) => Number(value) === best.index)) {
        choice.select.append(option(best.index, `dimension ${best.index}`));
      }
      choice.select.value = best.index;
    }
  }

  chosen() {
    return Object.fromEntries(
      this.choices.map(({ name, select, flipped }) => [name, { index: Number(select.value), flipped }]),
    );
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
