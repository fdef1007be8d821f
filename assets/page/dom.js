// Elements, made and found.

/**
 * Make an element with properties and children.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [properties] those with a dash are set as attributes
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role" || name === "for") element.setAttribute(name, String(value));
    else Object.assign(element, { [name]: value });
  }
  element.append(...children);
  return element;
}

/**
 * Make an element of a drawing.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} attributes
 * @param {string} [text]
 */
export function draw(tag, attributes, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

/**
 * Find an element that must exist.
 *
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {HTMLElement}
 */
export function find(selector, root = document) {
  const element = root.querySelector(selector);
  if (!(element instanceof HTMLElement)) throw new Error(`the page has no ${selector}`);
  return element;
}

/**
 * @param {string} selector
 * @param {ParentNode} [root]
 */
export function findInput(selector, root = document) {
  const element = root.querySelector(selector);
  if (!(element instanceof HTMLInputElement)) throw new Error(`the page has no input ${selector}`);
  return element;
}

/**
 * @param {string} selector
 * @param {ParentNode} [root]
 */
export function findCanvas(selector, root = document) {
  const element = root.querySelector(selector);
  if (!(element instanceof HTMLCanvasElement)) throw new Error(`the page has no canvas ${selector}`);
  return element;
}

/**
 * Set a text where it differs: an unchanged one costs no layout.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Move the focus along a group of buttons by arrow keys; one of them takes part in the order of Tab.
 *
 * @param {HTMLElement} group
 * @param {string} selector of the buttons
 */
export function roveFocus(group, selector) {
  const list = () => /** @type {HTMLElement[]} */ ([...group.querySelectorAll(selector)]);
  const keep = (/** @type {HTMLElement | undefined} */ chosen) => {
    for (const item of list()) item.tabIndex = item === chosen ? 0 : -1;
  };
  group.addEventListener("keydown", (event) => {
    const items = list();
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const ends = { Home: 0, End: items.length - 1 }[event.key];
    if (at < 0 || (step === undefined && ends === undefined)) return;
    event.preventDefault();
    const next = items[ends ?? (at + (step ?? 0) + items.length) % items.length];
    keep(next);
    next.focus();
  });
  group.addEventListener("focusin", (event) => {
    const item = /** @type {HTMLElement} */ (event.target).closest(selector);
    if (item) keep(/** @type {HTMLElement} */ (item));
  });
  const refresh = () => {
    const items = list();
    const isChosen = (/** @type {HTMLElement} */ item) =>
      item.getAttribute("aria-pressed") === "true" || item.getAttribute("aria-current") === "true";
    const kept = items.find((item) => item.tabIndex === 0 && item.dataset.roved !== undefined);
    keep(kept ?? items.find(isChosen) ?? items[0]);
    for (const item of items) item.dataset.roved = "";
  };
  refresh();
  new MutationObserver(refresh).observe(group, { childList: true, subtree: true });
}
