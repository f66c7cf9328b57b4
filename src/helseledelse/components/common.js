// What every front end shares: building elements, talking with the host, keeping an answer safe,
// and the card an exercise stands in.
//
// A notebook host puts this file and one kind's file together as one module by taking the first
// word of each declaration below away. So: named functions and constants only, no lists of names,
// no default, and no top-level name that a kind's file also uses.

// ---------------------------------------------------------------- elements

const PAGE = randomName();
let lastId = 0;

function randomName() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** An id nobody else in the document has, also when several copies of this module are there. */
export function uid(word) {
  lastId += 1;
  return `hl-${word}-${PAGE.slice(0, 6)}-${lastId}`;
}

const PROPERTIES = new Set(["checked", "disabled", "hidden", "open", "selected", "value"]);

/**
 * Make an element. `on…` adds a listener, `html` takes HTML that the server has rendered and
 * nothing else; false, null and undefined leave an attribute or a child out.
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "html") node.innerHTML = value;
    else if (PROPERTIES.has(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

/** The words of HTML that the server has rendered. */
export function words(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html ?? "";
  return holder.content.textContent.replace(/\s+/g, " ").trim();
}

const SHAPES = {
  right: "M5 12.5l4.5 4.5L19 7.5",
  partly: "M5 12h14M8 7.5h8M8 16.5h8",
  wrong: "M7 7l10 10M17 7L7 17",
  not_answered: "M12 7v.1M12 11v6",
  for_a_human: "M6 18l1-4L16 5l3 3-9 9zM14 7l3 3",
  up: "M12 19V6M6 11.5L12 5.5l6 6",
  down: "M12 5v13M6 12.5l6 6 6-6",
  lock: "M7 11h10v8H7zM9 11V8a3 3 0 0 1 6 0v3",
  source: "M6 5h9l3 3v11H6zM9 11h6M9 15h6",
};

/** A small drawing that says nothing a word beside it does not say. */
export function icon(shape) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("class", "hl-icon");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("focusable", "false");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[shape]);
  drawing.append(path);
  return drawing;
}

const OUTCOMES = {
  right: "Riktig",
  partly: "Delvis riktig",
  wrong: "Ikke riktig",
  not_answered: "Ikke besvart",
  for_a_human: "Til egen vurdering",
};

/** How something stands: a mark and a word, never colour alone. */
export function outcomeWord(outcome) {
  return h("span", { class: `hl-outcome hl-${outcome}` }, icon(outcome), OUTCOMES[outcome]);
}

/** Say something to a screen reader once, without leaving it behind to be found later. */
export function announcer() {
  const node = h("div", { class: "hl-hidden", role: "status" });
  let timer = 0;
  return {
    node,
    say(sentence) {
      clearTimeout(timer);
      node.textContent = sentence;
      timer = setTimeout(() => node.replaceChildren(), 6000);
    },
  };
}

/** A disclosure: closed until someone wants it. */
export function disclosure(summary, ...children) {
  return h("details", { class: "hl-more" }, h("summary", {}, summary), h("div", {}, ...children));
}

/** A textarea that grows with its text and prints all of it. */
export function textArea({ rows = 3, ...attributes }) {
  const area = h("textarea", { class: "hl-text", rows, ...attributes });
  const frame = h("div", { class: "hl-grow" }, area);
  const grow = () => {
    frame.dataset.text = area.value;
  };
  area.addEventListener("input", grow);
  return {
    frame,
    area,
    set(text) {
      // Setting an equal value would still move the caret of someone who stands in the field.
      if (area.value !== text) area.value = text;
      grow();
    },
  };
}

export function countWords(text) {
  return (text.match(/[^\s–—−-]\S*/gu) ?? []).length;
}

