// The lecturer's own screen: every answer is read here before the room sees it.
import { h } from "./common.js";
import { follow } from "./room_results.js";

const page = JSON.parse(document.getElementById("hl-page").textContent);
const find = (name) => document.querySelector(`[data-${name}]`);
const LISTS = { unread: "unread", shown: "shown", joined: "shown", hidden: "hidden" };
const DONE = { shown: "vises", hidden: "er skjult", unread: "er lagt tilbake blant de uleste", joined: "er slått sammen" };
const KEYS = { v: "shown", s: "hidden", u: "unread" };

let shown = page.shown;
const rows = new Map();

function say(sentence) {
  find("problem").textContent = sentence;
  find("problem").hidden = !sentence;
}

async function mark(key, status, into = "") {
  const list = rows.get(key).node.parentElement;
  const place = [...list.children].indexOf(rows.get(key).node);
  try {
    const response = await fetch(page.mark, {
      method: "POST",
      body: JSON.stringify({ key, status, into }),
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-XSRFToken": page.xsrf },
    });
    const reply = await response.json();
    say(reply.error ?? "");
    if (reply.error) return;
    find("said").textContent = `«${rows.get(key).entry.text}» ${DONE[status]}.`;
    show(reply);
    // On to the next answer in the same list: who reads fifty should not look for each.
    const next = list.children[Math.min(place, list.children.length - 1)];
    (next?.querySelector("button") ?? document.getElementById("ulest")).focus();
  } catch {
    say("Tjeneren svarer ikke. Svaret står der det sto. Prøv igjen om litt.");
  }
}

function rowFor(entry) {
  const said = (status, label) =>
    h("button", { type: "button", class: "button button-quiet", "data-mark": status, "aria-label": `${label}: ${entry.text}`, onclick: () => mark(entry.key, status) }, label);
  const count = h("span", { class: "quiet" });
  const buttons = [said("shown", "Vis"), said("hidden", "Skjul"), said("unread", "Legg tilbake")];
  const select = h("select", {
    class: "room-select", "aria-label": `Slå sammen med: ${entry.text}`,
    onchange: () => select.value && mark(entry.key, "joined", select.value),
  });
  const node = h("li", {
    class: "wall-entry",
    onkeydown(event) {
      if (!find("keys").checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target === select) return;
      const key = event.key.toLowerCase();
      if (key === "g" && !select.hidden) select.focus();
      else if (KEYS[key] && KEYS[key] !== rows.get(entry.key).entry.status) mark(entry.key, KEYS[key]);
      else return;
      event.preventDefault();
    },
  }, h("p", {}, h("strong", {}, entry.text), " ", count), h("p", { class: "wall-buttons" }, ...buttons, select));
  return { node, count, buttons, select, options: "" };
}

function draw(entry, leads) {
  const row = rows.get(entry.key) ?? rowFor(entry);
  rows.set(entry.key, row);
  row.entry = entry;
  const lead = entry.status === "joined" && shown.entries.find((each) => each.key === entry.into);
  row.count.textContent = [entry.count > 1 && `${entry.count} like svar`, lead && `teller med «${lead.text}»`].filter(Boolean).join(", ");
  for (const each of row.buttons) each.hidden = each.dataset.mark === entry.status;
  const others = leads.filter((each) => each.key !== entry.key);
  const options = JSON.stringify(others.map((each) => [each.key, each.text]));
  row.select.hidden = !others.length;
  if (options !== row.options && document.activeElement !== row.select) {
    row.options = options;
    row.select.replaceChildren(h("option", { value: "" }, "Slå sammen med …"), ...others.map((each) => h("option", { value: each.key }, each.text)));
  }
  if (document.activeElement !== row.select) row.select.value = "";
  return row.node;
}

function show(next) {
  shown = next;
  if (shown.closed) location.assign(page.rooms);
  find("title").innerHTML = shown.title;
  find("none").hidden = shown.wall;
  const had = document.activeElement;
  const leads = shown.entries.filter((entry) => entry.status === "shown");
  for (const name of ["unread", "shown", "hidden"]) {
    const entries = shown.entries.filter((entry) => LISTS[entry.status] === name);
    const nodes = entries.map((entry) => draw(entry, leads));
    const list = document.querySelector(`[data-list="${name}"]`);
    document.querySelector(`[data-count="${name}"]`).textContent = entries.length;
    // What is not moved keeps its focus and its open list.
    if (nodes.length !== list.children.length || nodes.some((node, index) => node !== list.children[index])) list.replaceChildren(...nodes);
  }
  if (had !== document.activeElement && had?.isConnected) had.focus();
}

show(shown);
follow(page.events, {
  heard: show,
  gone: () => say("Forbindelsen til tjeneren er borte. Siden kobler seg til igjen av seg selv."),
  back: () => say(""),
});
document.documentElement.dataset.ready = "true";
