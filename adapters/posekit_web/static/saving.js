/** What waits to be saved, and a dialog that shows what would change in the file before anything is written. */

import { say } from "/texts.js";

export class Saving {
  #link;
  #button = document.getElementById("save");
  #note = document.getElementById("save-note");
  #dialog = document.getElementById("save-dialog");
  #state = null;
  #mark = "";
  #saved = false; // whether the last thing that happened was that all was saved

  constructor(link) {
    this.#link = link;
    link.on("state", (state) => {
      this.#state = state;
      this.refresh();
    });
    link.on("difference", ({ text, mark }) => this.#show(text, mark));
    link.on("saved", () => {
      this.#dialog.close();
      this.#saved = true;
      this.#note.textContent = say("saved", { file: this.#state.file });
    });
    this.#button.onclick = () => link.send({ type: "preview" });
    document.getElementById("save-cancel").onclick = () => this.#dialog.close();
    document.getElementById("save-confirm").onclick = () => link.send({ type: "save", mark: this.#mark });
  }

  refresh() {
    if (!this.#state) return;
    const { file, unsaved } = this.#state;
    this.#button.textContent = say("save_to", { file: file ?? "posekit.toml" });
    this.#button.disabled = !file || !unsaved.length;
    this.#saved &&= !unsaved.length;
    const told = !file ? "no_file" : unsaved.length ? "unsaved" : this.#saved ? "saved" : "nothing_unsaved";
    this.#note.textContent = say(told, { what: unsaved.join(", "), file });
  }

  #show(text, mark) {
    this.#mark = mark;
    const lines = text.split("\n").slice(2).map((line) => {
      const row = document.createElement("span");
      row.className = line.startsWith("+") ? "more" : line.startsWith("-") ? "less" : "";
      row.textContent = `${line}\n`;
      return row;
    });
    this.#dialog.querySelector("pre").replaceChildren(...lines);
    if (!this.#dialog.open) this.#dialog.showModal();
  }
}
