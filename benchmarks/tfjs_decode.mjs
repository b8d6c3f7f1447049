// Times TensorFlow.js' multi-person decoder for benchmarks/decoding.py:
//   node tfjs_decode.mjs NODE_MODULES_DIR TENSORS_DIR CALLS
// TENSORS_DIR/cases.json: {name: {grid: [H, W], stride}}; NAME.f32: scores, offsets, forward and backward
// displacements, one after the other. Prints {name: {poses, times_ms}}.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [modules, folder, calls] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), 'posekit'));
const tf = require('@tensorflow/tfjs');
const posenet = require('@tensorflow-models/posenet');

const results = {};
for (const [name, { grid, stride }] of Object.entries(JSON.parse(readFileSync(join(folder, 'cases.json'))))) {
  const bytes = readFileSync(join(folder, `${name}.f32`));
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  let start = 0;
  const maps = [17, 34, 32, 32].map((channels) => {
    const length = grid[0] * grid[1] * channels;
    start += length;
    return tf.buffer([...grid, channels], 'float32', values.slice(start - length, start));
  });
  const decode = () => posenet.decodeMultiplePoses(...maps, stride, 5, 0.5, 20);
  for (let i = 0; i < 50; i++) decode(); // until compiled
  const times = [];
  for (let i = 0; i < Number(calls); i++) {
    const began = process.hrtime.bigint();
    decode();
    times.push(Number(process.hrtime.bigint() - began) / 1e6);
  }
  results[name] = { poses: decode().length, times_ms: times };
}
console.log(JSON.stringify(results));