/** In JupyterLab and Notebook a key typed on a control would else be an order to the notebook. */
function keepKeys(el) {
  const mark = (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  const stop = (event) => event.stopPropagation();
  el.addEventListener("focusin", mark);
  for (const sort of ["keydown", "keypress", "keyup"]) el.addEventListener(sort, stop);
  return () => {
    el.removeEventListener("focusin", mark);
    for (const sort of ["keydown", "keypress", "keyup"]) el.removeEventListener(sort, stop);
  };
}

/** Make `el` ours: its class, its keys. Gives a function that lets go. */
export function settle(el) {
  el.classList.add("hl");
  return keepKeys(el);
}

// ---------------------------------------------------------------- numbers and times

/** A number as `helseledelse.norwegian.format_number` writes it. */
export function formatNumber(value, decimals = 0) {
  const [whole, part] = Math.abs(value).toFixed(decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "\u00a0");
  const zero = !/[1-9]/.test(`${whole}${part ?? ""}`);
  return `${value < 0 && !zero ? "\u2212" : ""}${grouped}${part ? `,${part}` : ""}`;
}

/**
 * Read a number a person wrote, or NaN. Only moves a slider's handle: the server's
 * `parse_number` decides what was written.
 */
export function readNumber(text) {
  const value = String(text)
    .trim()
    .replace(/[\u2212–]/g, "-")
    .replace(/\s*(?:kr\.?|kroner|nok|%|prosent|,-)$/i, "")
    .replace(/\s+/g, " ");
  if (/^[+-]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?$/.test(value)) {
    return Number(value.replaceAll(" ", "").replace(",", "."));
  }
  if (/^[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$/.test(value)) {
    return Number(value.replaceAll(".", "").replace(",", "."));
  }
  if (/^[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)$/.test(value)) return Number(value.replace(",", "."));
  return NaN;
}

/** The same words as pages/words.py: from an hour up, to the nearest five minutes. */
export function minutesWords(minutes) {
  if (minutes < 1) return "under 1 min";
  if (Math.round(minutes) < 60) return `ca. ${Math.round(minutes)} min`;
  const fives = 5 * Math.round(Math.round(minutes) / 5);
  const rest = fives % 60 ? ` ${fives % 60} min` : "";
  return `ca. ${Math.floor(fives / 60)} t${rest}`;
}

const MONTHS = [
  "januar", "februar", "mars", "april", "mai", "juni",
  "juli", "august", "september", "oktober", "november", "desember",
];

export function dateWords(date) {
  return `${date.getDate()}. ${MONTHS[date.getMonth()]} ${date.getFullYear()}`;
}

/**
 * When something was saved: «14:03», «i går 14:03», «3. mars 14:03». By the clock of the person,
 * which a server far away does not know, and right also on a page left open overnight.
 */
export function timeWords(at, now = new Date()) {
  const then = new Date(at);
  const two = (number) => String(number).padStart(2, "0");
  const time = `${two(then.getHours())}:${two(then.getMinutes())}`;
  const day = (date) => Math.round(new Date(date.getFullYear(), date.getMonth(), date.getDate()) / 864e5);
  const days = day(now) - day(then);
  if (days <= 0) return time;
  if (days === 1) return `i går ${time}`;
  const written = dateWords(then);
  return `${then.getFullYear() === now.getFullYear() ? written.slice(0, -5) : written} ${time}`;
}

// ---------------------------------------------------------------- talking with the host

const REPLY_MS = 3000;

/**
 * Wrap a model's messages in promises. `ask` never rejects: it gives the reply, or null when
 * none came in time; a reply that comes later still reaches `late`, because a slow server has
 * saved all the same.
 */
export function connect(model) {
  const waiting = new Map();
  const receive = (reply) => {
    const answer = waiting.get(reply?.id);
    waiting.delete(reply?.id);
    answer?.(reply);
  };
  model.on("msg:custom", receive);
  return {
    ask(message, { late, patience = REPLY_MS } = {}) {
      const id = `${PAGE}-${(lastId += 1)}`;
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          if (late) waiting.set(id, late);
          else waiting.delete(id);
          resolve(null);
        }, patience);
        waiting.set(id, (reply) => {
          clearTimeout(timer);
          resolve(reply);
        });
        try {
          model.send({ id, ...message });
        } catch {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(null);
        }
      });
    },
    close() {
      model.off("msg:custom", receive);
      waiting.clear();
    },
  };
}

