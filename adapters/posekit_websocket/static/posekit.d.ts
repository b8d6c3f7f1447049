/** Types of posekit.js: people and events of a running posekit, in any page. */

/** Connect to a running posekit, and stay connected. */
export function connect(options?: ConnectOptions): Posekit;

export interface Subscription {
  /** Slots of the people to hear about; everyone if left out. */
  people?: "all" | number[];
  /** Kinds of events to get; all if left out. */
  events?: "all" | (keyof PosekitEvents)[];
  /** At most so many frames per second; 0 is as many as there are. */
  fps?: number;
  /** Whether to get frames at all. */
  frames?: boolean;
  /** Frames as JSON, or as 32-bit floats: much shorter, without `state`. */
  format?: "json" | "f32";
}

export interface ConnectOptions extends Subscription {
  /** Where posekit is. The address that posekit.js came from, or ws://127.0.0.1:8765 if it was copied. */
  url?: string;
  /** The value of --ws-token, where posekit asks for one. */
  token?: string;
  /** Whose people to show, where posekit watches several sources; the first one if left out. */
  source?: string;
  /** Move people smoothly between frames, at the price of about one frame's time (default true). */
  interpolate?: boolean;
}

export interface Posekit {
  /**
   * Everyone who is there now, ordered by slot; empty while there is no connection. Positions are pixels of the picture,
   * at the time of this call: read it once per drawn frame.
   */
  readonly people: Person[];
  /** Size of the picture in pixels; 0 × 0 before the first frame. */
  readonly image: Size;
  /** The newest frame as it came, null before the first. */
  readonly latest: Frame | null;
  /** How posekit and its source are. */
  readonly status: Status;
  /** What posekit said when it let us in; null before. */
  readonly hello: Hello | null;

  /** Call `listener` when that happens. Returns a function that ends it. */
  on<K extends keyof PosekitEvents>(kind: K, listener: (event: PosekitEvents[K]) => void): () => void;
  /** Every event, whatever its kind. */
  on(kind: "event", listener: (event: PosekitEvents[keyof PosekitEvents]) => void): () => void;
  /** Every frame, as it comes. */
  on(kind: "frame", listener: (frame: Frame) => void): () => void;
  /** Twice a second, and when the connection comes or goes. */
  on(kind: "status", listener: (status: Status) => void): () => void;
  on(kind: "hello", listener: (hello: Hello) => void): () => void;
  /** Something that we asked for was wrong. */
  on(kind: "error", listener: (error: { message: string }) => void): () => void;

  /** Change what posekit sends; what is left out stays as it is. */
  subscribe(change: Subscription): void;
  /**
   * How to lay the picture over an area of that size: `context.setTransform(scale, 0, 0, scale, x, y)`, and then draw in
   * the picture's pixels. It fills the area and cuts what juts out, or shows everything ("contain").
   */
  fit(width: number, height: number, mode?: "cover" | "contain"): { scale: number; x: number; y: number };
  /** End the connection for good. */
  close(): void;
}

export interface Size {
  width: number;
  height: number;
}

/** A point of a body: pixels of the picture, x right, y down; score from 0 to 1. Left is the person's left. */
export interface Keypoint {
  part: Part;
  x: number;
  y: number;
  score: number;
}

export type Part =
  | "nose" | "leftEye" | "rightEye" | "leftEar" | "rightEar"
  | "leftShoulder" | "rightShoulder" | "leftElbow" | "rightElbow" | "leftWrist" | "rightWrist"
  | "leftHip" | "rightHip" | "leftKnee" | "rightKnee" | "leftAnkle" | "rightAnkle";

/** A person; every keypoint can also be read by its name: `person.leftWrist.x`. */
export interface Person extends Readonly<Record<Part, Keypoint>> {
  /** 1, 2, 3 …: the lowest that was free when this person came. */
  slot: number;
  /** Never used again. */
  id: number;
  /** Seconds since the person appeared. */
  age: number;
  score: number;
  /** False while unseen and not yet given up. */
  visible: boolean;
  /** Angles, phases, counts, gestures as 0 or 1; empty in the format f32. */
  state: Record<string, number>;
  /** All 17, in the order of `hello.parts`. */
  keypoints: Keypoint[];
}

export interface Frame {
  source: string;
  seq: number;
  /** Capture time in seconds. */
  t: number;
  latencyMs: number;
  image: Size;
  people: Person[];
}

export interface Status {
  connected: boolean;
  /** Of the connection while there is none ("connecting", "closed", "refused"), then of the source. */
  state: "connecting" | "closed" | "refused" | "opening" | "running" | "stalled" | "reconnecting" | "failed";
  source: string;
  fps: number;
  latencyMs: number;
  /** Why, in words. */
  message: string;
  /** What the source shows now: the name of a camera, of a recording. */
  origin: string;
}

