/** The console: puts its parts together, and says how posekit and its camera are. */

import { connect } from "/posekit.js";
import { Charts } from "/charts.js";
import { Feed } from "/feed.js";
import { Inputs } from "/inputs.js";
import { Link } from "/link.js";
import { PeoplePanel } from "/people.js";
import { Places } from "/places.js";
import { Receivers } from "/receivers.js";
import { Saving } from "/saving.js";
import { SettingsPanel } from "/settings.js";
import { Stage } from "/stage.js";
import { LANGUAGES, language, localise, number, say, speak } from "/texts.js";
import { Training } from "/training.js";

const token = new URLSearchParams(location.search).get("token") ?? undefined;
const element = (id) => document.getElementById(id);

const link = new Link(token);
export const stage = new Stage(element("view"));
const people = new PeoplePanel();
const feed = new Feed();
const training = new Training();
const charts = new Charts();
const inputs = new Inputs(stage, link);
const tuning = [inputs, new SettingsPanel(link), new Places(stage, link), new Receivers(link), new Saving(link)];
let pose;
let status = { connected: false, state: "connecting", fps: 0, latencyMs: 0, message: "" };
let video = true;

/** Connect to the poses of a source, of the first for undefined. */
function follow(source) {
  pose?.close();
  const mine = (pose = connect({ token, source }));
  for (const part of [stage, people, feed, training, charts]) part.follow(pose);
  pose.on("status", (heard) => {
    if (mine !== pose) return;
    status = heard;
    showStatus();
    askForPictures();
  });
  pose.on("hello", ({ sources }) => showSources(sources));
}

function showSources(sources) {
  const label = element("sources");
  const select = label.querySelector("select");
  label.hidden = sources.length < 2;
  if (select.options.length !== sources.length) {
    select.replaceChildren(...sources.map((name) => new Option(name)));
  }
}

function askForPictures() {
  const wanted = video && stage.show.video && !document.hidden && status.connected;
  link.watch(wanted ? status.source : null);
}

/** What stands over the view when there is nothing live to see; empty when all is well. */
function trouble() {
  if (status.state === "refused") return say("refused", { why: status.message });
  if (!status.connected) return say(pose.hello ? "gone" : "connecting");
  if (status.state === "running") return "";
  return say(`source_${status.state}`, { source: status.source, why: status.message });
}

function showStatus() {
  const what = status.connected ? status.state : "lost";
  const state = element("state");
  state.dataset.state = what;
  inputs.show(status.source);
  state.textContent = status.connected ? `${status.source}: ${say(`state_${status.state}`)}` : say("state_lost");
  const live = status.connected && status.fps > 0;
  element("figures").textContent = live ? say("figures", { fps: number(status.fps, 1), ms: number(status.latencyMs, 0) }) : "";
  const notice = element("notice");
  const words = trouble();
  if (notice.textContent !== words) notice.textContent = words;
  document.body.dataset.state = what;
}

for (const part of ["video", "skeletons", "trails", "names"]) {
  const button = element(`show-${part}`);
  if (part === "trails" && matchMedia("(prefers-reduced-motion: reduce)").matches) stage.show.trails = false;
  button.ariaPressed = String(stage.show[part]);
  button.onclick = () => {
    stage.show[part] = !stage.show[part];
    button.ariaPressed = String(stage.show[part]);
    askForPictures();
  };
}

link.on("console", (message) => {
  video = message.video;
  element("private").hidden = video;
  element("show-video").disabled = !video;
  if (!video) element("show-video").ariaPressed = "false";
  askForPictures();
});
link.on("state", ({ settings, record }) => {
  const button = element("record");
  button.hidden = record === null || record === undefined;
  button.ariaPressed = String(record === true);
  button.onclick = () => link.send({ type: "record", on: !record });
  // Trails of the other side would cross the picture.
  if (stage.mirrored !== settings.output.mirror) stage.clear();
  stage.mirrored = settings.output.mirror;
  element("wrong").textContent = "";
});
link.on("error", ({ message, about }) => {
  if (about === "choose") return; // said where it was chosen
  // The state that follows clears what was said before.
  setTimeout(() => (element("wrong").textContent = message));
});
link.on("picture", (buffer) => stage.take(buffer));

element("sources").querySelector("select").onchange = ({ target }) => follow(target.value);
element("language").replaceChildren(
  ...Object.entries(LANGUAGES).map(([code, name]) => new Option(name, code, false, code === language())),
);
element("language").onchange = ({ target }) => {
  speak(target.value);
  refresh();
};
document.addEventListener("visibilitychange", askForPictures);

function refresh() {
  localise(document);
  showStatus();
  for (const part of [people, feed, training, ...tuning]) part.refresh();
}

follow();
refresh();
document.body.classList.remove("unready");
