// The screen the whole room sees. It shows what the server has sent and asks for the next step.
import { h } from "./common.js";
import { countdown, follow, resultsView } from "./room_results.js";

const page = JSON.parse(document.getElementById("hl-page").textContent);
// The lecturer's own screen has the same steps and fewer things to show.
const find = (name) => document.querySelector(`[data-${name}]`) ?? h("div");
const stage = find("stage");
const problem = find("problem");
const count = countdown(find("timer"));

const WORDS = {
  question: "Spørsmålet er vist. Avstemningen er ikke åpnet.",
  vote: "Avstemningen er åpen.",
  locked: "Avstemningen er låst.",
  discuss: "Snakk sammen to og to.",
  revote: "Andre avstemning er åpen.",
  both: "Svarene er vist.",
  explained: "Svarene er vist og forklart.",
};
const STEPS = {
  vote: ["Åpne avstemningen", "a"],
  locked: ["Lås", "l"],
  discuss: ["Diskuter", "d"],
  revote: ["Stem igjen", "s"],
  both: ["Vis svarene", "v"],
  explained: ["Forklar", "f"],
};

let shown = page.shown;
let drawn = "";
let turn = 0;
let warned = -1; // the turn whose answers the lecturer has chosen to leave unseen
let under = ""; // the step that is on its way
let before = Promise.resolve();

function say(sentence) {
  problem.textContent = sentence;
  problem.hidden = !sentence;
}

/** Take a step when the one before it is taken; who presses twice takes it once. */
function step(name) {
  if (name === under) return;
  under = name;
  before = before.then(() => take(name));
}

async function take(name) {
  try {
    const response = await fetch(page.step, {
      method: "POST",
      body: JSON.stringify({ step: name }),
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-XSRFToken": page.xsrf },
    });
    const reply = await response.json();
    say(reply.error ?? "");
    if (!reply.error) show(reply);
  } catch {
    say("Tjeneren svarer ikke. Det som er svart, er lagret. Prøv igjen om litt.");
  } finally {
    if (under === name) under = "";
  }
}

/** To another exercise of the plan; answers nobody has seen are worth a second press. */
function aside(name) {
  const unseen = shown.answered > 0 && !shown.results;
  if (unseen && warned !== shown.turn) {
    warned = shown.turn;
    say("Svarene er ikke vist. Velg det én gang til hvis dere skal videre likevel. Da telles de opp i referatet.");
    return;
  }
  step(name);
}

function drawBeside() {
  const words = { previous: ["Forrige", "B"], next: ["Neste", "N"] };
  find("beside").replaceChildren(...Object.keys(words).filter((name) => shown.beside[name]).map((name) =>
    h("button", { type: "button", class: "button button-quiet", "data-aside": name, title: shown.beside[name], onclick: () => aside(name) },
      `${words[name][0]} `, h("span", { class: "unseen" }, `oppgave: ${shown.beside[name]} `), h("kbd", {}, words[name][1]))));
}

function drawExercise() {
  if (page.notes && turn) location.reload();
  turn = shown.turn;
  const { title, question, options, items, boxes, sensitive, wall } = shown.asked;
  find("title").innerHTML = title;
  find("question").innerHTML = question;
  find("options").replaceChildren(...options.map((option) => h("li", { html: option.label })));
  // What is to be sorted, placed or given dots, for those who sit without a phone.
  find("items").replaceChildren(...items.map((label) => h("li", { html: label })));
  find("boxes").replaceChildren(...boxes.map((label) => h("li", { html: label })));
  find("sensitive").textContent = sensitive;
  find("sensitive").hidden = !sensitive;
  find("wall").hidden = !wall;
}

function drawButtons() {
  const had = document.activeElement?.closest("[data-buttons]");
  const buttons = shown.steps.map((name) => {
    const [label, key] = STEPS[name];
    const words = name === "vote" && shown.state === "locked" ? "Åpne igjen" : label;
    return h("button", { type: "button", class: `button ${name === "vote" && shown.state === "locked" ? "button-quiet" : ""}`.trim(), "data-step": name, onclick: () => step(name) },
      `${words} `, h("kbd", {}, key.toUpperCase()));
  });
  find("buttons").replaceChildren(...buttons);
  if (had) (buttons.find((each) => !each.classList.contains("button-quiet")) ?? find("buttons")).focus();
}

function show(next) {
  shown = next;
  stage.dataset.state = shown.closed ? "closed" : shown.state;
  find("inside").textContent = `${shown.inside} inne`;
  find("answered").textContent = `${shown.answered} har svart`;
  count(shown.left);
  if (turn !== shown.turn) drawExercise();
  const now = JSON.stringify([shown.turn, shown.state, shown.closed, shown.steps, shown.left === undefined, shown.beside, shown.results, shown.explanation]);
  if (now === drawn) return;
  drawn = now;
  find("state-words").textContent = shown.closed ? "Rommet er stengt." : [WORDS[shown.state], shown.advice].filter(Boolean).join(" ");
  find("results").replaceChildren(...resultsView(shown));
  for (const list of ["options", "items", "boxes"]) find(list).hidden = Boolean(shown.results) || !find(list).children.length;
  find("longer").hidden = shown.left === undefined;
  drawButtons();
  drawBeside();
  for (const control of document.querySelectorAll("[data-hands] input, [data-hands] button")) control.disabled = !["vote", "revote"].includes(shown.state);
  if (shown.closed) location.assign(page.rooms);
}

function full() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.();
}

function help() {
  const list = find("key-list");
  if (list.open) list.close();
  else list.showModal();
}

const KEYS = {
  "+": () => shown.left !== undefined && step("longer"),
  n: () => shown.beside.next && aside("next"),
  b: () => shown.beside.previous && aside("previous"),
  h: full,
  t: () => find("notes").click(),
  "?": help,
};

find("full").addEventListener("click", full);
find("help").addEventListener("click", help);
find("longer").addEventListener("click", () => step("longer"));
find("hands").addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = find("hands-said");
  const counts = Object.fromEntries([...event.target.querySelectorAll("input")].map((input) => [input.name, Number(input.value || 0)]));
  try {
    const response = await fetch(page.hands, {
      method: "POST",
      body: JSON.stringify({ counts }),
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-XSRFToken": page.xsrf },
    });
    const reply = await response.json();
    said.textContent = reply.error ?? `${reply.hands} hender er ført inn. Du kan rette dem til du låser.`;
  } catch {
    said.textContent = "Tjeneren svarer ikke. Tallene står her ennå. Prøv igjen om litt.";
  }
});
find("close").addEventListener("click", () => {
  if (window.confirm("Avslutte rommet for alle? Koden virker ikke etterpå.")) step("close");
});
addEventListener("keydown", (event) => {
  if (!find("keys").checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.matches("input:not([type=checkbox]), select, textarea")) return;
  const key = event.key.toLowerCase();
  const name = shown.steps.find((each) => STEPS[each][1] === key);
  if (!name && !KEYS[key]) return;
  event.preventDefault();
  if (name) step(name);
  else KEYS[key]();
});

show(shown);
follow(page.events, {
  heard: show,
  gone: () => say("Forbindelsen til tjeneren er borte. Siden kobler seg til igjen av seg selv."),
  back: () => say(""),
});
document.documentElement.dataset.ready = "true";