export interface Hello {
  posekit: string;
  version: number;
  parts: Part[];
  /** Pairs of indices into parts. */
  edges: [number, number][];
  sources: string[];
  maxPeople: number;
}

export interface Happened {
  type: "event";
  /** When it happened, in seconds of the source's time. */
  t: number;
  source: string;
}

// From posekit's event catalogue; written by `python -m posekit_websocket.schema`.
/** A person has appeared; stamped with the time of the first sight. */
export interface EnterEvent extends Happened {
  kind: "enter";
  slot: number;
  id: number;
}

/** A person has gone; stamped with the time at which they were last seen. */
export interface LeaveEvent extends Happened {
  kind: "leave";
  slot: number;
  id: number;
  /** How long the person stayed (s). */
  dwell_s: number;
}

/** The number of people present has changed. */
export interface CountEvent extends Happened {
  kind: "count";
  /** How many are present now (people). */
  count: number;
}

/** A person has stepped into a zone and stayed; stamped with the time of the step. */
export interface ZoneEnterEvent extends Happened {
  kind: "zone_enter";
  slot: number;
  id: number;
  /** Name of the zone. */
  zone: string;
  /** How many are in the zone now (people). */
  inside: number;
  /** Whether the zone holds its capacity now; 0 for one without capacity (0/1). */
  full: number;
}

/** A person has left a zone, on foot or by vanishing; stamped with the time at which they did. */
export interface ZoneLeaveEvent extends Happened {
  kind: "zone_leave";
  slot: number;
  id: number;
  /** Name of the zone. */
  zone: string;
  /** How long the person was in the zone (s). */
  dwell_s: number;
  /** How many are in the zone now (people). */
  inside: number;
  /** Whether the zone holds its capacity now; 0 for one without capacity (0/1). */
  full: number;
}

/** A person has crossed a line. */
export interface LineCrossEvent extends Happened {
  kind: "line_cross";
  slot: number;
  id: number;
  /** Name of the line. */
  line: string;
  /** In: to the right-hand side of whoever walks from the line's first point to its second. */
  direction: "in" | "out";
  /** How often the line has been crossed inwards (crossings). */
  ins: number;
  /** How often it has been crossed outwards (crossings). */
  outs: number;
}

/** A gesture has begun, goes on, or is over. */
export interface GestureEvent extends Happened {
  kind: "gesture";
  slot: number;
  id: number;
  /** Name of the gesture. */
  name: string;
  /** Start; hold, once a second while it lasts; end. A gesture of a moment, as a clap, only starts. */
  phase: "start" | "hold" | "end";
  /** The person's own side; empty where neither is meant or known. */
  side: "left" | "right" | "both" | "";
  /** What its description says, as a wave's tempo in Hz; 0 if nothing. */
  value: number;
  /** How long it has lasted (s). */
  held_s: number;
}

/** A repetition is complete; stamped with the return to the start position. */
export interface RepEvent extends Happened {
  kind: "rep";
  slot: number;
  id: number;
  /** Name of the exercise. */
  exercise: string;
  /** Of this person, exercise and side, with this one (repetitions). */
  count: number;
  /** The person's own side; empty where neither is meant or known. */
  side: "left" | "right" | "both" | "";
  /** Range of motion: between the extremes of the measure (of the measure). */
  rom: number;
  /** From the start position to the turning point (s). */
  down_s: number;
  /** At the turning point (s). */
  pause_s: number;
  /** From the turning point back (s). */
  up_s: number;
  /** Class of depth, as of a squat; empty where there is none. */
  depth: string;
  /** Left less right at the turning point; 0 unknown (of the measure). */
  asymmetry: number;
  /** The torso's largest lean; 0 unknown (deg). */
  lean_deg: number;
  /** Distance of knees over that of ankles, the least; 0 unknown. */
  knees: number;
}

/** A repetition was begun and given up too early to count. */
export interface RepPartialEvent extends Happened {
  kind: "rep_partial";
  slot: number;
  id: number;
  /** Name of the exercise. */
  exercise: string;
  /** The person's own side; empty where neither is meant or known. */
  side: "left" | "right" | "both" | "";
  /** Range of motion: between the extremes of the measure (of the measure). */
  rom: number;
  /** How far it went on the way that counts (0…1). */
  share: number;
  /** From leaving the start position to the return (s). */
  duration_s: number;
}

