// A mannequin for everyone, in a lit space: each joint stands exactly where the camera saw it.
//
//   npm install
//   posekit run performer --realtime --ws 8765 --ws-origin file

const LIGHT = { clay: "#efe7da", shadow: 0.22, sky: 1.5, sun: 2.4, accents: ["#e2553d", "#2a7fc1", "#e0a11b", "#3b9a63"] };
const DARK = { clay: "#4a5170", shadow: 0.5, sky: 0.9, sun: 2.6, accents: ["#ff7a5c", "#5cb0ff", "#ffd166", "#62dd9c"] };

/** Bones: from, to, and how thick they are there, in lengths of the torso. */
const BONES = [
  ["leftShoulder", "leftElbow", 0.1, 0.075],
  ["leftElbow", "leftWrist", 0.075, 0.055],
  ["rightShoulder", "rightElbow", 0.1, 0.075],
  ["rightElbow", "rightWrist", 0.075, 0.055],
  ["leftHip", "leftKnee", 0.14, 0.095],
  ["leftKnee", "leftAnkle", 0.095, 0.06],
  ["rightHip", "rightKnee", 0.14, 0.095],
  ["rightKnee", "rightAnkle", 0.095, 0.06],
  ["rightShoulder", "leftShoulder", 0.1, 0.1],
  ["rightHip", "leftHip", 0.13, 0.13],
];
/** Balls at the joints of either side, and their radius in lengths of the torso. */
const JOINTS = [
  ["Shoulder", 0.12],
  ["Elbow", 0.088],
  ["Wrist", 0.08],
  ["Hip", 0.15],
  ["Knee", 0.108],
  ["Ankle", 0.085],
].flatMap(([name, radius]) => [
  [`left${name}`, radius],
  [`right${name}`, radius],
]);
const RAISED = 0.6; // how far above the picture's middle the camera stands, in heights of the picture
const VIEW = 32; // degrees of height that the camera sees

const dark = matchMedia("(prefers-color-scheme: dark)");
const look = () => (dark.matches ? DARK : LIGHT);

const renderer = new THREE.WebGLRenderer({ antialias: true, alpha: true });
renderer.shadowMap.enabled = true;
renderer.shadowMap.type = THREE.VSMShadowMap;
document.body.append(renderer.domElement);

const scene = new THREE.Scene();
const camera = new THREE.PerspectiveCamera(VIEW, 1, 0.1, 20);
const sky = new THREE.HemisphereLight("#ffffff", "#8a8078");
const sun = new THREE.DirectionalLight("#fff3e0");
sun.position.set(-1, 3, 1.4);
sun.castShadow = true;
sun.shadow.mapSize.set(1024, 1024);
sun.shadow.radius = 6;
Object.assign(sun.shadow.camera, { left: -2, right: 2, top: 2, bottom: -2 });
const floor = new THREE.Mesh(new THREE.PlaneGeometry(20, 20), new THREE.ShadowMaterial());
floor.rotation.x = -Math.PI / 2;
floor.receiveShadow = true;
scene.add(sky, sun, floor);

const sphere = new THREE.SphereGeometry(1, 32, 24);
const figures = new Map();

start();

