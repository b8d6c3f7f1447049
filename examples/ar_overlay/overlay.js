// A mask that follows every face, and sparks from every hand.
//
//   posekit run performer --realtime --ws 8765 --ws-origin file
//
// index.html?camera shows your camera behind, ?transparent nothing at all (for OBS), ?posekit=HOST:PORT&token=… is for a
// posekit on another computer.

const asked = new URLSearchParams(location.search);
const canvas = document.getElementById("overlay");
const context = canvas.getContext("2d");

/** Fur, dark fur, cream, and the colour of the sparks; a set per slot. */
const PALETTES = [
  ["#f08a3c", "#d9622b", "#fff3e2", "#ff6a3d"],
  ["#8fb7e8", "#6390cf", "#f3f8ff", "#3d8bff"],
  ["#b48ae0", "#8a5fc4", "#f6efff", "#a04dff"],
  ["#7fc79a", "#4f9f74", "#f0fbf2", "#1fae6a"],
];
const [FUR, DARK, CREAM, SPARK] = [0, 1, 2, 3];

/**
 * Half a fox: the other half is its mirror image. A facet is a colour and corners (x, y, depth), measured in distances
 * between the eyes, from the point between them; x to the side, y down. What is nearer moves more when the head turns.
 */
const FOX = [
  [DARK, [0.3, -1.1, -0.3], [1.15, -2.5, -0.6], [1.5, -0.75, -0.4]],
  [CREAM, [0.68, -1.15, -0.3], [1.12, -2.0, -0.5], [1.28, -0.95, -0.35]],
  [FUR, [0, -1.3, 0.1], [0.45, -1.35, 0], [0.32, -0.45, 0.3], [0, -0.25, 0.45]],
  [DARK, [0.45, -1.35, 0], [1.5, -0.75, -0.4], [0.86, -0.34, 0.1], [0.32, -0.45, 0.3]],
  [FUR, [1.5, -0.75, -0.4], [1.8, 0.45, -0.5], [0.95, 0.28, 0.1], [0.86, -0.34, 0.1]],
  [FUR, [0.32, -0.45, 0.3], [0.86, -0.34, 0.1], [0.95, 0.28, 0.1], [0.24, 0.34, 0.45]],
  [CREAM, [1.8, 0.45, -0.5], [1.05, 1.3, -0.1], [0.95, 0.28, 0.1]],
  [CREAM, [0.95, 0.28, 0.1], [1.05, 1.3, -0.1], [0.34, 1.75, 0.5], [0.24, 0.34, 0.45]],
  [DARK, [0, -0.25, 0.45], [0.32, -0.45, 0.3], [0.24, 0.34, 0.45], [0.2, 1.05, 0.9], [0, 1.1, 0.95]],
  [CREAM, [0.24, 0.34, 0.45], [0.34, 1.75, 0.5], [0, 1.95, 0.7], [0.2, 1.05, 0.9]],
  [CREAM, [0, 1.1, 0.95], [0.2, 1.05, 0.9], [0, 1.95, 0.7]],
];
const EYE = [[0.22, 0.08, 0.3], [0.5, -0.16, 0.2], [0.82, -0.1, 0.1], [0.58, 0.16, 0.2]];
/** A mask is larger than the face behind it. */
const SIZE = 1.3;
const NOSE = [[0, 1.02, 1], [0.24, 0.98, 0.95], [0.13, 1.3, 1], [0, 1.38, 1]];

start();

async function start() {
  const { connect } = await posekit();
  const pose = connect();
  if (asked.has("transparent")) document.body.className = "transparent";
  if (asked.has("camera")) await showCamera();
  pose.on("status", ({ connected }) => (document.getElementById("hint").hidden = connected));
  requestAnimationFrame(function draw(now) {
    paint(pose, now / 1000);
    requestAnimationFrame(draw);
  });
}

/** posekit.js comes from posekit itself, as soon as that runs. */
async function posekit() {
  const token = asked.has("token") ? `?token=${encodeURIComponent(asked.get("token"))}` : "";
  for (;;) {
    try {
      return await import(`http://${asked.get("posekit") ?? "127.0.0.1:8765"}/posekit.js${token}`);
    } catch {
      await new Promise((wake) => setTimeout(wake, 1000));
    }
  }
}

