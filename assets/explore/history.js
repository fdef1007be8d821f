// The way back: how things were before each change.

const LONGEST = 200;

export class History {
  constructor() {
    this.past = [];
  }

  // state: plain data; what is as it was is no step.
  remember(state) {
    const told = JSON.stringify(state);
    if (told === this.past.at(-1)) return;
    this.past.push(told);
    if (this.past.length > LONGEST) this.past.shift();
  }

  // The last state that was remembered, which is forgotten; undefined where there is none.
  pop() {
    const told = this.past.pop();
    return told && JSON.parse(told);
  }
}
