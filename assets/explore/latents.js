// A model's 32 numbers as the visitor has turned them: values, what they started from, locks.

export class Latents {
  // dimensions: as ui/latents.py describes them, one entry each; start: a code
  constructor(dimensions, start) {
    this.dimensions = [...dimensions].sort((a, b) => a.index - b.index);
    this.locked = new Set();
    this.start = Float32Array.from(start);
    this.values = Float32Array.from(start);
  }

  // All that Undo brings back, as plain data; locks stay as they are.
  get state() {
    return { values: [...this.values], start: [...this.start] };
  }

  set state({ values, start }) {
    this.values = Float32Array.from(values);
    this.start = Float32Array.from(start);
  }

  set(index, value) {
    if (!this.locked.has(index)) this.values[index] = value;
  }

  reset(index) {
    this.values[index] = this.start[index];
  }

  resetAll() {
    for (const [i, value] of this.start.entries()) this.set(i, value);
  }

  // Another face to start from; locked dimensions keep what they have.
  begin(code) {
    this.start = Float32Array.from(code);
    this.resetAll();
  }

  // As the codes of the data lie; a dimension that carries nothing follows the prior.
  randomise(normal = gaussian) {
    for (const { index, mean, low, high } of this.dimensions) this.set(index, mean + ((high - low) / 6) * normal());
  }

  toggleLock(index) {
    if (!this.locked.delete(index)) this.locked.add(index);
    return this.locked.has(index);
  }
}

function gaussian() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}

// "#explore=vae:0.12,-1.5,...": a model and its latents, in three decimals
export function toLink(model, values) {
  const numbers = Array.from(values, (value) => String(Number(value.toFixed(3))));
  return `#explore=${encodeURIComponent(model)}:${numbers.join(",")}`;
}

// What a link holds, or null where it holds none that fits one of the models.
export function fromLink(hash, models) {
  const found = /^#explore=([^:]+):([-\d.,e]+)$/.exec(hash);
  if (!found) return null;
  const model = models.find(({ name }) => name === decodeURIComponent(found[1]));
  const values = found[2].split(",").map(Number);
  return model && values.length === model.dimensions.length && values.every(Number.isFinite)
    ? { model: model.name, values }
    : null;
}
