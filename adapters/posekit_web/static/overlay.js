/** Skeletons alone on a transparent ground, for OBS and other mixers: /overlay?source=NAME&names=0&fit=cover. */

import { connect } from "/posekit.js";
import { drawPerson, fitCanvas } from "/drawing.js";

const query = new URLSearchParams(location.search);
const pose = connect({ token: query.get("token") ?? undefined, source: query.get("source") ?? undefined });
const canvas = document.getElementById("view");

function draw() {
  const context = fitCanvas(canvas);
  const { scale, x, y } = pose.fit(canvas.width, canvas.height, query.get("fit") ?? "contain");
  context.setTransform(scale, 0, 0, scale, x, y);
  for (const person of pose.people) {
    drawPerson(context, person, pose.hello.edges, devicePixelRatio / scale, query.get("names") !== "0");
  }
  canvas.dataset.people = pose.people.length;
  requestAnimationFrame(draw);
}

draw();
