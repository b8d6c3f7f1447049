/**
 * posekit.js: people and events of a running posekit, in any page.
 *
 *     import { connect } from "http://127.0.0.1:8765/posekit.js";
 *
 *     const pose = connect();
 *     pose.on("enter", (event) => console.log("hello", event.id));
 *     function draw() {
 *       for (const person of pose.people) circle(person.leftWrist.x, person.leftWrist.y);
 *       requestAnimationFrame(draw);
 *     }
 *     draw();
 *
 * Types and the meaning of everything: posekit.d.ts. Copy this file wherever you like; it depends on nothing.
 */

/** Connect to a running posekit, and stay connected. */
export function connect(options = {}) {
  return new Posekit(options);
}

const SUBSCRIPTION = ["people", "events", "fps", "frames", "format"];
const POLICY_VIOLATION = 1008;

class Posekit {
  #options;
  #listeners = new Map();
  #socket = null;
  #attempts = 0;
  #timer = 0;
  #ended = false;
  #timeline = new Timeline();
  #image = { width: 0, height: 0 };
  #latest = null;
  #hello = null;
  #status = { connected: false, state: "connecting", source: "", fps: 0, latencyMs: 0, message: "", origin: "" };

  constructor(options) {
    this.#options = options;
    this.#open();
  }

  get people() {
    const smooth = this.#options.interpolate ?? true;
    return smooth ? this.#timeline.at(performance.now()) : (this.#latest?.people ?? []);
  }

  get image() {
    return this.#image;
  }

  get latest() {
    return this.#latest;
  }

  get status() {
    return this.#status;
  }

  get hello() {
    return this.#hello;
  }

  on(kind, listener) {
    const listeners = this.#listeners.get(kind) ?? new Set();
    this.#listeners.set(kind, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  subscribe(change) {
    Object.assign(this.#options, change);
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ type: "subscribe", ...change }));
    }
  }

  fit(width, height, mode = "cover") {
    const { width: w, height: h } = this.#image;
    if (!w || !h) return { scale: 1, x: 0, y: 0 };
    const scale = mode === "cover" ? Math.max(width / w, height / h) : Math.min(width / w, height / h);
    // The picture's point (0, 0) is the middle of its first pixel.
    return { scale, x: (width - w * scale + scale) / 2, y: (height - h * scale + scale) / 2 };
  }

  close() {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
  }

  #open() {
    const socket = new WebSocket(address(this.#options));
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.#hear(JSON.parse(data));
      else this.#show(readFrame(data, this.#hello));
    };
    socket.onclose = ({ code, reason }) => {
      this.#latest = null;
      this.#timeline.clear();
      const refused = code === POLICY_VIOLATION;
      const state = refused ? "refused" : this.#ended ? "closed" : "connecting";
      const unheard = "no answer; if posekit runs, its terminal says why it refuses this page";
      this.#update({ connected: false, state, fps: 0, message: reason || (this.#attempts > 1 ? unheard : "") });
      if (refused || this.#ended) return;
      // Soon at first, then every few seconds, and never all pages at once.
      const wait = Math.min(4000, 250 * 1.6 ** this.#attempts++) * (0.75 + Math.random() / 2);
      this.#timer = setTimeout(() => this.#open(), wait);
    };
    this.#socket = socket;
  }

  #hear(message) {
    if (message.type === "frame") {
      this.#show(namedFrame(message));
    } else if (message.type === "event") {
      this.#tell(message.kind, message);
      this.#tell("event", message);
    } else if (message.type === "status") {
      if (message.source === this.#source()) {
        const { state, source, fps, latencyMs, origin } = message;
        this.#update({ connected: true, state, source, fps, latencyMs, message: message.message, origin });
      }
    } else if (message.type === "hello") {
      this.#attempts = 0;
      this.#hello = message;
      this.#tell("hello", message);
      this.#update({ connected: true, state: "opening", source: this.#source(), message: "" });
    } else if (message.type === "error") {
      this.#tell("error", message);
    }
  }

  #show(frame) {
    if (frame.source !== this.#source()) return;
    this.#latest = frame;
    this.#image = frame.image;
    this.#timeline.push(frame, performance.now());
    this.#tell("frame", frame);
  }

  #update(change) {
    this.#status = { ...this.#status, ...change };
    this.#tell("status", this.#status);
  }

  #source() {
    return this.#options.source ?? this.#hello?.sources[0];
  }

  /** A listener that fails shows in the console and disturbs nobody. */
  #tell(kind, value) {
    for (const listener of this.#listeners.get(kind) ?? []) {
      try {
        listener(value);
      } catch (error) {
        console.error(error);
      }
    }
  }
}

