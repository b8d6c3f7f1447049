/** What happens, newest first. */

import { colour } from "/drawing.js";
import { clock, named, number, say } from "/texts.js";

const MOST = 60;
/** Once a second, or with every step: too many for a list that people read. */
const QUIET = new Set(["activity", "step"]);
/** What is told of each kind; of others nothing more than that they happened. */
const TOLD = {
  leave: ["dwell_s"],
  count: ["count"],
  zone_enter: ["zone", "inside"],
  zone_leave: ["zone", "dwell_s"],
  line_cross: ["line", "direction", "ins", "outs"],
  gesture: ["name", "side", "phase"],
  rep: ["exercise", "side", "count"],
  rep_partial: ["exercise", "side"],
  set: ["exercise", "reps"],
  form: ["exercise", "fault", "side"],
  gait: ["cadence_spm"],
  jump: ["airborne_s"],
  fall_confirmed: ["down_s"],
  recovered: ["down_s"],
  source: ["state", "message"],
};

/** A field in words: seconds as such, names as they are spoken, other numbers with what they count. */
function told(field, value) {
  if (field === "zone" || field === "line" || field === "message") return value;
  if (typeof value === "string") return named(value);
  if (field.endsWith("_s")) return say("seconds", { n: number(value, 1) });
  return `${named(field)} ${number(value, 0)}`;
}

export class Feed {
  #list = document.getElementById("feed");

  follow(pose) {
    pose.on("event", (event) => this.#add(event));
  }

  /** Say what an empty list says. */
  refresh() {
    this.#list.dataset.empty = say("noEvents");
  }

  #add({ kind, slot, id, type, t, source, ...fields }) {
    if (QUIET.has(kind) || fields.phase === "hold") return;
    const row = document.createElement("li");
    row.innerHTML = "<time></time><b class=slot></b><span class=kind></span><span class=fields></span>";
    const [time, badge, name, more] = row.children;
    time.textContent = clock(new Date());
    badge.textContent = slot ?? "";
    badge.style.setProperty("--slot", slot ? colour(slot) : "transparent");
    name.textContent = named(kind);
    name.title = kind;
    more.textContent = (TOLD[kind] ?? [])
      .filter((field) => fields[field] !== "")
      .map((field) => told(field, fields[field]))
      .join(" · ");
    row.dataset.kind = kind;
    this.#list.prepend(row);
    while (this.#list.children.length > MOST) this.#list.lastChild.remove();
  }
}
