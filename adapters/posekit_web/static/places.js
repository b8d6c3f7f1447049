/** Zones and lines: drawn with mouse or finger over the view, moved by their corners, also with the arrow keys. */

import { plate } from "/drawing.js";
import { keep } from "/people.js";
import { say } from "/texts.js";

const COLOURS = { zone: "#7db5ff", line: "#ffd166" };
const LEAST = { zone: 3, line: 2 };
/** Where a place appears that nobody has drawn. */
const USUAL = { zone: [[0.3, 0.5], [0.7, 0.5], [0.7, 0.95], [0.3, 0.95]], line: [[0.2, 0.75], [0.8, 0.75]] };
const STEP = 0.01;

export class Places {
  #stage;
  #link;
  #places = [];
  #drawing = null;
  #dragged = null;
  #handles = document.getElementById("handles");
  #list = document.getElementById("places");
  #hint = document.getElementById("places-hint");
  #done = document.getElementById("places-done");

  constructor(stage, link) {
    this.#stage = stage;
    this.#link = link;
    stage.layers.push((context, view) => this.#draw(context, view));
    link.on("state", ({ settings }) => this.#take(settings.events));
    for (const kind of ["zone", "line"]) document.getElementById(`new-${kind}`).onclick = () => this.#begin(kind);
    this.#done.onclick = () => this.#finish();
    const canvas = stage.canvas;
    canvas.addEventListener("pointerdown", (event) => {
      if (!this.#drawing) return;
      event.preventDefault();
      this.#drawing.points.push(this.#at(event));
      if (this.#drawing.kind === "line" && this.#drawing.points.length === 2) this.#finish();
      else this.refresh();
    });
    canvas.addEventListener("dblclick", () => this.#drawing && this.#finish());
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && this.#drawing) this.#end();
    });
  }

  /** Say and place everything anew. */
  refresh() {
    this.#hint.textContent = this.#drawing ? say(`draw_${this.#drawing.kind}`) : "";
    this.#done.hidden = !this.#drawing;
    document.getElementById("no-places").hidden = this.#places.length > 0 || this.#drawing !== null;
    keep(this.#list, this.#places, () => this.#row(), (row, place) => this.#fill(row, place));
    const corners = this.#places.flatMap((place) => place.points.map((_, k) => ({ id: `${place.id} ${k}`, place, k })));
    keep(this.#handles, corners, () => this.#handle(), (handle, { place, k }) => {
      handle.corner = { place, k };
      handle.style.setProperty("--place", COLOURS[place.kind]);
      handle.ariaLabel = say("corner", { name: place.name, n: k + 1 });
    });
  }

  #take({ zone, line }) {
    if (this.#dragged) return;
    this.#places = [
      ...zone.map(({ name, polygon, ...more }) => ({ id: `zone ${name}`, kind: "zone", name, points: polygon, more })),
      ...line.map(({ name, start, end }) => ({ id: `line ${name}`, kind: "line", name, points: [start, end], more: {} })),
    ];
    this.refresh();
  }

  #ask() {
    const of = (kind) => this.#places.filter((place) => place.kind === kind);
    const zone = of("zone").map(({ name, points, more }) => ({ ...more, name, polygon: points }));
    const line = of("line").map(({ name, points }) => ({ name, start: points[0], end: points[1] }));
    this.#link.send({ type: "change", changes: { events: { zone, line } } });
  }

  #begin(kind) {
    this.#drawing = { kind, points: [] };
    this.refresh();
    this.#stage.canvas.scrollIntoView({ block: "nearest" });
  }

  #finish() {
    const { kind, points } = this.#drawing;
    // A second click that ends a drawing has set the last corner twice.
    const different = points.filter((point, k) => !k || Math.hypot(point[0] - points[k - 1][0], point[1] - points[k - 1][1]) > 0.005);
    const names = new Set(this.#places.map((place) => place.name));
    let number = 1;
    while (names.has(`${kind}-${number}`)) number++;
    const name = `${kind}-${number}`;
    const enough = different.length >= LEAST[kind];
    this.#places.push({ id: `${kind} ${name}`, kind, name, points: enough ? different : structuredClone(USUAL[kind]), more: {} });
    this.#end();
    this.#ask();
  }

