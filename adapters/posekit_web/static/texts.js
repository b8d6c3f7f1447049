/** Everything that the console says, in one table. A language is one more column, and its name in LANGUAGES. */

export const LANGUAGES = { en: "English", de: "Deutsch" };

export const TEXTS = {
  // The page
  stage: { en: "Live view", de: "Live-Bild" },
  view: { en: "People as posekit sees them", de: "Personen, wie posekit sie sieht" },
  show: { en: "What is shown", de: "Was zu sehen ist" },
  source: { en: "Camera", de: "Kamera" },
  language: { en: "Language", de: "Sprache" },
  picture: { en: "Picture", de: "Bild" },
  skeletons: { en: "Skeletons", de: "Skelette" },
  trails: { en: "Trails", de: "Spuren" },
  numbers: { en: "Numbers", de: "Nummern" },
  record: { en: "Recording", de: "Aufnahme" },
  noVideo: { en: "Pictures are switched off (--no-video)", de: "Bilder sind abgeschaltet (--no-video)" },
  people: { en: "People", de: "Personen" },
  nobody: { en: "Nobody is here.", de: "Niemand ist da." },
  repetitions: { en: "Repetitions", de: "Wiederholungen" },
  noRepetitions: { en: "Nothing counted yet.", de: "Noch nichts gezählt." },
  events: { en: "Events", de: "Ereignisse" },
  noEvents: { en: "Nothing has happened since this page was opened.", de: "Seit dem Öffnen dieser Seite ist nichts geschehen." },
  figures: { en: "{fps} fps · {ms} ms", de: "{fps} Bilder/s · {ms} ms" },
  seconds: { en: "{n} s", de: "{n} s" },
  activity: { en: "Activity", de: "Bewegung" },
  // Sets, gait and charts
  sets: { en: "Sets", de: "Sätze" },
  noSets: { en: "A set is told when a rest follows.", de: "Ein Satz zählt, sobald eine Pause folgt." },
  who: { en: "Who", de: "Wer" },
  exercise: { en: "Exercise", de: "Übung" },
  nth: { en: "Set", de: "Satz" },
  reps: { en: "Reps", de: "Wdh." },
  duration: { en: "Time", de: "Dauer" },
  per_rep: { en: "Each", de: "Je" },
  gait_panel: { en: "Gait", de: "Gang" },
  noGaits: { en: "Nobody has walked yet.", de: "Noch ist niemand gegangen." },
  cadence: { en: "Steps/min", de: "Schritte/min" },
  symmetry: { en: "Symmetry", de: "Symmetrie" },
  stance: { en: "Stance", de: "Stand" },
  swing: { en: "Swing", de: "Schwung" },
  steps: { en: "Steps", de: "Schritte" },
  last_minute: { en: "The last minute", de: "Die letzte Minute" },
  chart_fps: { en: "Frames/s", de: "Bilder/s" },
  chart_latency: { en: "Latency ms", de: "Verzögerung ms" },
  // Cameras and recordings
  inputs: { en: "Camera", de: "Kamera" },
  inputs_of: { en: "What {source} shows", de: "Was {source} zeigt" },
  recordings: { en: "Recordings", de: "Aufnahmen" },
  recordings_note: {
    en: "A recording plays again and again, to all outputs.",
    de: "Eine Aufnahme läuft immer wieder, an alle Ausgänge.",
  },
  no_recordings: { en: "None yet.", de: "Noch keine." },
  no_recording: {
    en: "Start posekit with --record FILE to record, and to replay here.",
    de: "Starte posekit mit --record DATEI, um aufzunehmen und hier abzuspielen.",
  },
  replay: { en: "Replay", de: "Abspielen" },
  stop: { en: "Stop", de: "Anhalten" },
  replaying: { en: "Replay of {name}", de: "Wiedergabe von {name}" },
  // Settings
  settings: { en: "Settings", de: "Einstellungen" },
  auto: { en: "auto", de: "auto" },
  set_model: { en: "Network", de: "Netz" },
  set_input_size: { en: "Input size", de: "Eingabegröße" },
  set_output_stride: { en: "Output stride", de: "Ausgabeschritt" },
  set_single: { en: "One person only", de: "Nur eine Person" },
  set_max_people: { en: "At most people", de: "Höchstens Personen" },
  set_score: { en: "Least score", de: "Mindestwertung" },
  set_nms_radius: { en: "NMS radius, px", de: "NMS-Radius, px" },
  set_smoothing: { en: "Smoothing", de: "Glättung" },
  set_mirror: { en: "Mirror", de: "Spiegeln" },
  set_rotate: { en: "Rotate, degrees", de: "Drehen, Grad" },
  // Zones and lines
  places: { en: "Zones and lines", de: "Zonen und Linien" },
  noPlaces: { en: "None yet. Draw one over the picture.", de: "Noch keine. Zeichne eine über das Bild." },
  new_zone: { en: "New zone", de: "Neue Zone" },
  new_line: { en: "New line", de: "Neue Linie" },
  done: { en: "Done", de: "Fertig" },
  draw_zone: { en: "Tap its corners in the picture, then Done. Esc gives up.", de: "Tippe die Ecken ins Bild, dann Fertig. Esc bricht ab." },
  draw_line: { en: "Tap its two ends in the picture. Esc gives up.", de: "Tippe die zwei Enden ins Bild. Esc bricht ab." },
  zone: { en: "Zone", de: "Zone" },
  line: { en: "Line", de: "Linie" },
  corners: { en: "Corners of zones and lines: move them with the arrow keys", de: "Ecken von Zonen und Linien: mit Pfeiltasten bewegen" },
  corner: { en: "{name}, corner {n}", de: "{name}, Ecke {n}" },
  name_of: { en: "Name of the {kind}", de: "Name der {kind}" },
  remove: { en: "Remove", de: "Entfernen" },
  remove_what: { en: "Remove {name}", de: "{name} entfernen" },
  // Receivers of OSC
  receivers: { en: "OSC goes to", de: "OSC geht an" },
  noReceivers: { en: "Nobody.", de: "Niemanden." },
  receiver: { en: "Host and port of a receiver", de: "Rechner und Port eines Empfängers" },
  add: { en: "Add", de: "Hinzufügen" },
  test: { en: "Test", de: "Test" },
  test_what: { en: "Send a test to {name}", de: "Test an {name} senden" },
  tested: { en: "/posekit/test is sent", de: "/posekit/test ist gesendet" },
  // Saving
  saving: { en: "Keep it", de: "Behalten" },
  save_to: { en: "Save to {file} …", de: "In {file} speichern …" },
  no_file: {
    en: "Changes last until posekit ends. Start it with --config posekit.toml to keep them.",
    de: "Änderungen gelten, bis posekit endet. Starte es mit --config posekit.toml, um sie zu behalten.",
  },
  unsaved: { en: "Not saved yet: {what}", de: "Noch nicht gespeichert: {what}" },
  nothing_unsaved: { en: "Everything is saved.", de: "Alles ist gespeichert." },
  saved: { en: "Saved to {file}.", de: "In {file} gespeichert." },
  difference: { en: "What changes in the file", de: "Was sich in der Datei ändert" },
  save_now: { en: "Save", de: "Speichern" },
  cancel: { en: "Cancel", de: "Abbrechen" },
  // How the source is
  state_lost: { en: "no connection", de: "keine Verbindung" },
  state_opening: { en: "opening", de: "wird geöffnet" },
  state_running: { en: "running", de: "läuft" },
  state_stalled: { en: "no picture", de: "kein Bild" },
  state_reconnecting: { en: "reconnecting", de: "verbindet neu" },
  state_failed: { en: "failed", de: "ausgefallen" },
  connecting: { en: "Connecting to posekit …", de: "Verbinde mit posekit …" },
  gone: {
    en: "The connection to posekit is gone. This page comes back by itself when posekit runs again.",
    de: "Die Verbindung zu posekit ist weg. Diese Seite kommt von selbst zurück, sobald posekit wieder läuft.",
  },
  refused: { en: "posekit refuses this page: {why}", de: "posekit weist diese Seite ab: {why}" },
  source_opening: { en: "{source} is being opened … {why}", de: "{source} wird geöffnet … {why}" },
  source_stalled: { en: "{source} gives no picture. {why}", de: "{source} liefert kein Bild. {why}" },
  source_reconnecting: {
    en: "{source} is gone; posekit keeps trying. {why}",
    de: "{source} ist weg; posekit versucht es weiter. {why}",
  },
  source_failed: { en: "{source} has failed. {why}", de: "{source} ist ausgefallen. {why}" },
  // How people stand
  whole: { en: "all in view", de: "ganz im Bild" },
  feetUnseen: { en: "feet out of view", de: "Füße nicht im Bild" },
  tooClose: { en: "too close", de: "zu nah" },
  tooFar: { en: "too far", de: "zu weit weg" },
  turnedAway: { en: "turned away", de: "abgewandt" },
  unseen: { en: "not seen now", de: "gerade nicht zu sehen" },
  unknown: { en: "…", de: "…" },
  inZone: { en: "in {zone}", de: "in {zone}" },
  fallen: { en: "on the floor", de: "am Boden" },
  // Events, exercises, gestures and their fields
  enter: { en: "came", de: "gekommen" },
  leave: { en: "left", de: "gegangen" },
  count: { en: "count", de: "Anzahl" },
  zone_enter: { en: "entered zone", de: "Zone betreten" },
  zone_leave: { en: "left zone", de: "Zone verlassen" },
  line_cross: { en: "crossed line", de: "Linie überquert" },
  gesture: { en: "gesture", de: "Geste" },
  rep: { en: "repetition", de: "Wiederholung" },
  rep_partial: { en: "half repetition", de: "halbe Wiederholung" },
  set: { en: "set", de: "Satz" },
  form: { en: "form", de: "Haltung" },
  step: { en: "step", de: "Schritt" },
  gait: { en: "gait", de: "Gang" },
  jump: { en: "jump", de: "Sprung" },
  fall_suspected: { en: "fall?", de: "Sturz?" },
  fall_confirmed: { en: "fall", de: "Sturz" },
  recovered: { en: "up again", de: "wieder auf" },
  inside: { en: "inside", de: "darin" },
  cadence_spm: { en: "steps/min", de: "Schritte/min" },
  in: { en: "in", de: "hinein" },
  out: { en: "out", de: "hinaus" },
  running: { en: "running", de: "läuft" },
  opening: { en: "opening", de: "wird geöffnet" },
  stalled: { en: "no picture", de: "kein Bild" },
  reconnecting: { en: "reconnecting", de: "verbindet neu" },
  failed: { en: "failed", de: "ausgefallen" },
  ins: { en: "in", de: "hinein" },
  outs: { en: "out", de: "hinaus" },
  start: { en: "start", de: "Anfang" },
  end: { en: "end", de: "Ende" },
  left: { en: "left", de: "links" },
  right: { en: "right", de: "rechts" },
  both: { en: "both", de: "beide" },
  squat: { en: "squat", de: "Kniebeuge" },
  jumping_jack: { en: "jumping jack", de: "Hampelmann" },
  push_up: { en: "push-up", de: "Liegestütz" },
  lunge: { en: "lunge", de: "Ausfallschritt" },
  sit_to_stand: { en: "sit to stand", de: "Aufstehen" },
  sit_up: { en: "sit-up", de: "Sit-up" },
  curl: { en: "curl", de: "Armbeuge" },
  shoulder_press: { en: "shoulder press", de: "Schulterdrücken" },
  pull_up: { en: "pull-up", de: "Klimmzug" },
  lateral_raise: { en: "lateral raise", de: "Seitheben" },
  jump_rope: { en: "jump rope", de: "Seilspringen" },
  // What to correct
  shallow: { en: "not deep enough", de: "nicht tief genug" },
  knees_in: { en: "knees inwards", de: "Knie nach innen" },
  asymmetry: { en: "uneven", de: "ungleich" },
  // Gestures
  wave: { en: "wave", de: "Winken" },
  hand_raised: { en: "hand raised", de: "Hand gehoben" },
  hands_raised: { en: "hands raised", de: "Hände gehoben" },
  t_pose: { en: "T-pose", de: "T-Haltung" },
  hands_on_hips: { en: "hands on hips", de: "Hände in den Hüften" },
  arms_crossed: { en: "arms crossed", de: "Arme verschränkt" },
  swipe_left: { en: "swipe left", de: "Wischen nach links" },
  swipe_right: { en: "swipe right", de: "Wischen nach rechts" },
  crouch: { en: "crouch", de: "Hocke" },
  lean: { en: "lean", de: "Neigung" },
  clap: { en: "clap", de: "Klatschen" },
};

