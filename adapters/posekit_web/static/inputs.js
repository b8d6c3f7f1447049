/** What the source in view shows: one of the cameras, or a recording that is replayed. The server lists what there is. */

import { say } from "/texts.js";

/** Nobody plugs cameras in more often than this. */
const LOOK_MS = 2000;

export class Inputs {
  #stage;
  #link;
  #panel = document.getElementById("inputs-panel");
  #wrong = document.getElementById("inputs-wrong");
  #lists = { cameras: document.getElementById("cameras"), recordings: document.getElementById("recordings") };
  #state = null;
  #source = "";
  #now = "";
  #looked = -Infinity;

  constructor(stage, link) {
    this.#stage = stage;
    this.#link = link;
    link.on("console", () => this.#look());
    link.on("state", (state) => {
      this.#state = state;
      this.refresh();
    });
    link.on("error", ({ message, about }) => {
      if (about === "choose") this.#wrong.textContent = message;
    });
    for (const kind of ["pointerenter", "focusin"]) this.#panel.addEventListener(kind, () => this.#look());
  }

  /** What is in view is this source. */
  show(source) {
    if (source === this.#source) return;
    this.#source = source;
    this.#wrong.textContent = "";
    this.refresh();
  }

  refresh() {
    const inputs = this.#state?.inputs ?? {};
    const input = inputs[this.#source];
    this.#panel.hidden = !input;
    const playing = input?.choices.find(({ key, recording }) => recording && key === input.now);
    const badge = document.getElementById("replaying");
    badge.hidden = !playing;
    badge.textContent = playing ? say("replaying", { name: playing.name }) : "";
    if (!input) return;
    if (input.now !== this.#now) {
      // A picture of what was there before would stand still under other people.
      if (this.#now) this.#stage.clear();
      this.#now = input.now;
      this.#wrong.textContent = "";
    }
    const several = Object.keys(inputs).length > 1;
    document.getElementById("inputs-title").textContent = say(several ? "inputs_of" : "inputs", { source: this.#source });
    const recordings = input.choices.filter(({ recording }) => recording);
    this.#fill(this.#lists.cameras, input, input.choices.filter(({ recording }) => !recording));
    this.#fill(this.#lists.recordings, input, recordings);
    const { record } = this.#state;
    const recorded = record !== null && record !== undefined;
    document.getElementById("recordings-note").textContent = say(
      recordings.length ? "recordings_note" : recorded ? "no_recordings" : "no_recording",
    );
  }

  /** One button for each; those that were there stay, with the keyboard's focus on them. */
  #fill(list, input, choices) {
    const rows = new Map([...list.children].map((row) => [row.dataset.key, row]));
    const wanted = choices.map(({ key }) => rows.get(key) ?? this.#row(key));
    if (wanted.length !== list.children.length || wanted.some((row, index) => row !== list.children[index])) {
      list.replaceChildren(...wanted);
    }
    choices.forEach(({ key, name, recording }, index) => {
      const button = wanted[index].firstElementChild;
      const on = key === input.now;
      const opening = key === input.opening;
      button.ariaPressed = String(on);
      button.ariaBusy = String(opening);
      button.querySelector(".name").textContent = name;
      button.querySelector(".doing").textContent = opening ? say("state_opening") : recording ? say(on ? "stop" : "replay") : "";
      button.onclick = () => {
        this.#wrong.textContent = "";
        this.#link.send({ type: "choose", source: this.#source, choice: on && recording ? null : key });
      };
    });
  }

  #row(key) {
    const row = document.createElement("li");
    row.dataset.key = key;
    const button = document.createElement("button");
    button.type = "button";
    for (const part of ["name", "doing"]) {
      const span = document.createElement("span");
      span.className = part;
      button.append(span, " ");
    }
    row.append(button);
    return row;
  }

  #look() {
    const now = performance.now();
    if (now - this.#looked < LOOK_MS) return;
    if (this.#link.send({ type: "look" })) this.#looked = now;
  }
}
