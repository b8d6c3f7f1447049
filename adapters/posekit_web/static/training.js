/** Sets and gait: tables that grow with their events. */

import { colour } from "/drawing.js";
import { named, number, say } from "/texts.js";

const MOST_SETS = 20;

export class Training {
  #sets = [];
  #gaits = new Map();

  follow(pose) {
    this.#sets = [];
    this.#gaits.clear();
    pose.on("set", (event) => {
      this.#sets = [event, ...this.#sets].slice(0, MOST_SETS);
      this.refresh();
    });
    pose.on("gait", (event) => {
      this.#gaits.set(event.slot, event);
      this.refresh();
    });
    pose.on("leave", ({ slot }) => {
      if (this.#gaits.delete(slot)) this.refresh();
    });
    this.refresh();
  }

  refresh() {
    const share = (value) => (value ? `${number(value * 100, 0)} %` : "–");
    fill("sets", this.#sets, ({ slot, exercise, number: nth, reps, duration_s, rep_s }) => [
      slot, named(exercise), nth, reps, say("seconds", { n: number(duration_s, 0) }), say("seconds", { n: number(rep_s, 1) }),
    ]);
    fill("gaits", [...this.#gaits.values()], ({ slot, cadence_spm, symmetry, stance, swing, steps }) => [
      slot, number(cadence_spm, 0), share(symmetry), share(stance), share(swing), steps,
    ]);
  }
}

function fill(id, rows, cells) {
  const body = document.querySelector(`#${id} tbody`);
  document.getElementById(`no-${id}`).hidden = rows.length > 0;
  document.getElementById(id).hidden = rows.length === 0;
  body.replaceChildren(
    ...rows.map((row) => {
      const line = document.createElement("tr");
      for (const [k, text] of cells(row).entries()) {
        const cell = line.insertCell();
        if (k) cell.textContent = text;
        else {
          const badge = document.createElement("b");
          badge.className = "slot";
          badge.style.setProperty("--slot", colour(text));
          badge.textContent = text;
          cell.append(badge);
        }
      }
      return line;
    }),
  );
}