/** A random name for this open page, the same for every component in it. */
export const writer = (globalThis[Symbol.for("helseledelse.writer")] ??= randomName());

// ---------------------------------------------------------------- drafts in the browser

function draftKey(scope, id) {
  return `helseledelse:${scope}:${id}`;
}

/** Drafts of one exercise, newest first; several only where several pages could not save. */
function readDrafts(key) {
  try {
    const { earlier = [], ...newest } = JSON.parse(localStorage.getItem(key)) ?? {};
    return [newest, ...earlier]
      .filter((draft) => Number.isFinite(draft?.at) && "response" in draft)
      .sort((one, other) => other.at - one.at);
  } catch {
    return [];
  }
}

function writeDrafts(key, drafts) {
  try {
    const [newest, ...earlier] = drafts;
    if (!newest) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify({ ...newest, earlier }));
    return true;
  } catch {
    return false; // blocked or full
  }
}

/** Take every draft of one store out of the browser, as «slett mine data» asks. */
export function purgeDrafts(scope) {
  try {
    const keys = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index));
    for (const key of keys) {
      if (key.startsWith(draftKey(scope, ""))) localStorage.removeItem(key);
    }
  } catch {
    // Where localStorage is blocked there is nothing to take away.
  }
}

// ---------------------------------------------------------------- what may say who a patient is

const PART = "[ \\u00a0\\u2009\\u202f.\\-\\u2010\\u2011\\u2013/]";
const GROUPS = [
  "[0-9]{11}",
  "[0-9]{6}G[0-9]{5}",
  "[0-9]{6}S[0-9]{3}S[0-9]{2}",
  "[0-9]{2}S[0-9]{2}S(?:[0-9]{2})?[0-9]{2}G[0-9]{5}",
  "[0-9]{2}S[0-9]{2}S[0-9]{2}S[0-9]{3}S[0-9]{2}",
  "[0-9]{2}(?:P[0-9]{3}){3}(?!P[0-9])",
  "[0-9](?:P[0-9]){10}(?!P[0-9])",
].join("|").replaceAll("G", "(?:S|[\\t;,] ?)").replaceAll("S", `${PART}{1,3}`).replaceAll("P", PART);
const IDENTITY = new RegExp(`(?<![0-9])(?=(${GROUPS})(?![0-9]))`, "g");

/**
 * Whether a response may say who a patient is. A draft is written before anybody has judged it, so
 * this finds all that `helseledelse.answers.guard` finds, and some more: it does not read dates.
 */
