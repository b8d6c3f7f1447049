/** The panels that follow people: who is there and how they stand, and what they have counted. */

import { colour } from "/drawing.js";
import { say, named } from "/texts.js";

const FRAMINGS = ["whole", "feetUnseen", "tooClose", "tooFar", "turnedAway"];
const PERIOD_MS = 250;
/** Channels that are 1 for as long as something lasts and are no gesture. */
const NO_GESTURE = /^(zone_|phase_|reps_|steps$|cadence|activity$|framing$|fallen$)/;

/** Gestures that a person shows now: channels of the gesture detector are whole numbers, measures hardly ever are. */
function gestures(state, known) {
  return Object.keys(state).filter((name) => known.has(name) && state[name] === 1 && !NO_GESTURE.test(name));
}

export class PeoplePanel {
  #list = document.getElementById("people");
  #counts = document.getElementById("counts");
  #gestures = new Set();
  #people = [];
  #drawn = 0;

  follow(pose) {
    pose.on("event", ({ kind, name, side }) => {
      if (kind === "gesture") this.#gestures.add(name).add(side ? `${name}_${side}` : name);
    });
    pose.on("frame", ({ people }) => this.#show(people));
    pose.on("status", ({ connected }) => {
      if (!connected) this.#show([], true);
    });
  }

  /** Say everything anew, as in another language. */
  refresh() {
    this.#show(this.#people, true);
  }

  #show(people, now = false) {
    this.#people = people;
    const changed = people.length !== this.#list.children.length;
    if (!now && !changed && performance.now() - this.#drawn < PERIOD_MS) return;
    this.#drawn = performance.now();
    document.getElementById("people-count").textContent = people.length;
    document.getElementById("nobody").hidden = people.length > 0;
    keep(this.#list, people, personRow, (row, person) => this.#fill(row, person));
    this.#showCounts(people);
  }

  #fill(row, { id, slot, age, score, visible, state }) {
    const framing = visible ? FRAMINGS[state.framing] ?? "unknown" : "unseen";
    row.style.setProperty("--slot", colour(slot));
    write(row, ".slot", slot);
    write(row, ".id", `#${id}`);
    write(row, ".age", say("seconds", { n: Math.floor(age) }));
    write(row, ".framing", say(framing));
    row.querySelector(".framing").dataset.framing = framing;
    row.querySelector("meter").value = Math.min((state.activity ?? 0) / 3, 1);
    row.querySelector("meter").title = say("activity");
    write(row, ".score", `${Math.round(score * 100)} %`);
    const zones = Object.keys(state).filter((name) => name.startsWith("zone_") && state[name] === 1);
    const doing = [...gestures(state, this.#gestures).map(named), ...zones.map((name) => say("inZone", { zone: name.slice(5) }))];
    if (state.fallen) doing.unshift(say("fallen"));
    write(row, ".doing", doing.join(" · "));
  }

  #showCounts(people) {
    const counted = people.flatMap(({ id, slot, state }) =>
      Object.entries(state)
        .filter(([name, value]) => name.startsWith("reps_") && value > 0)
        .map(([name, value]) => ({ id: `${id} ${name}`, slot, exercise: name.slice(5), value })),
    );
    document.getElementById("no-counts").hidden = counted.length > 0;
    keep(this.#counts, counted, countTile, (tile, { slot, exercise, value }) => {
      tile.style.setProperty("--slot", colour(slot));
      write(tile, ".slot", slot);
      write(tile, ".value", value);
      write(tile, ".exercise", named(exercise));
    });
  }
}

function personRow() {
  const row = document.createElement("li");
  row.innerHTML =
    "<b class=slot></b><span class=id></span><span class=framing></span><span class=age></span>" +
    "<meter min=0 max=1 aria-hidden=true></meter><span class=score></span><span class=doing></span>";
  return row;
}

function countTile() {
  const tile = document.createElement("li");
  tile.innerHTML = "<b class=slot></b><span class=value></span><span class=exercise></span>";
  return tile;
}

/** One element per item, kept by its id, in the order of the items. */
export function keep(list, items, make, fill) {
  const before = new Map([...list.children].map((element) => [element.dataset.id, element]));
  const wanted = items.map((item) => {
    const element = before.get(String(item.id)) ?? make(item);
    element.dataset.id = item.id;
    fill(element, item);
    return element;
  });
  if (wanted.length !== list.children.length || wanted.some((element, k) => element !== list.children[k])) {
    list.replaceChildren(...wanted);
  }
}

/** Touch the page only where something is new. */
export function write(element, selector, text) {
  const target = element.querySelector(selector);
  if (target.textContent !== String(text)) target.textContent = text;
}