async function showCamera() {
  const video = document.getElementById("camera");
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true });
  video.hidden = false;
  document.body.className = "camera";
}

function paint(pose, now) {
  const [width, height] = [innerWidth, innerHeight].map((length) => Math.round(length * devicePixelRatio));
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  // From here on everything is drawn in the picture's pixels.
  const { scale, x, y } = pose.fit(width, height);
  context.setTransform(scale, 0, 0, scale, x, y);
  const body = getComputedStyle(document.body).getPropertyValue("--body");
  for (const person of pose.people) {
    const palette = PALETTES[(person.slot - 1) % PALETTES.length];
    silhouette(person, body);
    hands(person, palette, now);
    mask(person, palette);
  }
  sparks(now);
}

// The mask.

/** Where the face is: the point between the eyes, the roll of the head, the distance between the eyes, and the turn. */
function faceOf({ nose, leftEye, rightEye, leftEar, rightEar }) {
  if (Math.min(nose.score, leftEye.score, rightEye.score) < 0.3) return null;
  const [x, y] = [(leftEye.x + rightEye.x) / 2, (leftEye.y + rightEye.y) / 2];
  const eyes = Math.hypot(leftEye.x - rightEye.x, leftEye.y - rightEye.y);
  // A head that turns brings the eyes together, not the ears.
  const ears = Math.min(leftEar.score, rightEar.score) > 0.3 ? Math.abs(leftEar.x - rightEar.x) / 2.4 : 0;
  const unit = Math.max(eyes, ears, 1);
  const roll = Math.atan2(leftEye.y - rightEye.y, leftEye.x - rightEye.x);
  const turn = Math.max(-0.6, Math.min(0.6, (nose.x - x) / unit));
  return { x, y, roll, unit, turn };
}

function mask(person, palette) {
  const face = faceOf(person);
  if (!face) return;
  context.save();
  context.translate(face.x, face.y);
  context.rotate(face.roll);
  context.scale(face.unit * SIZE, face.unit * SIZE);
  context.lineJoin = "round";
  context.lineWidth = 0.02;
  for (const side of [-1, 1]) {
    for (const [colour, ...corners] of FOX) {
      outline(corners, side, face.turn);
      // Light comes from the left.
      context.fillStyle = context.strokeStyle = shaded(palette[colour], side < 0 ? 1.04 : 0.9);
      context.fill();
      context.stroke();
    }
  }
  context.fillStyle = "#16120f";
  for (const side of [-1, 1]) {
    for (const corners of [EYE, NOSE]) {
      outline(corners, side, face.turn);
      context.fill();
    }
  }
  context.restore();
}

function outline(corners, side, turn) {
  context.beginPath();
  for (const [x, y, depth] of corners) context.lineTo(side * x + turn * depth, y);
  context.closePath();
}

function shaded(colour, light) {
  const channels = [1, 3, 5].map((at) => Math.min(255, parseInt(colour.slice(at, at + 2), 16) * light));
  return `rgb(${channels.join(" ")})`;
}

// The hands.

const flying = [];
const before = new Map();

/** A light in each hand; the faster the hand, the more sparks fly off. */
function hands(person, palette, now) {
  const size = bodySize(person);
  for (const name of ["leftWrist", "rightWrist"]) {
    const hand = person[name];
    if (hand.score < 0.3) continue;
    const key = `${person.id} ${name}`;
    const last = before.get(key) ?? { x: hand.x, y: hand.y, now, due: 0 };
    const seconds = Math.min(Math.max(now - last.now, 1 / 240), 0.1);
    const velocity = { x: (hand.x - last.x) / seconds, y: (hand.y - last.y) / seconds };
    let due = last.due + seconds * (14 + (70 * Math.hypot(velocity.x, velocity.y)) / size);
    for (; due > 1 && flying.length < 1500; due--) {
      const along = Math.random();
      const from = { x: last.x + (hand.x - last.x) * along, y: last.y + (hand.y - last.y) * along };
      flying.push(spark(from, velocity, size, palette[SPARK], last.now + (now - last.now) * along));
    }
    before.set(key, { x: hand.x, y: hand.y, now, due: due % 1 });
    const glow = context.createRadialGradient(hand.x, hand.y, 0, hand.x, hand.y, size * 0.34);
    glow.addColorStop(0, palette[SPARK] + "99");
    glow.addColorStop(1, palette[SPARK] + "00");
    context.fillStyle = glow;
    dot(hand.x, hand.y, size * 0.34);
    context.fillStyle = palette[SPARK];
    dot(hand.x, hand.y, size * 0.07);
  }
}

