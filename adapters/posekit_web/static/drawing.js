/** How people look on a canvas whose units are the picture's pixels: the colours and shapes of --save and --show. */

const COLOURS = ["#ffa03c", "#1ea0e6", "#3cc85a", "#e65abe", "#f0d228", "#3cbed2", "#f05a5a", "#9678dc"];
const INK = "#181818";
const LEAST_SCORE = 0.2;

/** The colour of a slot, from 1. */
export function colour(slot) {
  return COLOURS[(slot - 1) % COLOURS.length];
}

/** A context for the canvas at the screen's own resolution, cleared. */
export function fitCanvas(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((size) => Math.round(size * devicePixelRatio));
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** Lighter on the person's left, so that left and right can be told apart. */
function shade(slot, part) {
  return part.startsWith("left") ? `color-mix(in srgb, ${colour(slot)} 50%, white)` : colour(slot);
}

/** One person's skeleton, as thick as suits the body; pixel: one pixel of the screen, in the picture's. */
export function drawPerson(context, person, edges, pixel, numbered = true) {
  const points = person.keypoints;
  const seen = points.filter((point) => point.score >= LEAST_SCORE);
  if (!seen.length) return;
  const [left, right] = [Math.min, Math.max].map((pick) => pick(...seen.map((point) => point.x)));
  const [top, bottom] = [Math.min, Math.max].map((pick) => pick(...seen.map((point) => point.y)));
  const extent = Math.max(right - left, bottom - top);
  const thick = Math.min(Math.max(extent / 55, 2 * pixel), 10 * pixel);
  context.globalAlpha = person.visible === false ? 0.45 : 1;
  context.lineCap = "round";
  for (const [width, inked] of [[thick + 2 * pixel, false], [thick, true]]) {
    context.lineWidth = width;
    for (const [a, b] of edges) {
      if (points[a].score < LEAST_SCORE || points[b].score < LEAST_SCORE) continue;
      context.strokeStyle = inked ? shade(person.slot, points[Math.max(a, b)].part) : INK;
      context.beginPath();
      context.moveTo(points[a].x, points[a].y);
      context.lineTo(points[b].x, points[b].y);
      context.stroke();
    }
  }
  for (const [k, point] of points.entries()) {
    if (point.score < LEAST_SCORE) continue;
    context.beginPath();
    context.arc(point.x, point.y, thick * (k < 5 ? 0.55 : 0.9) + (k < 5 ? 0 : pixel), 0, 2 * Math.PI);
    context.fillStyle = shade(person.slot, point.part);
    context.fill();
    context.lineWidth = pixel;
    context.strokeStyle = INK;
    context.stroke();
  }
  if (numbered) plate(context, `${person.slot} · #${person.id}`, (left + right) / 2, top - extent * 0.06, colour(person.slot), pixel);
  context.globalAlpha = 1;
}

/** A line of text on a plate whose lower edge has its middle there. */
export function plate(context, text, x, y, background, pixel) {
  context.font = `600 ${13 * pixel}px system-ui, sans-serif`;
  const width = context.measureText(text).width + 12 * pixel;
  const height = 20 * pixel;
  const top = Math.max(y - height, 0);
  context.fillStyle = background;
  context.beginPath();
  context.roundRect(x - width / 2, top, width, height, 5 * pixel);
  context.fill();
  context.fillStyle = INK;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x, top + height / 2 + 0.5 * pixel);
}