  #end() {
    this.#drawing = null;
    this.refresh();
  }

  #row() {
    const row = document.createElement("li");
    row.innerHTML = "<span class=kind></span><input maxlength=40 pattern='[A-Za-z0-9_\\-]{1,40}'><button type=button></button>";
    return row;
  }

  #fill(row, place) {
    const [kind, input, remove] = row.children;
    row.style.setProperty("--place", COLOURS[place.kind]);
    kind.textContent = say(place.kind);
    input.ariaLabel = say("name_of", { kind: say(place.kind) });
    if (document.activeElement !== input) input.value = place.name;
    input.onchange = () => {
      const name = input.value.trim();
      if (!input.checkValidity() || !name) return input.reportValidity();
      place.name = name;
      input.blur();
      this.#ask();
    };
    remove.textContent = say("remove");
    remove.ariaLabel = say("remove_what", { name: place.name });
    remove.onclick = () => {
      this.#places = this.#places.filter((other) => other !== place);
      this.refresh();
      this.#ask();
    };
  }

  #handle() {
    const handle = document.createElement("button");
    handle.type = "button";
    handle.className = "handle";
    handle.onpointerdown = (event) => {
      event.preventDefault();
      handle.focus();
      handle.setPointerCapture(event.pointerId);
      this.#dragged = handle;
    };
    handle.onpointermove = (event) => {
      if (this.#dragged === handle) this.#move(handle, this.#at(event));
    };
    handle.onpointerup = handle.onpointercancel = () => {
      if (this.#dragged !== handle) return;
      this.#dragged = null;
      this.#ask();
    };
    handle.onkeydown = (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!way) return;
      event.preventDefault();
      const { place, k } = handle.corner;
      const [x, y] = place.points[k];
      const step = STEP * (event.shiftKey ? 5 : 1);
      this.#move(handle, [x + way[0] * step * (this.#stage.mirrored ? -1 : 1), y + way[1] * step]);
      this.#ask();
    };
    return handle;
  }

  #move(handle, point) {
    const { place, k } = handle.corner;
    place.points[k] = point.map((value) => Math.round(Math.min(Math.max(value, 0), 1) * 1e4) / 1e4);
  }

  /** Where a pointer is, in fractions of the picture before it is mirrored. */
  #at({ clientX, clientY }) {
    const [x, y] = this.#stage.fraction(clientX, clientY);
    const inside = [this.#stage.mirrored ? 1 - x : x, y];
    return inside.map((value) => Math.round(Math.min(Math.max(value, 0), 1) * 1e4) / 1e4);
  }

  #draw(context, { pixel, width, height, mirrored }) {
    const shown = ([x, y]) => [(mirrored ? 1 - x : x) * width - 0.5, y * height - 0.5];
    const all = this.#drawing ? [...this.#places, { name: "", ...this.#drawing }] : this.#places;
    for (const { kind, name, points } of all) {
      const corners = points.map(shown);
      if (!corners.length) continue;
      context.beginPath();
      corners.forEach(([x, y], k) => (k ? context.lineTo(x, y) : context.moveTo(x, y)));
      if (kind === "zone" && corners.length > 2) context.closePath();
      context.fillStyle = `${COLOURS[kind]}33`;
      if (kind === "zone") context.fill();
      for (const [thick, ink] of [[4.5, "#181818"], [2.5, COLOURS[kind]]]) {
        context.lineWidth = thick * pixel;
        context.strokeStyle = ink;
        context.stroke();
      }
      const [x, y] = corners.reduce(([sx, sy], [cx, cy]) => [sx + cx / corners.length, sy + cy / corners.length], [0, 0]);
      if (name) plate(context, name, x, y, COLOURS[kind], pixel);
    }
    for (const handle of this.#handles.children) {
      const { place, k } = handle.corner;
      const [x, y] = place.points[k];
      const [left, top] = this.#stage.position(mirrored ? 1 - x : x, y);
      handle.style.transform = `translate(${left}px, ${top}px)`;
    }
  }
}