export function mayIdentify(response) {
  if (response && typeof response === "object") {
    return Object.entries(response).some(([name, part]) => mayIdentify(name) || mayIdentify(part));
  }
  const text = String(response ?? "");
  for (const [, written] of text.matchAll(IDENTITY)) {
    let digits = written.replace(/[^0-9]/g, "");
    if (digits.length === 13) digits = digits.slice(0, 4) + digits.slice(6); // the year in full
    const sum = (weights) => weights.reduce((total, weight, place) => total + weight * digits[place], 0);
    if (sum([3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 && sum([5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0) return true;
  }
  return text
    .split(/[\r\n]/)
    .some((line) => /pasient|bruker|beboer|pårørende|tjenestemottaker|tenestemottakar/i.test(line) && /@|(?:[0-9][ \u00a0]?){8}/.test(line));
}

/** The field whose text a place stands in, and a function that shows the place there. */
function findPlace(root, response, { path, start, end }) {
  const text = path.reduce((part, step) => part?.[step], response);
  const field = [...root.querySelectorAll("textarea, input")].find((one) => one.value === String(text));
  return { field, show: () => field && showPlace(field, { start, end }) };
}

/** Go to a place in a field and select it. */
export function showPlace(field, { start, end }) {
  // The server counts characters, a field counts UTF-16 units.
  const units = (count) => Array.from(field.value).slice(0, count).join("").length;
  field.focus();
  field.setSelectionRange?.(units(start), units(end));
}

// ---------------------------------------------------------------- keeping an answer

const DEBOUNCE_MS = 400;
const RETRY_MS = [1000, 2000, 4000, 8000, 16000, 30000];
const AWAY_MS = 60_000;

/** Whether two responses say the same; the order of an object's keys says nothing. */
function same(one, other) {
  const sorted = (_, value) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return JSON.stringify(one, sorted) === JSON.stringify(other, sorted);
}

/**
 * Keep one exercise's answer: a draft in the browser until the server has it, one request on its
 * way at a time, the latest value last.
 *
 * `read` gives the response that is shown and `write` shows one. `state(word, details)` is told
 * how it stands: "empty", "unsaved" {kept}, "saving", "saved" {at, elsewhere}, "failed" {kept},
 * "refused" {kept, sentence}, "guarded" {sentence, places, response}. `offer(sort, answer, choose)` asks the person which of two answers
 * to go on with: `sort` is "newer" (another page has stored it) or "draft" (this browser has it).
 */
export function keepAnswer({ ask, scope, exercise, answer, read, write, state, offer }) {
  const key = draftKey(scope, exercise.id);
  const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(`helseledelse:${scope}`) : null;
  let at = answer?.at ?? 0;
  let as = { at: 0, writer, version: exercise.version }; // whose words `at` are, if not this page's
  let kept = true; // whether the browser takes drafts
  let withheld = false; // whether a draft would say who a patient is
  let unsent = false;
  let running = null;
  let timer = 0;
  let failures = 0;
  let hiddenSince = 0;

  const mine = () => (as.at === at ? as : { writer, version: exercise.version });

  function change() {
    at = Math.max(Date.now(), at + 1);
    unsent = true;
    const others = readDrafts(key).filter((draft) => draft.writer !== writer);
    const response = read();
    withheld = mayIdentify(response);
    const mineToo = withheld ? [] : [{ at, response, version: exercise.version, writer }];
    kept = writeDrafts(key, [...mineToo, ...others]) && !withheld;
    state("unsaved", { kept, withheld });
    wait(DEBOUNCE_MS);
  }

  function wait(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(flush, milliseconds);
  }

  async function send(type) {
    clearTimeout(timer);
    const sent = { response: read(), at, ...mine() };
    if (unsent) state("saving");
    const done = ask(
      { type, exercise: exercise.id, response: sent.response, at: sent.at, version: sent.version, writer: sent.writer },
      { late: (reply) => receive(sent, reply) },
    );
    running = done;
    const reply = await done;
    if (running === done) running = null;
    receive(sent, reply);
    return reply;
  }

  function receive(sent, reply) {
    if (reply?.guarded) {
      // Asking again would not help, and what stands here must be kept nowhere.
      writeDrafts(key, readDrafts(key).filter((draft) => draft.at !== sent.at && (draft.writer !== sent.writer || draft.at > sent.at)));
      if (sent.at !== at) {
        if (unsent && !running) wait(0);
      } else state("guarded", { sentence: reply.error, places: reply.guarded, response: sent.response });
    } else if (reply?.saved) {
      failures = 0;
      const rest = readDrafts(key).filter(
        (draft) => draft.at !== sent.at && !(draft.writer === sent.writer && draft.at < sent.at),
      );
      writeDrafts(key, rest);
      if (sent.at !== at) {
        if (unsent && !running) wait(0);
        return;
      }
      unsent = false;
      at = reply.saved.at; // a clock that runs ahead has been set right by the server
      state("saved", { at });
      if (reply.newer && !same(reply.newer.response, sent.response)) {
        offer("newer", reply.newer, choose("newer", reply.newer));
      } else channel?.postMessage({ exercise: exercise.id, response: sent.response, at });
    } else if (unsent) {
      if (sent.at !== at && !running) wait(0);
      else wait(RETRY_MS[Math.min(reply ? RETRY_MS.length - 1 : failures, RETRY_MS.length - 1)]);
      failures += 1;
      if (reply?.error) state("refused", { kept, withheld, sentence: reply.error });
      else state("failed", { kept, withheld });
    }
  }

  /** Send now what is not sent; what is on its way asks for the next when it is back. */
  function flush() {
    if (unsent && !running) send("save");
  }

  /** The page may never come back: do not wait for what is on its way. */
  function leave() {
    if (unsent) send("save");
  }

  /** Save and judge; gives the reply, or null when none came. */
  async function check() {
    clearTimeout(timer);
    await running;
    if (!at) at = Date.now();
    return send("check");
  }

  function choose(sort, other) {
    const forget = () => {
      if (sort === "draft") writeDrafts(key, readDrafts(key).filter((draft) => draft.at !== other.at));
    };
    return {
      take() {
        write(other.response);
        if (sort === "newer") {
          at = other.at;
          unsent = false;
          state("saved", other);
          return;
        }
        change();
        forget();
      },
      join(response) {
        write(response);
        at = Math.max(at, other.at);
        change();
        forget();
      },
      async keep() {
        if (sort === "newer") {
          at = Math.max(at, other.at);
          change();
          return;
        }
        // Not chosen is not thrown away: the store keeps it among the earlier answers.
        const { response, version = exercise.version, writer: whose = writer } = other;
        const reply = await ask({ type: "save", exercise: exercise.id, response, at: other.at, version, writer: whose });
        if (reply?.saved || reply?.guarded) forget();
      },
    };
  }

  function show(stored, details = {}) {
    if (!same(stored.response, read())) write(stored.response);
    at = stored.at;
    state("saved", { ...stored, ...details });
  }

  function open() {
    if (answer) {
      write(answer.response);
      state("saved", answer);
    } else state("empty");
    const drafts = readDrafts(key).filter(
      (draft) => !answer || (draft.at !== answer.at && !same(draft.response, answer.response)),
    );
    writeDrafts(key, drafts);
    const [newest, ...older] = drafts;
    if (!newest) return;
    if (newest.at > at) {
      write(newest.response);
      at = newest.at;
      as = { at, writer: newest.writer ?? writer, version: newest.version ?? exercise.version };
      unsent = true;
      send("save");
    } else older.unshift(newest);
    if (older.length) offer("draft", older[0], choose("draft", older[0]));
  }

  async function refresh() {
    const reply = await ask({ type: "load", exercise: exercise.id });
    if (!unsent && reply?.answer && reply.answer.at > at) show(reply.answer);
  }

  const heard = ({ data }) => {
    if (data.exercise === exercise.id && !unsent && data.at > at) show(data, { elsewhere: true });
  };
  const online = () => {
    if (unsent) wait(0);
  };
  const visible = () => {
    if (document.visibilityState === "hidden") {
      hiddenSince = Date.now();
      leave();
    } else if (hiddenSince && Date.now() - hiddenSince > AWAY_MS) refresh();
  };
  channel?.addEventListener("message", heard);
  addEventListener("online", online);
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", visible);

  return {
    open,
    change,
    check,
    flush,
    close() {
      leave();
      clearTimeout(timer);
      channel?.close();
      removeEventListener("online", online);
      removeEventListener("pagehide", leave);
      document.removeEventListener("visibilitychange", visible);
    },
  };
}

// ---------------------------------------------------------------- the card

const NOT_SAVED = "Får ikke lagret nå.";
const SAFE = "Teksten står trygt i nettleseren og sendes når forbindelsen er tilbake.";
const UNSAFE = "Nettleseren tar ikke vare på kladder her. La siden stå åpen til det står «Lagret».";

const WITHHELD = "Her står noe som kan vise hvem en pasient er, så nettleseren tar ikke vare på kladden.";

function stateWords(word, { at, elsewhere, kept, withheld, sentence } = {}) {
  const unsafe = withheld ? WITHHELD : UNSAFE;
  if (word === "guarded") return "Ikke lagret";
  if (word === "unsaved") return kept || withheld ? "Ikke lagret ennå" : `Ikke lagret ennå. ${unsafe}`;
  if (word === "saving") return "Lagrer …";
  if (word === "saved") return `Lagret ${timeWords(at)}${elsewhere ? ", i en annen fane" : ""}`;
  if (word === "failed") return `${NOT_SAVED} ${kept ? SAFE : unsafe}`;
  if (word === "refused") return `${/ikke lagret/i.test(sentence) ? "" : "Ikke lagret. "}${sentence}${kept ? "" : ` ${unsafe}`}`;
  return "Svaret lagres av seg selv";
}

function notice(sentence, ...children) {
  return h("div", { class: "hl-notice" }, h("p", {}, sentence), ...children);
}

function button(label, onclick, look = "") {
  return h("button", { type: "button", class: `hl-button ${look}`.trim(), onclick }, label);
}

/** A button that says why it does nothing, instead of being skipped by the keyboard. */
function setOff(node, off) {
  if (off) node.setAttribute("aria-disabled", "true");
  else node.removeAttribute("aria-disabled");
}

/** Put a remark where the part it is about stands, and tell the part's frame how it stands. */
function showRemark({ slot, frame }, remark, alone) {
  slot.replaceChildren();
  frame?.removeAttribute("data-outcome");
  if (!remark) return;
  frame?.setAttribute("data-outcome", remark.outcome);
  slot.append(outcomeWord(remark.outcome));
  if (!alone) slot.append(". ", h("span", { html: remark.sentence }));
}

/** Where the remark of one part will stand; name its id in `aria-describedby` of the control. */
export function remarkSlot() {
  return h("p", { class: "hl-remark", id: uid("remark") });
}

/**
 * Mount an exercise.
 *
 * `kind` has `build({exercise, changed, check, say})`, which gives
 * - `legend`, words over the controls, and `controls`, elements;
 * - `read()` the response and `write(response)`, which must bear any response this kind ever had;
 * - `parts`, `{id: {slot, frame}}`, where remarks go;
 * - `tell(response)`, the response in plain words, for choosing between two;
 * - `join(mine, other)`, where both can be kept; `close()`, where something is to be let go.
 * `checks` is false where there is nothing to judge, `button` what the button says.
 */
export function exerciseCard({ model, el }, { build, checks: judges = true, button: label = "Sjekk svaret" }) {
  const release = settle(el);
  const exercise = model.get("exercise");
  // In the room the answers are looked at together; an assignment is judged once it is handed in.
  const checks = judges && !exercise.room && !exercise.later;
  const answer = model.get("answer") ?? null;
  const link = connect(model);
  const speaker = announcer();
  const ids = { title: uid("title"), question: uid("question") };

  const notices = h("div", { class: "hl-notices", role: "status" });
  const feedback = h("div", { class: "hl-feedback", role: "status" });
  const hints = h("ol", { class: "hl-hints" });
  const solution = h("div", { class: "hl-solution" });
  const state = h("p", { class: "hl-state" });
  const guarded = h("div", { class: "hl-guarded", id: uid("guarded"), role: "status" });
  let shown = 0; // hints
  let judged = false;
  let troubled = false;
  let busy = false;

  const form = build({ exercise, changed, check: exercise.room || exercise.later ? () => keeper.flush() : judge, say: speaker.say, ids });
  const keeper = keepAnswer({
    ask: link.ask,
    scope: model.get("scope") ?? "",
    exercise,
    answer,
    read: form.read,
    write(response) {
      try {
        form.write(response);
      } catch (problem) {
        // An answer from an older version may have another shape: better a blank control than none.
        console.warn("helseledelse: could not show", exercise.id, problem);
      }
      grewOld();
    },
    state: showState,
    offer: showOffer,
  });

  function changed() {
    grewOld();
    keeper.change();
  }

  function showState(word, details) {
    state.textContent = exercise.room && word === "saved" ? "Takk! Svaret er lagret." : stateWords(word, details);
    state.dataset.state = word;
    if (word === "guarded") showGuarded(details);
    else if (word === "saved") clearGuarded();
    const trouble = ["failed", "refused", "guarded"].includes(word);
    // Every «Lagrer …» spoken would drown the text being written: speak of trouble, and its end.
    if ((trouble && !troubled && word !== "guarded") || (word === "saved" && troubled)) speaker.say(state.textContent);
    if (word !== "saving" && word !== "unsaved") troubled = trouble;
    if (word === "saved") {
      if (!checks) setOff(solve, false);
    }
  }

  /** Say what may not be kept, mark the fields it stands in, and offer to go there. */
  function showGuarded({ sentence, places, response }) {
    clearGuarded();
    const found = places.map((place) => findPlace(root, response, place));
    for (const { field } of found) {
      field?.setAttribute("aria-invalid", "true");
      field?.setAttribute("aria-errormessage", guarded.id);
    }
    const first = found.find(({ field }) => field);
    guarded.append(
      h("p", { class: "hl-problem" }, sentence),
      first ? h("div", { class: "hl-buttons" }, button("Vis stedet", first.show)) : "",
    );
  }

  function clearGuarded() {
    guarded.replaceChildren();
    for (const field of root.querySelectorAll(`[aria-errormessage="${guarded.id}"]`)) {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-errormessage");
    }
  }

  function showOffer(sort, other, choose) {
    const box = notice(
      sort === "newer"
        ? `Du har et nyere svar fra en annen fane eller maskin, lagret ${timeWords(other.at)}.`
        : `Nettleseren har et svar fra ${timeWords(other.at)} som ikke ble lagret.`,
      h("blockquote", {}, form.tell(other.response) || "(tomt)"),
    );
    const done = (act) => () => {
      box.remove();
      act();
      form.controls[0]?.querySelector("input, textarea, select, button")?.focus();
    };
    box.append(
      h(
        "div",
        { class: "hl-buttons" },
        button(sort === "newer" ? "Bruk det nyere svaret" : "Bruk dette svaret", done(choose.take)),
        button("Behold det som står her", done(choose.keep)),
        form.join && button("Behold begge", done(() => choose.join(form.join(form.read(), other.response)))),
      ),
      h("p", { class: "hl-small" }, "Det du ikke bruker, blir tatt vare på blant tidligere svar."),
    );
    notices.querySelector("[data-offer]")?.remove();
    box.dataset.offer = sort;
    notices.append(box);
  }

  function showParts(remarks = [], sentence = "") {
    const byPart = Object.fromEntries(remarks.map((remark) => [remark.part, remark]));
    for (const [id, part] of Object.entries(form.parts ?? {})) {
      showRemark(part, byPart[id], byPart[id]?.sentence === sentence);
    }
  }

  function showVerdict(verdict) {
    judged = verdict.outcome !== "not_answered";
    setOff(solve, !judged);
    showParts(verdict.remarks, verdict.sentence);
    const many = verdict.remarks?.length > 1;
    feedback.replaceChildren(
      h("div", { class: "hl-verdict", "data-outcome": verdict.outcome },
        outcomeWord(verdict.outcome),
        h("p", { html: verdict.sentence }),
        many && h("p", { class: "hl-hidden" }, "Hvert punkt har fått sin merknad."),
      ),
    );
  }

  /** The feedback was given to another answer than the one that now stands there. */
  function grewOld() {
    showParts();
    const verdict = feedback.querySelector(".hl-verdict:not(.hl-old)");
    if (!verdict) {
      feedback.querySelector(".hl-problem")?.remove();
      return;
    }
    verdict.classList.add("hl-old");
    verdict.prepend(h("p", { class: "hl-small" }, "Gjelder svaret du hadde da du sjekket."));
  }

  async function judge() {
    if (busy) return;
    busy = true;
    ask.setAttribute("aria-busy", "true");
    form.settle?.();
    const reply = await keeper.check();
    busy = false;
    ask.removeAttribute("aria-busy");
    if (reply?.verdict) showVerdict(reply.verdict);
    else if (reply?.guarded) feedback.replaceChildren(); // said beside the field
    else problem(reply?.refused ?? reply?.error ?? "Svaret ble ikke sjekket, fordi forbindelsen er borte. Det du har skrevet, står her. Prøv igjen om litt.");
  }

  function problem(sentence) {
    feedback.replaceChildren(h("p", { class: "hl-problem" }, sentence));
  }

  async function showHint() {
    if (hint.hasAttribute("aria-disabled")) return;
    const reply = await link.ask({ type: "hint", exercise: exercise.id, number: shown + 1 });
    if (!reply?.hint) {
      problem(reply?.error ?? "Hintet lot seg ikke hente, fordi forbindelsen er borte. Prøv igjen om litt.");
      return;
    }
    shown += 1;
    hints.append(h("li", { html: reply.hint }));
    nameHint();
  }

  function nameHint() {
    hint.textContent = shown < exercise.hints ? `Vis et hint (${shown + 1} av ${exercise.hints})` : "Alle hint er vist";
    setOff(hint, shown >= exercise.hints);
  }

  async function showSolution() {
    if (solve.hasAttribute("aria-disabled")) {
      speaker.say(`${checks ? "Sjekk svaret" : "Skriv et svar"} først, så åpnes løsningen.`);
      return;
    }
    if (solution.childElementCount) {
      solution.replaceChildren();
      nameSolution();
      return;
    }
    const reply = await link.ask({ type: "solution", exercise: exercise.id });
    if (!reply?.solution) {
      problem(reply?.error ?? "Løsningen lot seg ikke hente, fordi forbindelsen er borte. Prøv igjen om litt.");
      return;
    }
    solution.append(h("h4", {}, "Løsning"), h("div", { html: reply.solution }));
    nameSolution();
  }

  function nameSolution() {
    const open = solution.childElementCount > 0;
    solve.textContent = open ? "Skjul løsningen" : "Vis løsning";
    solve.setAttribute("aria-expanded", String(open));
  }

  // Where there is no key, nothing is checked: the choice is looked at.
  const ask = button(exercise.opinion ? "Se hva valget betyr" : label, judge, "hl-primary");
  const hint = button("", showHint);
  const solve = button("Vis løsning", showSolution);
  if (exercise.hints) nameHint();
  nameSolution();
  setOff(solve, checks || !answer);
  if (checks) solve.title = "Åpnes når du har sjekket svaret";

  const fields = form.legend
    ? h("fieldset", { class: "hl-fields", "aria-describedby": ids.question }, h("legend", {}, form.legend), ...form.controls)
    : h("div", { class: "hl-fields", role: "group", "aria-labelledby": ids.title, "aria-describedby": ids.question }, ...form.controls);
  const buttons = [checks && ask, exercise.hints > 0 && hint, exercise.has_solution && solve].filter(Boolean);
  const root = h(
    "section",
    { class: `hl-card hl-kind-${exercise.kind}`, "aria-labelledby": ids.title, "data-exercise": exercise.id },
    h("header", { class: "hl-head" },
      h("h3", { id: ids.title, html: exercise.title }),
      h("p", { class: "hl-minutes" }, minutesWords(exercise.minutes)),
    ),
    notices,
    h("div", { class: "hl-question", id: ids.question, html: exercise.question }),
    fields,
    guarded,
    exercise.later && h("p", { class: "hl-small" }, exercise.later),
    buttons.length > 0 && h("div", { class: "hl-buttons" }, ...buttons),
    feedback,
    h("div", { role: "status" }, hints),
    h("div", { role: "status" }, solution),
    h("footer", { class: "hl-foot" },
      exercise.sources?.length > 0 && disclosure("Kilder", h("ul", {}, ...exercise.sources.map((source) => h("li", { html: source })))),
      state,
    ),
    speaker.node,
  );
  // A change that is complete (a date, a chosen option) and a field that is left are sent at once.
  root.addEventListener("focusout", (event) => {
    if (!root.contains(event.relatedTarget)) keeper.flush();
  });
  root.addEventListener("change", () => keeper.flush());
  el.replaceChildren(root);

  const first = model.get("notice");
  if (first) notices.append(notice(first));
  if (answer?.outdated) {
    notices.append(notice("Oppgaven er endret siden du svarte. Svaret ditt står her. Se over det en gang til."));
  }
  keeper.open();
  const verdict = model.get("verdict");
  if (verdict && !answer?.outdated && same(form.read(), answer?.response)) showVerdict(verdict);

  return () => {
    keeper.close();
    link.close();
    form.close?.();
    release();
  };
}
