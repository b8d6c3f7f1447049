/** What happens, newest first. */

import { colour } from "/drawing.js";
import { clock, named, number, say } from "/texts.js";

const MOST = 60;
/** Once a second, or with every step: too many for a list that people read. */
const QUIET = new Set(["activity", "step"]);

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
    more.textContent = Object.entries(fields)
      .filter(([, value]) => value !== "" && value !== 0)
      .slice(0, 4)
      .map(([field, value]) => (typeof value === "string" ? named(value) : `${say.optional(field) ?? named(field)} ${number(value)}`))
      .join(" · ");
    row.dataset.kind = kind;
    this.#list.prepend(row);
    while (this.#list.children.length > MOST) this.#list.lastChild.remove();
  }
}
