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
  noVideo: { en: "Pictures are switched off (--no-video)", de: "Bilder sind abgeschaltet (--no-video)" },
  people: { en: "People", de: "Personen" },
  nobody: { en: "Nobody is here.", de: "Niemand ist da." },
  repetitions: { en: "Repetitions", de: "Wiederholungen" },
  noRepetitions: { en: "Nothing counted yet.", de: "Noch nichts gezählt." },
  events: { en: "Events", de: "Ereignisse" },
  figures: { en: "{fps} fps · {ms} ms", de: "{fps} Bilder/s · {ms} ms" },
  seconds: { en: "{n} s", de: "{n} s" },
  activity: { en: "Activity", de: "Bewegung" },
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
  // Events and their fields
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
  dwell_s: { en: "stayed s", de: "geblieben s" },
  inside: { en: "inside", de: "darin" },
  full: { en: "full", de: "voll" },
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
  wave: { en: "wave", de: "Winken" },
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