function spark(from, velocity, size, colour, born) {
  const [angle, kick] = [Math.random() * 2 * Math.PI, Math.random() ** 2 * size];
  return {
    ...from,
    vx: 0.3 * velocity.x + Math.cos(angle) * kick,
    vy: 0.3 * velocity.y + Math.sin(angle) * kick - 0.25 * size,
    size: size * (0.008 + 0.026 * Math.random() ** 2),
    colour,
    now: born,
    born,
    life: 0.5 + Math.random(),
  };
}

function sparks(now) {
  for (let k = flying.length - 1; k >= 0; k--) {
    const one = flying[k];
    const age = (now - one.born) / one.life;
    if (age >= 1) {
      flying[k] = flying.at(-1);
      flying.pop();
      continue;
    }
    const seconds = now - one.now;
    one.now = now;
    one.x += one.vx * seconds;
    one.y += one.vy * seconds;
    one.vx *= Math.exp(-1.8 * seconds);
    one.vy *= Math.exp(-1.8 * seconds);
    context.globalAlpha = 1 - age ** 2;
    context.fillStyle = one.colour;
    dot(one.x, one.y, one.size * (1 - 0.5 * age));
  }
  context.globalAlpha = 1;
}

function dot(x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

// The body, faintly, where no camera shows it.

/** Limbs with half their thickness at each joint, in lengths of the torso. */
const LIMBS = [
  [["leftShoulder", 0.13], ["leftElbow", 0.09], ["leftWrist", 0.06]],
  [["rightShoulder", 0.13], ["rightElbow", 0.09], ["rightWrist", 0.06]],
  [["leftHip", 0.17], ["leftKnee", 0.11], ["leftAnkle", 0.06]],
  [["rightHip", 0.17], ["rightKnee", 0.11], ["rightAnkle", 0.06]],
];

/** From between the shoulders to between the hips, in pixels. */
function bodySize({ leftShoulder, rightShoulder, leftHip, rightHip }) {
  const shoulders = middle(leftShoulder, rightShoulder);
  const hips = middle(leftHip, rightHip);
  return Math.max(Math.hypot(shoulders.x - hips.x, shoulders.y - hips.y), 1);
}

function silhouette(person, colour) {
  const size = bodySize(person);
  const { leftShoulder, rightShoulder, leftHip, rightHip, leftEar, rightEar } = person;
  const head = middle(leftEar, rightEar);
  context.fillStyle = context.strokeStyle = colour;
  context.lineJoin = "round";
  for (const limb of LIMBS) {
    limb.slice(1).forEach(([name, thick], k) => {
      const [from, thicker] = limb[k];
      tapered(person[from], thicker * size, person[name], thick * size);
    });
  }
  context.lineWidth = size * 0.22;
  context.beginPath();
  for (const { x, y } of [leftShoulder, rightShoulder, rightHip, leftHip]) context.lineTo(x, y);
  context.closePath();
  context.stroke();
  context.fill();
  tapered(middle(leftShoulder, rightShoulder), size * 0.14, head, size * 0.1);
  dot(head.x, head.y, size * 0.2);
}

/** Two discs and what lies between them. */
function tapered(a, radius, b, radiusThere) {
  const angle = Math.atan2(b.y - a.y, b.x - a.x);
  const aside = Math.acos(Math.max(-1, Math.min(1, (radius - radiusThere) / Math.hypot(b.x - a.x, b.y - a.y))));
  context.beginPath();
  context.arc(a.x, a.y, radius, angle + aside, angle - aside);
  context.arc(b.x, b.y, radiusThere, angle - aside, angle + aside);
  context.fill();
}

function middle(a, b) {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
