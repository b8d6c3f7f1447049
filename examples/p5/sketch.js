// Brushes on hands and feet: whoever moves, paints; the paint dries away.
//
//   npm install
//   posekit run performer --realtime --ws 8765 --ws-origin file

const LIGHT = { ground: "#f7f3ea", body: "#24211c", inks: ["#d8452e", "#1c6fb0", "#e0a11b", "#2f8f5b"] };
const DARK = { ground: "#0f1220", body: "#e8e6f0", inks: ["#ff7a5c", "#63b3ff", "#ffd166", "#6fe0a4"] };
const BRUSHES = ["leftWrist", "rightWrist", "leftAnkle", "rightAnkle"];
const DRY_S = 2.5;

let pose;
let colours;
const strokes = new Map(); // person and part -> the points of the last seconds

async function setup() {
  createCanvas(windowWidth, windowHeight);
  const { connect } = await posekit();
  pose = connect();
  pose.on("status", ({ connected }) => (document.getElementById("hint").hidden = connected));
  pose.on("enter", ({ id }) => console.log(`person ${id} has come`));
}

/** posekit.js comes from posekit itself, as soon as that runs. index.html?posekit=HOST:PORT is for another computer. */
async function posekit() {
  const asked = new URLSearchParams(location.search);
  const token = asked.has("token") ? `?token=${encodeURIComponent(asked.get("token"))}` : "";
  for (;;) {
    try {
      return await import(`http://${asked.get("posekit") ?? "127.0.0.1:8765"}/posekit.js${token}`);
    } catch {
      await new Promise((wake) => setTimeout(wake, 1000));
    }
  }
}

function draw() {
  colours = matchMedia("(prefers-color-scheme: dark)").matches ? DARK : LIGHT;
  background(colours.ground);
  if (!pose) return;
  const { scale: zoom, x, y } = pose.fit(width, height);
  translate(x, y);
  scale(zoom); // from here on in the picture's pixels
  const people = pose.people;
  for (const person of people) dip(person);
  for (const [key, points] of strokes) paint(key, points);
  for (const person of people) constellation(person);
}

/** Where the brushes of a person are now. */
function dip(person) {
  const thick = torso(person) / 5;
  for (const part of BRUSHES) {
    const { x, y, score } = person[part];
    if (score < 0.3) continue;
    const key = `${person.slot} ${person.id} ${part}`;
    if (!strokes.has(key)) strokes.set(key, []);
    strokes.get(key).push({ x, y, thick, time: millis() / 1000 });
  }
}

/** A stroke: thick where the brush was slow, thin where it was quick, paler and thinner where the paint has dried. */
function paint(key, points) {
  const now = millis() / 1000;
  while (points.length && now - points[0].time > DRY_S) points.shift();
  if (!points.length) strokes.delete(key);
  const ink = color(colours.inks[(parseInt(key) - 1) % colours.inks.length]);
  noFill();
  for (let k = 3; k < points.length; k++) {
    const [a, b, c, d] = points.slice(k - 3, k + 1);
    const fresh = 1 - (now - c.time) / DRY_S;
    const speed = dist(b.x, b.y, c.x, c.y) / max(c.time - b.time, 0.001) / c.thick;
    stroke(lerpColor(color(colours.ground), ink, fresh));
    strokeWeight((c.thick * fresh) / (1 + speed / 20));
    spline(a.x, a.y, b.x, b.y, c.x, c.y, d.x, d.y);
  }
}

/** The body: fine lines, and a star at every joint. */
function constellation(person) {
  const unit = torso(person) / 40;
  const ink = color(colours.body);
  stroke(ink);
  strokeWeight(unit);
  for (const [a, b] of pose.hello.edges) {
    const [from, to] = [person.keypoints[a], person.keypoints[b]];
    ink.setAlpha(130 * min(from.score, to.score));
    stroke(ink);
    line(from.x, from.y, to.x, to.y);
  }
  noStroke();
  person.keypoints.forEach(({ x, y, score }, k) => {
    ink.setAlpha(255 * score);
    fill(ink);
    circle(x, y, unit * (k < 5 ? 3 : 6));
  });
}

/** From between the shoulders to between the hips, in pixels. */
function torso({ leftShoulder: a, rightShoulder: b, leftHip: c, rightHip: d }) {
  return max(dist((a.x + b.x) / 2, (a.y + b.y) / 2, (c.x + d.x) / 2, (c.y + d.y) / 2), 1);
}

function windowResized() {
  resizeCanvas(windowWidth, windowHeight);
}