function address(options) {
  const self = new URL(import.meta.url);
  const home = self.protocol.startsWith("http") ? self.origin : "http://127.0.0.1:8765";
  const url = new URL(options.url ?? home);
  url.protocol = url.protocol.replace("http", "ws");
  for (const name of SUBSCRIPTION) {
    const value = options[name];
    if (value !== undefined) url.searchParams.set(name, typeof value === "boolean" ? Number(value) : value);
  }
  const token = options.token ?? self.searchParams.get("token");
  if (token) url.searchParams.set("token", token);
  return url;
}

/** A frame's people at any time, from the last few frames that have come. */
class Timeline {
  #frames = [];
  #delays = [];
  #period = 1 / 30;
  #cached = { now: -Infinity, people: [] };

  clear() {
    this.#frames = [];
    this.#delays = [];
    this.#cached = { now: -Infinity, people: [] };
  }

  push(frame, now) {
    const last = this.#frames.at(-1);
    const step = last ? frame.t - last.t : 0;
    if (step < 0 || step > 2) this.clear(); // a video that starts again, or a long break
    else if (step > 0) this.#period += 0.1 * (Math.min(step, 0.2) - this.#period);
    this.#frames = [...this.#frames.slice(-5), frame];
    this.#delays = [...this.#delays.slice(-29), now / 1000 - frame.t];
  }

  /** One frame's time behind the quickest of the last frames: then the next one is there when it is needed. */
  at(now) {
    if (now - this.#cached.now < 2) return this.#cached.people;
    const quickest = Math.min(...this.#delays);
    const usual = [...this.#delays].sort((a, b) => a - b)[this.#delays.length >> 1] - quickest;
    const t = now / 1000 - quickest - this.#period - Math.min(usual, 0.1);
    const next = this.#frames.findIndex((frame) => frame.t >= t);
    const [a, b] = next > 0 ? this.#frames.slice(next - 1) : [null, this.#frames.at(next)];
    const people = b ? (a ? between(a, b, (t - a.t) / (b.t - a.t)) : b.people) : [];
    this.#cached = { now, people };
    return people;
  }
}

/** Those who are in the later frame, on their way there from the earlier one. */
function between(a, b, weight) {
  const before = new Map(a.people.map((person) => [person.id, person]));
  const mix = (x, y) => x + (y - x) * weight;
  return b.people.map((person) => {
    const from = before.get(person.id);
    if (!from) return person;
    const keypoints = person.keypoints.map((to, k) => {
      const { x, y, score } = from.keypoints[k];
      return { part: to.part, x: mix(x, to.x), y: mix(y, to.y), score: mix(score, to.score) };
    });
    return named({ ...person, age: mix(from.age, person.age), keypoints });
  });
}

/** A person whose keypoints can be read by name as well. */
function named(person) {
  for (const keypoint of person.keypoints) person[keypoint.part] = keypoint;
  return person;
}

function namedFrame({ source, seq, t, latencyMs, image, poses }) {
  const people = poses.map(({ keypoints, state = {}, ...rest }) =>
    named({
      ...rest,
      state,
      keypoints: keypoints.map(({ part, score, position: { x, y } }) => ({ part, x, y, score })),
    }),
  );
  return { source, seq, t, latencyMs, image, people };
}

/** A binary frame; docs/websocket.md has its layout. */
function readFrame(buffer, hello) {
  const view = new DataView(buffer);
  const size = view.getUint16(26, true);
  const people = Array.from({ length: view.getUint16(2, true) }, (_, index) => {
    const at = 28 + index * size;
    const float = (offset) => view.getFloat32(at + offset, true);
    return named({
      slot: view.getUint32(at, true),
      id: view.getUint32(at + 4, true),
      age: float(8),
      score: float(12),
      visible: float(16) === 1,
      state: {},
      keypoints: hello.parts.map((part, k) => ({
        part,
        x: float(20 + 12 * k),
        y: float(24 + 12 * k),
        score: float(28 + 12 * k),
      })),
    });
  });
  return {
    source: hello.sources[view.getUint16(24, true)],
    seq: view.getUint32(4, true),
    t: view.getFloat64(8, true),
    latencyMs: view.getFloat32(16, true),
    image: { width: view.getUint16(20, true), height: view.getUint16(22, true) },
    people,
  };
}
