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
/** A person has appeared. */
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
  dwell_s: number | null;
}

/** The number of people present has changed. */
export interface CountEvent extends Happened {
  kind: "count";
  /** How many are present now (people). */
  count: number;
}

export interface PosekitEvents {
  enter: EnterEvent;
  leave: LeaveEvent;
  count: CountEvent;
}
// End of the event catalogue.
