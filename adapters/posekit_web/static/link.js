/** The console's own connection: pictures, and what the page asks for. It stays connected, and asks again. */

const POLICY_VIOLATION = 1008;

export class Link {
  #token;
  #listeners = new Map();
  #socket = null;
  #attempts = 0;
  #watched = null;

  constructor(token) {
    this.#token = token;
    this.#open();
  }

  get open() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  on(kind, listener) {
    this.#listeners.set(kind, [...(this.#listeners.get(kind) ?? []), listener]);
  }

  /** Ask for something; false if there is no connection. */
  send(message) {
    if (this.open) this.#socket.send(JSON.stringify(message));
    return this.open;
  }

  /** Get the pictures of this source from now on, also after a reconnection; of none for null. */
  watch(source) {
    if (source === this.#watched) return;
    this.#watched = source;
    this.send({ type: "watch", source });
  }

  #open() {
    const url = new URL("/console", location.href.replace(/^http/, "ws"));
    if (this.#token) url.searchParams.set("token", this.#token);
    const socket = (this.#socket = new WebSocket(url));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#attempts = 0;
      if (this.#watched !== null) this.send({ type: "watch", source: this.#watched });
    };
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") this.#tell("picture", data);
      else {
        const message = JSON.parse(data);
        this.#tell(message.type, message);
      }
    };
    socket.onclose = ({ code }) => {
      this.#tell("gone");
      if (code === POLICY_VIOLATION) return;
      const wait = Math.min(4000, 250 * 1.6 ** this.#attempts++) * (0.75 + Math.random() / 2);
      setTimeout(() => this.#open(), wait);
    };
  }

  #tell(kind, value) {
    for (const listener of this.#listeners.get(kind) ?? []) listener(value);
  }
}
