// Mounts the components of a page and speaks for them with the server. The server's replies are
// the only truth: nothing here says that something is saved.
const page = JSON.parse(document.getElementById("hl-page").textContent);
const name = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16)).join("");
let cards = 0;

const KEEPALIVE_BYTES = 60_000; // browsers take 64 KiB of requests that outlive their page

async function post(address, message) {
  const body = JSON.stringify(message);
  const request = {
    method: "POST",
    body,
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-XSRFToken": page.xsrf },
  };
  const small = new TextEncoder().encode(body).length < KEEPALIVE_BYTES;
  try {
    return await fetch(address, { ...request, keepalive: small });
  } catch (problem) {
    if (!small) throw problem;
    return await fetch(address, request); // several small ones together may be too much
  }
}

/** What anywidget gives a component, spoken over HTTP. */
function modelFor(state) {
  // The newest request of each card wins, and a page may have the same explorer twice.
  const card = `${name}-${(cards += 1)}`;
  const listeners = new Map();
  const tell = (event, ...details) => {
    for (const listener of [...(listeners.get(event) ?? [])]) listener(...details);
  };
  const model = {
    get: (key) => (key === "scope" ? page.scope : state[key]),
    set(key, value) {
      state[key] = value;
      tell(`change:${key}`);
    },
    save_changes() {},
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
    },
    off(event, listener) {
      listeners.set(event, (listeners.get(event) ?? []).filter((known) => known !== listener));
    },
    async send({ id, ...message }) {
      const explore = message.type === "explore";
      const address = explore ? `${page.api}/utforsk` : `${page.api}/samtale/${page.programme}`;
      let reply;
      try {
        const response = await post(address, explore ? { ...message, card } : message);
        reply = await response.json();
      } catch {
        return; // no reply: the component says that it is not saved, and keeps what is written
      }
      if (reply.superseded) return;
      tell("msg:custom", { id, ...reply }, []);
      if (reply.saved) refreshProgress();
    },
  };
  return model;
}

// ---------------------------------------------------------------- what is done, what is left

const progressModels = [];
let refreshing = 0;

function refreshProgress() {
  if (!page.status) return;
  clearTimeout(refreshing);
  refreshing = setTimeout(async () => {
    let status;
    try {
      const response = await fetch(page.status, { credentials: "same-origin" });
      if (!response.ok) return;
      status = await response.json();
    } catch {
      return; // the components say that the connection is gone
    }
    showProgress(status);
  }, 300);
}

function showProgress(status) {
  const left = document.querySelector("[data-left]");
  if (left) left.textContent = status.left;
  status.progress.blocks.forEach((block, index) => {
    const entry = document.querySelector(`[data-block="${index}"]`);
    if (!entry) return;
    entry.dataset.done = String(block.total > 0 && block.done === block.total);
    entry.querySelector("[data-word]").textContent = status.words[index];
  });
  for (const model of progressModels) model.set("progress", status.progress);
}

// ---------------------------------------------------------------- contents

// Open beside the text where there is room, closed above it where there is not.
const contents = document.querySelector("[data-contents]");
if (contents) contents.open = matchMedia("(min-width: 60.01rem)").matches;
contents?.addEventListener("click", (event) => {
  if (event.target.closest("a") && !matchMedia("(min-width: 60.01rem)").matches) contents.open = false;
});

// ---------------------------------------------------------------- mounting

async function describe(state) {
  let response, described;
  // There is no value to change before the controls are there, so it is asked for again here.
  for (let tries = 0; tries < 3 && !described?.explorer; tries += 1) {
    response = await post(`${page.api}/utforsk/beskriv`, { explorer: state.explorer, settings: state.settings });
    described = await response.json();
  }
  if (!described.explorer) throw new Error(described.error ?? response.statusText);
  Object.assign(state, described);
}

async function mount(place) {
  const { component, ...state } = JSON.parse(place.querySelector("script").textContent);
  const el = document.createElement("div");
  try {
    // An explorer's controls come on their own: the page does not wait for the model's libraries.
    if (component === "explorer") await describe(state);
    const module = await import(`${page.assets}/${component}.js`);
    const model = modelFor(state);
    if (component === "progress") progressModels.push(model);
    await module.default.render({ model, el });
    place.replaceChildren(el);
  } catch (problem) {
    console.error(problem);
    const sorry = document.createElement("p");
    sorry.className = "hl-problem";
    sorry.setAttribute("role", "alert");
    sorry.textContent =
      "Denne delen av arbeidsboken lot seg ikke vise. Last siden på nytt. Svarene dine er ikke berørt.";
    place.replaceChildren(sorry);
  }
}

async function purge(scopes) {
  const { purgeDrafts } = await import(`${page.assets}/common.js`);
  for (const scope of scopes) purgeDrafts(scope);
}

/** Go to the exercise in the address once it stands there. */
function settleAtHash() {
  const id = decodeURIComponent(location.hash.slice(1));
  if (id) document.getElementById(id)?.scrollIntoView();
}

if (page.purge?.length) await purge(page.purge);
// Exercises first: they are what a person came for, and with their height in place an explorer
// further down knows that it is not near yet.
const places = Array.from(document.querySelectorAll("[data-mount]"));
const later = places.filter((place) => JSON.parse(place.querySelector("script").textContent).component === "explorer");
await Promise.all(places.filter((place) => !later.includes(place)).map(mount));
await Promise.all(later.map(mount));
settleAtHash();
document.documentElement.dataset.ready = "true";

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