let spoken = "en";

/** The language that is spoken now. */
export function language() {
  return spoken;
}

/** Speak a language from now on, also at the next visit. */
export function speak(code) {
  spoken = code in LANGUAGES ? code : "en";
  document.documentElement.lang = spoken;
  try {
    localStorage.setItem("posekit-language", spoken);
  } catch {
    // A browser that keeps nothing: then it is chosen again.
  }
}

/** A text, with {names} filled in. */
export function say(key, values = {}) {
  const text = TEXTS[key]?.[spoken] ?? TEXTS[key]?.en ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "").trim();
}

/** A text, or undefined where there is none. */
say.optional = (key) => (key in TEXTS ? say(key) : undefined);

/** What posekit calls something, in words. */
export function named(name) {
  return say.optional(name) ?? name.replaceAll("_", " ");
}

/** A number as this language writes it. */
export function number(value, digits = Number.isInteger(value) ? 0 : 2) {
  return value.toLocaleString(spoken, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The time of day. */
export function clock(date) {
  return date.toLocaleTimeString(spoken, { hour12: false });
}

/** Fill in what a document says: data-text is an element's text, data-label its name for those who hear it. */
export function localise(root) {
  for (const element of root.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
  for (const element of root.querySelectorAll("[data-label]")) element.ariaLabel = say(element.dataset.label);
}

let kept = null;
try {
  kept = localStorage.getItem("posekit-language");
} catch {
  // As above.
}
speak(kept ?? navigator.languages.map((code) => code.slice(0, 2)).find((code) => code in LANGUAGES) ?? "en");
