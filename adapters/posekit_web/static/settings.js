/** The controls of a run's settings. What is changed is asked for at once; what posekit answers is what holds. */

import { number, say } from "/texts.js";

const SIZES = [null, "129x161", "193x257", "257x337", "353x481", "481x641"];

/** Every control: where its setting stands, and how it is set. Texts are called set_NAME and about_NAME. */
const CONTROLS = [
  { section: "vision", name: "model", choices: ({ models }) => models },
  { section: "vision", name: "input_size", choices: () => SIZES },
  { section: "vision", name: "output_stride", choices: () => [null, 8, 16, 32] },
  { section: "vision", name: "single", toggle: true },
  { section: "vision", name: "max_people", range: [1, 20, 1] },
  { section: "vision", name: "score", range: [0.05, 0.95, 0.05], auto: true },
  { section: "vision", name: "nms_radius", range: [2, 60, 1], auto: true },
  { section: "tracking", name: "smoothing", range: [0, 1, 0.05] },
  { section: "output", name: "mirror", toggle: true },
  { section: "output", name: "rotate", choices: () => [0, 90, 180, 270] },
];

export class SettingsPanel {
  #form = document.getElementById("settings");
  #link;
  #state = null;
  #rows = new Map();
  #waiting = new Map();

  constructor(link) {
    this.#link = link;
    for (const control of CONTROLS) this.#rows.set(control, this.#build(control));
    this.#form.append(...this.#rows.values());
    link.on("state", (state) => this.#show(state));
  }

  refresh() {
    if (this.#state) this.#show(this.#state);
  }

  #build({ name, choices, toggle, auto, range }) {
    const row = document.createElement("div");
    row.className = "setting";
    const field = choices
      ? `<select id="set-${name}"></select>`
      : toggle
        ? `<input id="set-${name}" type="checkbox" role="switch">`
        : `<input id="set-${name}" type="range" min="${range[0]}" max="${range[1]}" step="${range[2]}">`;
    row.innerHTML = `<label for="set-${name}" data-text="set_${name}"></label><output for="set-${name}"></output>${field}`;
    if (auto) row.insertAdjacentHTML("beforeend", `<button type="button" data-text="auto" data-name="${name}"></button>`);
    row.querySelector("label").textContent = say(`set_${name}`);
    return row;
  }

  #show(state) {
    this.#state = state;
    this.#form.hidden = false;
    for (const [control, row] of this.#rows) this.#fill(control, row, state.settings[control.section][control.name]);
  }

  #fill(control, row, value) {
    const field = row.querySelector("select, input");
    const ask = (wanted) => this.#ask(control, wanted);
    if (control.choices) {
      const options = control.choices(this.#state);
      const all = options.includes(value) ? options : [...options, value];
      field.replaceChildren(...all.map((one) => new Option(one ?? say("auto"), JSON.stringify(one), false, one === value)));
      field.onchange = () => ask(JSON.parse(field.value));
    } else if (control.toggle) {
      field.checked = value;
      field.onchange = () => ask(field.checked);
    } else {
      if (document.activeElement !== field || value === null) field.value = value ?? (control.range[0] + control.range[1]) / 2;
      this.#tell(row, value);
      field.oninput = () => {
        this.#tell(row, Number(field.value));
        ask(Number(field.value));
      };
    }
    const button = row.querySelector("button");
    if (button) {
      button.textContent = say("auto");
      button.ariaLabel = `${say(`set_${control.name}`)}: ${say("auto")}`;
      button.ariaPressed = String(value === null);
      button.onclick = () => ask(null);
    }
  }

  #tell(row, value) {
    row.querySelector("output").value = value === null ? say("auto") : number(value);
  }

  /** Ask for the newest wish a little later: a slider has many on its way. */
  #ask({ section, name }, value) {
    clearTimeout(this.#waiting.get(name));
    const send = () => this.#link.send({ type: "change", changes: { [section]: { [name]: value } } });
    this.#waiting.set(name, setTimeout(send, 80));
  }
}