/** A set is over, as rest followed; stamped with the end of its last repetition. */
export interface SetEvent extends Happened {
  kind: "set";
  slot: number;
  id: number;
  /** Name of the exercise. */
  exercise: string;
  /** Of this person and exercise, with this one (sets). */
  number: number;
  /** In this set, both sides together (repetitions). */
  reps: number;
  /** From the first repetition's start to the last one's end (s). */
  duration_s: number;
  /** Mean duration of a repetition (s). */
  rep_s: number;
}

/** Something to correct in how an exercise is done; each fault at most once every few seconds. */
export interface FormEvent extends Happened {
  kind: "form";
  slot: number;
  id: number;
  /** Name of the exercise. */
  exercise: string;
  /** What to correct, as shallow, knees_in, asymmetry, lean. */
  fault: string;
  /** The person's own side; empty where neither is meant or known. */
  side: "left" | "right" | "both" | "";
  /** What was measured (of the fault). */
  value: number;
  /** Where the fault begins (of the fault). */
  limit: number;
}

/** A heel has struck the ground in walking. */
export interface StepEvent extends Happened {
  kind: "step";
  slot: number;
  id: number;
  /** The person's own side; empty where neither is meant or known. */
  side: "left" | "right" | "both" | "";
  /** Of this person, with this one (steps). */
  count: number;
  /** Since the heel strike before; 0 for the first of a walk (s). */
  step_s: number;
}

/** How somebody walks, every few steps and at the end of a walk; stamped with its last step. */
export interface GaitEvent extends Happened {
  kind: "gait";
  slot: number;
  id: number;
  /** Steps per minute (steps/min). */
  cadence_spm: number;
  /** On which this summary rests (steps). */
  steps: number;
  /** Shorter over longer mean step time of the sides; 0 unknown (0…1). */
  symmetry: number;
  /** Part of a stride for which a foot is on the ground; 0 unknown (0…1). */
  stance: number;
  /** Part of a stride for which it is in the air; 0 unknown (0…1). */
  swing: number;
  /** In stance and swing: low, for COCO's keypoints have no heel (0…1). */
  confidence: number;
}

/** A jump with both feet; stamped with the take-off. */
export interface JumpEvent extends Happened {
  kind: "jump";
  slot: number;
  id: number;
  /** How far the body rose (torso lengths). */
  height: number;
  /** From take-off to landing (s). */
  airborne_s: number;
}

/** Somebody has gone down as in a fall; fall_confirmed or recovered follows. */
export interface FallSuspectedEvent extends Happened {
  kind: "fall_suspected";
  slot: number;
  id: number;
  /** The largest downward speed of the hips (torso lengths/s). */
  speed: number;
  /** Of the torso from upright; 0 where it cannot be seen (deg). */
  lean_deg: number;
}

/** Somebody who fell has stayed on the floor; stamped with the fall. */
export interface FallConfirmedEvent extends Happened {
  kind: "fall_confirmed";
  slot: number;
  id: number;
  /** Since the fall (s). */
  down_s: number;
}

/** Somebody who fell is up again. */
export interface RecoveredEvent extends Happened {
  kind: "recovered";
  slot: number;
  id: number;
  /** From the fall until then (s). */
  down_s: number;
  /** Whether the fall had been confirmed (0/1). */
  confirmed: number;
}

/** How much somebody moves, once a second; the state channel has it for every frame. */
export interface ActivityEvent extends Happened {
  kind: "activity";
  slot: number;
  id: number;
  /** Mean motion of the body since the event before (torso lengths/s). */
  level: number;
  /** The most in that time (torso lengths/s). */
  peak: number;
}

/** A source has changed its state, or its picture has frozen or changes again. */
export interface SourceEvent extends Happened {
  kind: "source";
  /** Of the source. */
  state: "opening" | "running" | "stalled" | "reconnecting" | "failed";
  /** Why, in words, or the name of what is shown from now on; empty when all is well. */
  message: string;
}

export interface PosekitEvents {
  enter: EnterEvent;
  leave: LeaveEvent;
  count: CountEvent;
  zone_enter: ZoneEnterEvent;
  zone_leave: ZoneLeaveEvent;
  line_cross: LineCrossEvent;
  gesture: GestureEvent;
  rep: RepEvent;
  rep_partial: RepPartialEvent;
  set: SetEvent;
  form: FormEvent;
  step: StepEvent;
  gait: GaitEvent;
  jump: JumpEvent;
  fall_suspected: FallSuspectedEvent;
  fall_confirmed: FallConfirmedEvent;
  recovered: RecoveredEvent;
  activity: ActivityEvent;
  source: SourceEvent;
}
// End of the event catalogue.