async function start() {
  const { connect } = await posekit();
  const pose = connect();
  pose.on("status", ({ connected }) => (document.getElementById("hint").hidden = connected));
  renderer.setAnimationLoop(() => show(pose));
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

function show(pose) {
  frame(pose);
  const people = pose.people;
  for (const [id, figure] of figures) {
    if (people.some((person) => person.id === id)) continue;
    scene.remove(figure.group);
    figures.delete(id);
  }
  for (const person of people) {
    if (!figures.has(person.id)) figures.set(person.id, new Figure(person.slot));
    figures.get(person.id).follow(person, pose.image);
  }
  if (figures.size) stand(Math.min(...[...figures.values()].map((figure) => figure.lowest)));
  renderer.render(scene, camera);
}

/** The floor is as low as the lowest foot was; somebody who jumps does not take it along. */
function stand(lowest) {
  const y = floor.position.y;
  floor.position.y = lowest < y || y === 0 ? lowest : y + 0.005 * (lowest - y);
}

/**
 * One unit is the picture's height, the picture lies in the plane z = 0, and the camera sees it as `fit` says. The camera
 * looks from above, past the middle of its own view, as with a shift lens: so there is a floor, and the plane stays put.
 */
function frame(pose) {
  const { innerWidth: width, innerHeight: height, devicePixelRatio: ratio } = window;
  if (renderer.domElement.width !== Math.floor(width * ratio) || renderer.domElement.height !== Math.floor(height * ratio)) {
    renderer.setPixelRatio(ratio);
    renderer.setSize(width, height);
  }
  const visible = pose.image.height ? height / (pose.fit(width, height).scale * pose.image.height) : 1;
  camera.aspect = width / height;
  camera.position.set(0, RAISED, visible / 2 / Math.tan((VIEW * Math.PI) / 360));
  camera.setViewOffset(width, height, 0, (RAISED / visible) * height, width, height);
  sky.intensity = look().sky;
  sun.intensity = look().sun;
  floor.material.opacity = look().shadow;
}

class Figure {
  constructor(slot) {
    this.group = new THREE.Group();
    this.lowest = -0.5;
    this.slot = slot;
    this.clay = new THREE.MeshStandardMaterial({ roughness: 0.75 });
    this.accent = new THREE.MeshStandardMaterial({ roughness: 0.5 });
    this.bones = BONES.map(([, , thick, thin]) => this.#mesh(new THREE.CylinderGeometry(thin, thick, 1, 24), this.clay));
    this.joints = JOINTS.map(() => this.#mesh(sphere, this.accent));
    [this.chest, this.belly, this.head, this.neck] = [1, 2, 3, 4].map(() => this.#mesh(sphere, this.clay));
    this.nose = this.#mesh(sphere, this.accent);
    scene.add(this.group);
  }

  #mesh(geometry, material) {
    const mesh = new THREE.Mesh(geometry, material);
    mesh.castShadow = mesh.receiveShadow = true;
    this.group.add(mesh);
    return mesh;
  }

  follow(person, { width, height }) {
    const { clay, accents } = look();
    this.clay.color.set(clay);
    this.accent.color.set(accents[(this.slot - 1) % accents.length]);
    const at = (name) => new THREE.Vector3((person[name].x - width / 2) / height, (height / 2 - person[name].y) / height, 0);
    const between = (a, b, share = 0.5) => at(a).lerp(at(b), share);
    const shoulders = between("leftShoulder", "rightShoulder");
    const hips = between("leftHip", "rightHip");
    const torso = Math.max(shoulders.distanceTo(hips), 0.01);
    const across = Math.max(at("leftShoulder").distanceTo(at("rightShoulder")), 0.35 * torso);

    BONES.forEach(([from, to], k) => span(this.bones[k], at(from), at(to), torso));
    JOINTS.forEach(([name, radius], k) => place(this.joints[k], at(name), [radius * torso, radius * torso, radius * torso], 0));
    const lean = Math.atan2(shoulders.x - hips.x, shoulders.y - hips.y);
    place(this.chest, shoulders.clone().lerp(hips, 0.3), [across * 0.5, torso * 0.42, torso * 0.26], -lean);
    place(this.belly, shoulders.clone().lerp(hips, 0.75), [across * 0.36, torso * 0.36, torso * 0.22], -lean);
    const head = between("leftEar", "rightEar");
    place(this.head, head, [torso * 0.2, torso * 0.25, torso * 0.22], -lean);
    place(this.neck, shoulders.clone().lerp(head, 0.45), [torso * 0.08, torso * 0.16, torso * 0.08], -lean);
    place(this.nose, at("nose").setZ(torso * 0.22), [torso * 0.03, torso * 0.04, torso * 0.03], 0);
    this.lowest = Math.min(at("leftAnkle").y, at("rightAnkle").y) - 0.09 * torso;
  }
}

function place(mesh, position, size, roll) {
  mesh.position.copy(position);
  mesh.scale.set(...size);
  mesh.rotation.z = roll;
}

/** Lay a cylinder of unit length between two points. */
function span(mesh, from, to, thick) {
  const way = to.clone().sub(from);
  mesh.position.copy(from).addScaledVector(way, 0.5);
  mesh.scale.set(thick, Math.max(way.length(), 1e-3), thick);
  mesh.quaternion.setFromUnitVectors(new THREE.Vector3(0, 1, 0), way.normalize());
}
