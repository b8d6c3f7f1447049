/** The live view: the picture, and over it people, trails and whatever else has something to draw there. */

import { colour, drawPerson, fitCanvas } from "/drawing.js";

const HEADER_BYTES = 8;
const TRAIL_S = 3;
/** Frames that a picture may still belong to. */
const REMEMBERED = 90;
/** A picture that is older than this, while people still come, is not shown any more. */
const STALE_MS = 2000;

export class Stage {
  show = { video: true, skeletons: true, trails: true, names: true };
  /** Functions (context, { pixel, width, height, mirrored }) that draw over the picture, in the picture's pixels. */
  layers = [];
  mirrored = false;
  #canvas;
  #pose;
  #frames = new Map();
  #trails = new Map();
  #picture = null;
  #decoding = false;

  constructor(canvas) {
    this.#canvas = canvas;
    requestAnimationFrame(() => this.#draw());
  }

  /** Show the people of this connection. */
  follow(pose) {
    this.#pose = pose;
    this.clear();
    pose.on("frame", (frame) => this.#remember(frame));
  }

  /** Forget everything that was shown. */
  clear() {
    this.#frames.clear();
    this.#trails.clear();
    this.#picture?.bitmap.close();
    this.#picture = null;
  }

  get canvas() {
    return this.#canvas;
  }

  get hasPicture() {
    return this.#picture !== null && performance.now() - this.#picture.at < STALE_MS;
  }

  /** Take a picture as it comes over the link. */
  async take(buffer) {
    if (this.#decoding || document.hidden) return;
    this.#decoding = true;
    try {
      const view = new DataView(buffer);
      const jpeg = new Blob([buffer.slice(HEADER_BYTES)], { type: "image/jpeg" });
      const source = this.#pose?.hello?.sources[view.getUint16(2, true)];
      const bitmap = await createImageBitmap(jpeg);
      this.#picture?.bitmap.close();
      this.#picture = { bitmap, seq: view.getUint32(4, true), source, at: performance.now() };
    } finally {
      this.#decoding = false;
    }
  }

  /** Where a point of the page lies, in fractions of the picture as it is shown. */
  fraction(clientX, clientY) {
    const { left, top } = this.#canvas.getBoundingClientRect();
    const { scale, x, y } = this.#fit();
    const { width, height } = this.#pose.image;
    const at = (client, edge, offset, size) => (((client - edge) * devicePixelRatio - offset) / scale + 0.5) / size;
    return [at(clientX, left, x, width), at(clientY, top, y, height)];
  }

  /** Where that is within the view, in the page's pixels. */
  position(fractionX, fractionY) {
    const { scale, x, y } = this.#fit();
    const { width, height } = this.#pose.image;
    const at = (fraction, offset, size) => ((fraction * size - 0.5) * scale + offset) / devicePixelRatio;
    return [at(fractionX, x, width), at(fractionY, y, height)];
  }

  #fit() {
    return this.#pose?.fit(this.#canvas.width, this.#canvas.height, "contain") ?? { scale: 1, x: 0, y: 0 };
  }

  #remember(frame) {
    this.#frames.set(frame.seq, frame.people);
    if (this.#frames.size > REMEMBERED) this.#frames.delete(this.#frames.keys().next().value);
    const here = new Set(frame.people.map((person) => person.id));
    for (const id of this.#trails.keys()) if (!here.has(id)) this.#trails.delete(id);
    for (const { id, slot, leftAnkle, rightAnkle, visible } of frame.people) {
      const points = (this.#trails.get(id)?.points ?? []).filter(({ t }) => t > frame.t - TRAIL_S && t < frame.t);
      if (visible) points.push({ t: frame.t, x: (leftAnkle.x + rightAnkle.x) / 2, y: (leftAnkle.y + rightAnkle.y) / 2 });
      this.#trails.set(id, { slot, points });
    }
  }

  /** With a picture, the people of its very frame; else where they are now. */
  #people(withPicture) {
    if (!this.#pose) return [];
    return (withPicture && this.#frames.get(this.#picture.seq)) || this.#pose.people;
  }

  #draw() {
    const context = fitCanvas(this.#canvas);
    const withPicture = this.show.video && this.hasPicture;
    this.#canvas.dataset.picture = withPicture ? "live" : "none";
    const { scale, x, y } = this.#fit();
    const { width, height } = this.#pose?.image ?? { width: 0, height: 0 };
    context.setTransform(scale, 0, 0, scale, x, y);
    // The point (0, 0) is the middle of the first pixel.
    if (withPicture) context.drawImage(this.#picture.bitmap, -0.5, -0.5, width, height);
    const pixel = devicePixelRatio / scale;
    if (width) this.#canvas.parentElement.style.setProperty("--aspect", `${width} / ${height}`);
    if (width) {
      for (const layer of this.layers) layer(context, { pixel, width, height, mirrored: this.mirrored });
      if (this.show.trails) this.#drawTrails(context, pixel);
      if (this.show.skeletons && this.#pose.hello) {
        for (const person of this.#people(withPicture)) {
          drawPerson(context, person, this.#pose.hello.edges, pixel, this.show.names);
        }
      }
    }
    requestAnimationFrame(() => this.#draw());
  }

  #drawTrails(context, pixel) {
    context.lineWidth = 3 * pixel;
    context.lineCap = "round";
    for (const { slot, points } of this.#trails.values()) {
      context.strokeStyle = colour(slot);
      const last = points.at(-1)?.t;
      for (let k = 1; k < points.length; k++) {
        context.globalAlpha = 0.8 * (1 - (last - points[k].t) / TRAIL_S);
        context.beginPath();
        context.moveTo(points[k - 1].x, points[k - 1].y);
        context.lineTo(points[k].x, points[k].y);
        context.stroke();
      }
    }
    context.globalAlpha = 1;
  }
}
