// Explore: a face under the visitor's fingers. Every decode happens here; the server is asked for codes, and where
// there is no WebAssembly.

import { Across } from "./across.js";
import { Chart } from "./chart.js";
import { Newest, openDecoder, paint } from "./decoder.js";
import { Directions } from "./directions.js";
import { History } from "./history.js";
import { fromLink, Latents, toLink } from "./latents.js";
import { Panel } from "./panel.js";

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// The server's functions: one argument each, and a refusal is an Error with its sentence.
function asking(server) {
  const ask = (name) => async (asked) => {
    const { answer, error } = await server[name](asked);
    if (error) throw new Error(error);
    return answer;
  };
  return Object.fromEntries(["decode", "seed", "traversals", "across"].map((name) => [name, ask(name)]));
}

// The prior's mean; an autoencoder has no prior but the place where its codes lie.
function middle(model) {
  const inOrder = [...model.dimensions].sort((a, b) => a.index - b.index);
  return inOrder.map(({ mean }) => (model.stochastic ? 0 : mean));
}

class Explorer {
  constructor(root, models, codes, server) {
    this.root = root;
    this.models = models;
    this.server = asking(server);
    this.canvas = root.querySelector(".stage canvas");
    this.said = root.querySelector(".said");
    this.latents = new Map(models.map((model) => [model.name, new Latents(model.dimensions, codes[model.name])]));
    this.decoders = new Map();
    this.others = [];
    this.directions = new Directions(models);
    this.history = new History();
    this.newest = new Newest(
      ({ z, decoder }) => decoder.decode(z, 1),
      (pixels) => this.draw(pixels),
      (error) => this.say(`This face could not be decoded: ${error.message}`),
    );
    this.panel = new Panel(root.querySelector(".sliders"), {
      input: (index, value) => this.turn(index, value),
      grab: (index) => this.grab(index),
      release: () => this.release(),
      reset: (index) => this.change((latents) => latents.reset(index)),
      lock: (index) => this.current.toggleLock(index),
    });
    this.chart = new Chart(root.querySelector(".map"), {
      code: () => Array.from(this.code()),
      go: (code) => this.go(code),
    });
    this.listen();
  }

  get current() {
    return this.latents.get(this.model.name);
  }

  say(text) {
    this.said.textContent = text;
  }

  listen() {
    const on = (name, act) => this.root.querySelector(`[data-act=${name}]`).addEventListener("click", act);
    on("mean", () => this.change((latents) => latents.begin(middle(this.model))));
    on("seed", () => this.seed());
    on("randomise", () => this.change((latents) => latents.randomise()));
    on("undo", () => this.undo());
    on("reset", () => this.change((latents) => latents.resetAll(), { edits: false }));
    on("link", () => this.copyLink());
    on("save", () => this.canvas.toBlob((blob) => save(blob, `vae-faces-${this.model.name}.png`)));
    on("grid", () => this.drawn("png"));
    on("film", () => this.drawn("webp"));
    new Across(this.root.querySelector(".across"), this.models, this.server, (text) => this.say(text));
    this.root.querySelector(".everywhere").addEventListener("toggle", () => this.everywhere());
    this.root.querySelector(".models").addEventListener("change", (event) => this.choose(event.target.value));
  }

  // Show another model: its face, its sliders.
  async choose(name) {
    this.model = this.models.find((model) => model.name === name);
    this.root.querySelector(`.models input[value="${CSS.escape(name)}"]`).checked = true;
    this.root.querySelector(".explorer").className = `explorer ${this.model.colour}`;
    this.panel.show(this.model, this.current);
    this.directions.show(this.root.querySelector(".directions"), this.model, {
      input: (name, amount) => this.edit(name, amount),
      release: () => this.release(),
    });
    this.grabbed = undefined;
    this.chart.show(this.model);
    await this.refresh();
  }

  async decoder(name = this.model.name) {
    if (!this.decoders.has(name)) {
      const model = this.models.find((one) => one.name === name);
      this.decoders.set(
        name,
        openDecoder({
          runtime: new URL("onnxruntime/", document.baseURI).href,
          model: model.onnx && new URL(model.onnx, document.baseURI).href,
          latents: model.dimensions.length,
          serverDecode: (codes) => this.server.decode({ model: name, codes }),
        }),
      );
    }
    return this.decoders.get(name);
  }

  async refresh() {
    const name = this.model.name;
    const decoder = await this.decoder();
    if (name !== this.model.name) return; // another model was chosen meanwhile
    this.opened = decoder;
    this.root.dataset.mode = decoder.mode;
    this.say(
      decoder.mode === "browser"
        ? "Decoded in your browser: nothing is sent while you drag."
        : `Decoded by the server: ${decoder.reason}`,
    );
    this.redraw();
  }

