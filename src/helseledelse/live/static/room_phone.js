// The exercise on a phone: the same component as in the workbook, whose answers are votes. The
// component keeps what is chosen in the browser until the server has said that it is saved.
import { countdown, resultsView, talk } from "./room_results.js";

const page = JSON.parse(document.getElementById("hl-page").textContent);
const card = document.querySelector("[data-card]");
const words = document.querySelector("[data-words]");
const connection = document.querySelector("[data-connection]");
const results = document.querySelector("[data-results]");
const count = countdown(document.querySelector("[data-timer]"));
const sensitive = document.querySelector("[data-sensitive]");

let shown = page.shown;
let asked = shown.asked;
let mounted = 0; // the round; numbered through the session, so the next exercise has its own
let release = () => {};
let drawn = "";

/** Send a vote («stem») or a ticket («lapp»); gives the receipt. */
async function send(what, message) {
  const asked = room.ask({ what, ...message });
  if (asked) return asked;
  const response = await fetch(page[what], {
    method: "POST",
    body: JSON.stringify(message),
    credentials: "same-origin",
    keepalive: true,
    headers: { "Content-Type": "application/json", "X-XSRFToken": page.xsrf },
  });
  return response.json();
}

const ticket = document.querySelector("[data-ticket]");
ticket.addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = ticket.querySelector("[data-ticket-said]");
  try {
    const reply = await send("lapp", { words: ticket.querySelector("textarea").value });
    said.textContent = reply.error ?? "Takk! Lappen er sendt uten navn.";
  } catch {
    said.textContent = "Lappen kom ikke fram. Den står her ennå. Prøv igjen om litt.";
  }
});

function modelFor(round) {
  const listeners = new Set();
  const state = { exercise: asked.exercise, answer: shown.answer, scope: `${page.scope}-${round}` };
  return {
    get: (key) => state[key],
    set() {},
    save_changes() {},
    on: (event, listener) => event === "msg:custom" && listeners.add(listener),
    off: (event, listener) => listeners.delete(listener),
    async send({ id, ...message }) {
      let reply;
      try {
        const { type, response, at } = message;
        reply = type === "load" ? { answer: shown.answer } : await send("stem", { response, at, round });
        if (reply.saved && message.type !== "load") carry(state.exercise, message.response);
      } catch {
        return; // no reply: the component says so, keeps the answer and tries again
      }
      for (const listener of [...listeners]) listener({ ...reply, id });
    },
  };
}

// What the person may take along to their own workbook: a line for each answer, as carried.py reads
// it. Kept in this tab, because the room forgets single answers when it goes on.
const CARRIED = "helseledelse:ta-med";
const take = document.querySelector("[data-take]");
const line = take.querySelector("[data-line]");
let carried = {};
try {
  const kept = JSON.parse(sessionStorage.getItem(`${CARRIED}:${page.scope}`));
  if (kept) carried = kept;
} catch {
  // A browser that keeps nothing has what is answered since the page was opened.
}

function carry(exercise, said) {
  const empty = said == null || said === "" || (typeof said === "object" && !Object.keys(said).length);
  if (exercise.id === asked.exercise.id && asked.ticket && !page.rehearsal && !empty) {
    carried[exercise.id] = `${exercise.id} ${exercise.version} ${JSON.stringify(said)}`;
  }
  line.value = Object.values(carried).join("\n");
  line.rows = Math.max(2, Object.keys(carried).length);
  take.hidden = !line.value;
  try {
    sessionStorage.setItem(`${CARRIED}:${page.scope}`, JSON.stringify(carried));
  } catch {
    // as above
  }
}

take.querySelector("[data-copy]").addEventListener("click", () => {
  line.select();
  // The clipboard of today needs https, which an address in the hall has not.
  const copied = document.execCommand("copy");
  take.querySelector("[data-copied]").textContent = copied ? "Kopiert." : "Merk teksten og kopier den selv.";
});
take.querySelector("[data-own]")?.addEventListener("click", (event) => {
  event.currentTarget.hash = encodeURIComponent(line.value);
  try {
    sessionStorage.setItem(CARRIED, line.value); // a log-in on the way loses what stands after #
  } catch {
    // as above
  }
});

/** A card that is not open is read, not filled in. */
function setOpen(open) {
  card.dataset.open = open;
  for (const control of card.querySelectorAll("input, select, textarea, button")) control.disabled = !open;
}

async function show() {
  asked = shown.asked ?? asked; // the next exercise is sent once
  if (words.textContent !== shown.words) words.textContent = shown.words; // is read aloud
  count(shown.left);
  document.body.dataset.state = shown.closed ? "closed" : shown.state;
  ticket.hidden = shown.closed || shown.state !== "explained" || !asked.ticket;
  sensitive.textContent = asked.sensitive;
  sensitive.hidden = !asked.sensitive;
  carry(asked.exercise, shown.answer?.response);
  const revealed = JSON.stringify([shown.results, shown.explanation]);
  if (revealed !== drawn) results.replaceChildren(...resultsView(shown));
  drawn = revealed;
  if (shown.closed) {
    release();
    release = () => {};
    mounted = -1;
    card.replaceChildren();
    room.stop();
    return;
  }
  if (mounted !== shown.round) {
    release();
    mounted = shown.round;
    const el = document.createElement("div");
    card.replaceChildren(el);
    const module = await import(`./${asked.component}.js`);
    if (mounted !== shown.round) return; // it went on meanwhile
    release = (await module.default.render({ model: modelFor(shown.round), el })) ?? (() => {});
  }
  setOpen(shown.open);
}

const room = talk(page, {
  turn: () => shown.turn,
  heard(next) {
    shown = next;
    show();
  },
  gone() {
    connection.textContent = "Telefonen har mistet forbindelsen. Svaret ditt ligger her og sendes når forbindelsen er tilbake.";
    connection.hidden = false;
  },
  back() {
    if (connection.hidden) return;
    connection.hidden = true;
    dispatchEvent(new Event("online")); // what waits to be sent is sent now
  },
});

await show();
document.documentElement.dataset.ready = "true";
