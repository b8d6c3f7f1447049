/** The last minute in four small charts: frames per second, latency, people and how much they move. */

import { number } from "/texts.js";

const POINTS = 120;
const CHARTS = ["fps", "latency", "people", "activity"];

export class Charts {
  #values = Object.fromEntries(CHARTS.map((name) => [name, []]));

  follow(pose) {
    pose.on("status", ({ connected, fps, latencyMs }) => {
      if (!connected) return;
      const people = pose.latest?.people ?? [];
      const moving = people.map(({ state }) => state.activity ?? 0);
      this.#add({ fps, latency: latencyMs, people: people.length, activity: Math.max(0, ...moving) });
    });
  }

  #add(values) {
    for (const [name, value] of Object.entries(values)) {
      const known = this.#values[name];
      known.push(value);
      if (known.length > POINTS) known.shift();
      this.#draw(name, known);
    }
  }

  #draw(name, values) {
    const chart = document.getElementById(`chart-${name}`);
    const most = Math.max(...values, name === "people" ? 2 : name === "activity" ? 1 : 10) * 1.1;
    const points = values.map((value, k) => `${(100 * (POINTS - values.length + k)) / (POINTS - 1)},${30 - (30 * value) / most}`);
    chart.querySelector("polyline").setAttribute("points", points.join(" "));
    chart.querySelector("output").value = number(values.at(-1), name === "fps" || name === "activity" ? 1 : 0);
  }
}