  // The code that is shown: the sliders' numbers, and what the attribute directions add.
  code(model = this.model) {
    return this.directions.applied(model, this.latents.get(model.name).values);
  }

  redraw() {
    if (this.opened) this.newest.ask({ z: this.code(), decoder: this.opened });
    this.everywhere();
    this.chart.draw();
  }

  // The same face in every model, each by its own code.
  everywhere() {
    if (!this.root.querySelector(".everywhere").open) return;
    for (const [at, model] of this.models.entries()) {
      this.others[at] ??= new Newest(
        async (z) => (await this.decoder(model.name)).decode(z, 1),
        (pixels) => paint(this.root.querySelectorAll(".everywhere canvas")[at], pixels),
        (error) => this.say(`${model.title} could not be decoded: ${error.message}`),
      );
      this.others[at].ask(this.code(model));
    }
  }

  draw(pixels) {
    paint(this.canvas, pixels);
    this.root.dataset.frames = Number(this.root.dataset.frames ?? 0) + 1;
  }

  // Before anything changes: all models' numbers, and the edits.
  remember() {
    const codes = Object.fromEntries([...this.latents].map(([name, latents]) => [name, latents.state]));
    this.history.remember({ codes, edits: this.directions.state });
  }

  undo() {
    const before = this.history.pop();
    if (!before) return;
    for (const [name, latents] of this.latents) latents.state = before.codes[name];
    this.directions.state = before.edits;
    this.show();
  }

  // A slider begins to move: a drag is one step back, and so is a key.
  turning() {
    if (!this.held) this.remember();
    this.held = true;
  }

  release() {
    this.held = false;
    this.share();
  }

  turn(index, value) {
    this.turning();
    this.current.set(index, value);
    this.panel.move(index, value);
    this.redraw();
  }

  // One attribute of the face, in all models.
  edit(name, amount) {
    this.turning();
    this.directions.set(name, amount);
    this.redraw();
  }

  // A slider is taken hold of: its strip.
  async grab(index) {
    if (this.grabbed === index) return;
    this.grabbed = index;
    const decoder = await this.decoder();
    await this.panel.traverse(this.current, index, (codes, n) => decoder.decode(codes, n));
  }

  // What a button does to the model's numbers; edits: false takes those of attributes back as well.
  change(act, { edits = true } = {}) {
    this.remember();
    if (!edits) this.directions.reset();
    act(this.current);
    this.show();
  }

  // The sliders where the numbers are, and the face.
  show() {
    this.grabbed = undefined;
    this.directions.update();
    this.panel.update(this.current);
    this.share();
    return this.refresh();
  }

  // Another face, as every model codes it.
  begin(codes) {
    const all = () => {
      for (const [name, latents] of this.latents) latents.begin(codes[name]);
    };
    this.change(all, { edits: false });
  }

  // To a point of the map: what the sliders hold from now on has the edits in it.
  go(code) {
    const move = (latents) => {
      for (const [index, value] of code.entries()) latents.set(index, value);
    };
    this.change(move, { edits: false });
  }

  async seed() {
    try {
      this.begin(await this.server.seed({ seed: this.root.querySelector("[name=seed]").valueAsNumber }));
    } catch (error) {
      this.say(error.message);
    }
  }

  share() {
    history.replaceState(null, "", toLink(this.model.name, this.code()));
  }

  async copyLink() {
    this.share();
    await navigator.clipboard?.writeText(location.href).catch(() => {});
    this.say("The address of this page now holds this face: it is copied, send it to somebody.");
  }

  // What the server draws: every active dimension from its lowest value to its highest (report, Fig. 1).
  async drawn(kind) {
    const place = this.root.querySelector(".grid");
    place.setAttribute("aria-busy", "true");
    try {
      const source = await this.server.traversals({ model: this.model.name, codes: Array.from(this.code()), kind });
      place.querySelector("img").src = source;
      Object.assign(place.querySelector("a"), {
        href: source,
        download: `vae-faces-traversals-${this.model.name}.${kind}`,
      });
      place.hidden = false;
    } catch (error) {
      this.say(`The server could not draw this: ${error.message ?? error}`);
    }
    place.removeAttribute("aria-busy");
  }
}

export async function start(root, models, codes, server) {
  const explorer = new Explorer(root, models, window.exploreCodes ?? codes, server);
  window.addEventListener("explore-codes", () => root.isConnected && explorer.begin(window.exploreCodes));
  const link = fromLink(location.hash, models);
  if (link) explorer.latents.get(link.model).begin(link.values);
  await explorer.choose(link?.model ?? (models.find(({ name }) => name === "vae") ?? models[0]).name);
  root.dataset.ready = "true";
}
