import assert from "node:assert/strict";
import { test } from "node:test";
import { niceStep, scalesOf, ticks } from "../../../assets/page/parts/chart_layout.js";
import { moveSquare, scaleSquare, startSquare } from "../../../assets/page/parts/square_layout.js";

const PICTURE = { width: 300, height: 200 };

test("an axis has at most as many steps as are asked for, of 1, 2 or 5", () => {
  for (const length of [0.7, 3, 42, 290, 1234]) {
    const step = niceStep(length, 5);
    assert.ok(length / step <= 5 + 1e-9);
    assert.match(String(step / 10 ** Math.floor(Math.log10(step) + 1e-9)), /^(1|2|5)/);
  }
  assert.deepEqual(ticks(290, 4), [0, 100, 200]);
});

test("every point lies inside the margins of the chart", () => {
  const margins = { left: 40, right: 12, top: 10, bottom: 36 };
  const points = [
    { nats: 46, error: 603 },
    { nats: null, error: 97 },
    { nats: 3, error: 20 },
  ];
  const { x, y } = scalesOf(points, 384, 172, margins);
  for (const { nats, error } of points) {
    assert.ok(y(error) >= margins.top && y(error) <= 172 - margins.bottom);
    if (nats !== null) assert.ok(x(nats) >= margins.left && x(nats) <= 384 - margins.right);
  }
});

test("more error is higher, more information farther to the right", () => {
  const { x, y } = scalesOf([{ nats: 40, error: 300 }], 384, 172, { left: 40, right: 12, top: 10, bottom: 36 });
  assert.ok(y(200) < y(100));
  assert.ok(x(20) > x(10));
});

test("a square over a photo stays inside", () => {
  let square = startSquare(PICTURE.width, PICTURE.height);
  const steps = [
    () => moveSquare(square, 999, -999, PICTURE),
    () => scaleSquare(square, 9, PICTURE),
    () => moveSquare(square, -999, 999, PICTURE),
  ];
  for (const step of steps) {
    square = step();
    assert.ok(square.left >= 0 && square.top >= 0);
    assert.ok(square.left + square.side <= PICTURE.width && square.top + square.side <= PICTURE.height);
  }
});

test("a square is at least 16 pixels wide", () => {
  assert.equal(scaleSquare(startSquare(300, 200), 0.001, PICTURE).side, 16);
});

test("scaling keeps the middle where there is room", () => {
  const before = startSquare(300, 200);
  const after = scaleSquare(before, 0.5, PICTURE);
  assert.ok(Math.abs(before.left + before.side / 2 - after.left - after.side / 2) < 1e-9);
});
