/** Where OSC goes: receivers are added, removed, and sent a test. */

import { keep } from "/people.js";
import { say } from "/texts.js";

export class Receivers {
  #link;
  #list = document.getElementById("receivers");
  #form = document.getElementById("add-receiver");
  #osc = [];
  #tested = "";

  constructor(link) {
    this.#link = link;
    link.on("state", ({ settings }) => {
      this.#osc = settings.output.osc;
      this.refresh();
    });
    link.on("tested", ({ receiver }) => {
      this.#tested = receiver;
      this.refresh();
    });
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      const input = this.#form.querySelector("input");
      if (input.value.trim()) this.#ask([...new Set([...this.#osc, input.value.trim()])]);
      input.value = "";
    };
  }

  refresh() {
    document.getElementById("no-receivers").hidden = this.#osc.length > 0;
    keep(this.#list, this.#osc.map((id) => ({ id })), row, (element, { id }) => {
      const [name, said, test, remove] = element.children;
      name.textContent = id;
      said.textContent = this.#tested === id ? say("tested") : "";
      test.textContent = say("test");
      test.ariaLabel = say("test_what", { name: id });
      test.onclick = () => this.#link.send({ type: "test_osc", receiver: id });
      remove.textContent = say("remove");
      remove.ariaLabel = say("remove_what", { name: id });
      remove.onclick = () => this.#ask(this.#osc.filter((other) => other !== id));
    });
  }

  #ask(osc) {
    this.#link.send({ type: "change", changes: { output: { osc } } });
  }
}

function row() {
  const element = document.createElement("li");
  element.innerHTML = "<span class=target></span><span class=said role=status></span><button type=button></button><button type=button></button>";
  return element;
}
