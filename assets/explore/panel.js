// The sliders: one row a dimension, those that carry most first, those that carry nothing folded away.

const STRIP = 9; // pictures of the strip under the slider in use
const LOCK = `<svg viewBox="0 0 24 24" aria-hidden="true"><rect x="4" y="11" width="16" height="10" rx="2"/>
  <path class="shackle" d="M8 11V7a4 4 0 0 1 8 0v4"/></svg>`;

function element(tag, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...children);
  return made;
}

function title({ index, name }) {
  return name ? `${index}: ${name}` : `${index}`;
}

function carried({ carries }, stochastic) {
  if (carries === null) return "How much it carries was not recorded";
  return stochastic
    ? `Spends ${carries.toFixed(2)} nats on a face`
    : `Moved by one standard deviation it changes a pixel by ${(100 * Math.sqrt(carries)).toFixed(1)} %`;
}

// on: {input(index, value), grab(index, row), release(), reset(index), lock(index) -> boolean}
function row(dimension, stochastic, on) {
  const { index, low, high } = dimension;
  const label = title(dimension);
  const slider = element("input", { type: "range", min: low, max: high, step: (high - low) / 400 });
  slider.setAttribute("aria-label", `Latent dimension ${label}`);
  const value = element("output");
  const back = element("button", { type: "button", textContent: "↺", title: "Back to where it started" });
  back.setAttribute("aria-label", `Reset dimension ${index}`);
  const lock = element("button", {
    type: "button",
    innerHTML: LOCK,
    title: "Lock: randomise and other faces leave it",
  });
  lock.setAttribute("aria-label", `Lock dimension ${index}`);
  lock.setAttribute("aria-pressed", "false");
  const bar = element("span", { className: "carries", title: carried(dimension, stochastic) });
  bar.style.setProperty("--share", dimension.share ?? 0);
  const made = element(
    "div",
    { className: dimension.name ? "latent named" : "latent" },
    element("span", { className: "name", textContent: label }),
    bar,
    slider,
    value,
    back,
    lock,
  );
  made.dataset.index = index;
  slider.addEventListener("pointerdown", () => on.grab(index, made));
  slider.addEventListener("focus", () => on.grab(index, made));
  slider.addEventListener("input", () => on.input(index, slider.valueAsNumber));
  slider.addEventListener("change", () => on.release());
  back.addEventListener("click", () => on.reset(index));
  lock.addEventListener("click", () => {
    const locked = on.lock(index);
    lock.setAttribute("aria-pressed", String(locked));
    slider.disabled = locked;
  });
  return made;
}

export class Panel {
  constructor(place, on) {
    this.place = place;
    this.on = on;
    this.strip = element("canvas", { className: "traversal", width: STRIP * 64, height: 64 });
    this.strip.setAttribute("role", "img");
  }

  // Draw the rows of a model anew.
  show(model, latents) {
    const rows = model.dimensions.map((dimension) => [dimension, row(dimension, model.stochastic, this.on)]);
    this.rows = new Map(rows.map(([{ index }, made]) => [index, made]));
    const [live, dead] = [true, false].map((active) =>
      rows.filter(([d]) => d.active === active).map(([, made]) => made),
    );
    this.place.replaceChildren(...live);
    if (dead.length) {
      const why = model.stochastic
        ? "The objective found no use for them: their codes are noise around 0 for every face, and the decoder has learnt to ignore them."
        : "They change no pixel.";
      this.place.append(
        element(
          "details",
          { className: "inactive" },
          element("summary", { textContent: `${dead.length} inactive dimensions` }),
          element("p", { className: "note", textContent: why }),
          ...dead,
        ),
      );
    }
    this.update(latents);
  }

  // Put every slider where its number is.
  update(latents) {
    for (const [index, made] of this.rows) this.move(index, latents.values[index], made);
  }

  move(index, value, made = this.rows.get(index)) {
    made.querySelector("input").value = value;
    made.querySelector("output").textContent = value.toFixed(2);
  }

  // The strip of one dimension, from its lowest value to its highest, under its slider.
  async traverse(latents, index, decode) {
    const { low, high } = latents.dimensions[index];
    const codes = new Float32Array(STRIP * latents.values.length);
    for (let i = 0; i < STRIP; i++) {
      codes.set(latents.values, i * latents.values.length);
      codes[i * latents.values.length + index] = low + ((high - low) * i) / (STRIP - 1);
    }
    const pixels = await decode(codes, STRIP);
    const context = this.strip.getContext("2d");
    for (let i = 0; i < STRIP; i++) {
      context.putImageData(new ImageData(pixels.slice(i * 16384, (i + 1) * 16384), 64, 64), i * 64, 0);
    }
    this.strip.setAttribute("aria-label", `Dimension ${index} from ${low.toFixed(1)} to ${high.toFixed(1)}`);
    this.rows.get(index)?.after(this.strip);
  }
}
