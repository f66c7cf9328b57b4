// What the room answered, as tables with bars in them, and why; on the stage and on the phones.
import { h, outcomeWord, words } from "./common.js";

function bar(share, text) {
  const filled = h("span", { class: "room-fill" });
  filled.style.width = `${share}%`;
  return h("td", {}, h("span", { class: "room-bar", "aria-hidden": "true" }, filled), h("span", { class: "room-number" }, text));
}

function table(found, rounds, right) {
  const rows = found.rows.map((row) =>
    h("tr", { "data-right": right.has(row.value) && "true" },
      h("th", { scope: "row" }, h("span", { html: row.label }), right.has(row.value) && " ", right.has(row.value) && outcomeWord("right")),
      ...row.shares.map((share, index) => bar(share, row.counts ? `${row.counts[index]} (${share}\u00a0%)` : `${share}\u00a0%`)),
    ),
  );
  const heads = rounds === 2 ? ["Først", "Etterpå"] : ["Svar fra rommet"];
  return h("div", { class: "room-scroll", tabindex: "0", role: "group", "aria-label": words(found.label) || "Svar fra rommet" },
    h("table", { class: "room-table" },
      found.label ? h("caption", { html: found.label }) : h("caption", { class: "unseen" }, "Svar fra rommet"),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Svar"), ...heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, ...rows),
    ),
  );
}

/** Columns of numbers for the eye; the table beside says the same in words. */
function columns({ labels, counts, sentence, key }) {
  const most = Math.max(1, ...counts.flat());
  const heads = counts.length === 2 ? ["Først", "Etterpå"] : [""];
  const picture = labels.length > 0 && h("div", { class: "room-columns", "aria-hidden": "true" },
    key && key.place !== null && mark(key),
    ...labels.map((label, index) =>
      h("div", { class: "room-column" },
        h("div", { class: "room-pillars" }, ...counts.map((each, round) => pillar(each[index], most, counts.length === 2 && round === 0))),
        h("div", { class: "room-column-label" }, label),
      ),
    ),
  );
  return h("figure", { class: "room-histogram" },
    picture,
    h("figcaption", {},
      counts.length === 2 && h("span", { class: "room-legend", "aria-hidden": "true" }, h("span", { class: "room-swatch room-earlier" }), ` ${heads[0]} `, h("span", { class: "room-swatch" }), ` ${heads[1]}. `),
      sentence,
      key && " ", key && h("strong", {}, `${key.label}.`),
    ),
  );
}

function pillar(count, most, earlier) {
  const filled = h("div", { class: `room-pillar ${earlier ? "room-earlier" : ""}`.trim() });
  filled.style.height = `${(100 * count) / most}%`;
  return h("div", { class: "room-shaft" }, h("span", { class: "room-top" }, count ? `${count}` : ""), filled);
}

function mark({ place, label }) {
  const line = h("div", { class: "room-key", "data-side": place > 0.5 ? "left" : "right" }, h("span", {}, label));
  line.style.left = `${100 * place}%`;
  return line;
}

/** What somebody has read and let through, and its words; the cloud says nothing the table does not. */
function wallView({ wall, words: ranked }) {
  if (!wall.length) return [h("p", {}, "Ingen svar er sluppet fram ennå.")];
  const cloud = [...ranked].sort((one, other) => one.word.localeCompare(other.word, "nb"));
  return [
    h("ul", { class: "room-wall" },
      ...wall.map(({ text, count }) => h("li", {}, text, count > 1 && h("span", { class: "room-times" }, ` ${count} svar`))),
    ),
    ...(ranked.length ? [
      h("h3", {}, "Ordene i svarene"),
      h("p", { class: "room-cloud", "aria-hidden": "true" },
        ...cloud.flatMap(({ word, size }) => [h("span", { "data-size": size }, word), " "]),
      ),
      h("div", { class: "room-scroll", tabindex: "0", role: "group", "aria-label": "Ordene i svarene" },
        h("table", { class: "room-table" },
          h("caption", { class: "unseen" }, "Ordene i svarene, de vanligste først"),
          h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Ord"), h("th", { scope: "col" }, "Svar ordet står i"))),
          h("tbody", {}, ...ranked.map(({ word, count }) => h("tr", {}, h("th", { scope: "row" }, word), h("td", {}, `${count}`)))),
        ),
      ),
    ] : []),
  ];
}

/** Elements for what is revealed; none where nothing is. */
export function resultsView({ results, explanation }) {
  if (!results) return [];
  const right = new Set((explanation?.remarks ?? []).filter((each) => each.outcome === "right").map((each) => each.part));
  const single = results.tables.length === 1 && results.tables[0].part === "";
  return [
    h("h2", {}, "Svarene fra rommet"),
    h("p", { class: "room-sentence" }, results.sentence),
    ...(results.wall ? wallView(results) : []),
    results.histogram && columns(results.histogram),
    ...results.tables.filter((each) => each.rows.length).map((each) => table(each, each.rows[0]?.shares.length ?? 1, single ? right : new Set())),
    explanation && (explanation.sentence || explanation.remarks.length > 0 || explanation.solution) && h("h2", {}, "Forklaring"),
    explanation?.sentence && h("p", { class: "room-sentence", html: explanation.sentence }),
    explanation?.remarks.length > 0 &&
      h("ul", { class: "room-why" },
        ...explanation.remarks.map((each) =>
          h("li", {},
            h("strong", { html: each.label }), " ",
            each.outcome && outcomeWord(each.outcome),
            each.belongs && h("span", { class: "room-belongs", html: each.belongs }),
            each.said && h("p", { class: "room-said" }, each.said),
            each.sentence && h("div", { html: each.sentence }),
          ),
        ),
      ),
    explanation?.solution && h("div", { html: explanation.solution }),
  ].filter(Boolean);
}

/** Give a function that counts down in `node` from the seconds left; undefined where there is no clock. */
export function countdown(node) {
  let ends = 0;
  let clock = 0;
  const tick = () => {
    const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    node.textContent = left ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : "Tiden er ute";
    if (!left) clearInterval(clock);
  };
  return (left) => {
    clearInterval(clock);
    node.hidden = left === undefined;
    if (left === undefined) return;
    ends = Date.now() + left * 1000;
    clock = setInterval(tick, 500);
    tick();
  };
}

/** Follow a stream for as long as the page is open, also after a server that was away. */
export function follow(address, { heard, gone, back }) {
  let source;
  let timer = 0;
  const start = () => {
    source = new EventSource(address);
    source.onopen = back;
    source.onmessage = (event) => heard(JSON.parse(event.data));
    source.onerror = () => {
      gone();
      // After an answer that is no stream, a browser does not try again by itself.
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(start, 4000);
    };
  };
  start();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

const QUIET_MS = 45_000; // the server says something every 15 seconds
const OPENING_MS = 10_000;
const SLOWEST_MS = 6000; // from one attempt to the next
const LONGEST = 5000; // of what goes up the socket

/**
 * Follow a room for as long as the page is open, over one socket which answers go up too. Where no
 * socket gets through to the room at all, it is followed as a stream.
 *
 * `turn()` gives the exercise that is shown. `ask(message)` gives a promise of the receipt, or null
 * where the message must be posted.
 */
export function talk({ talk: path, events, xsrf }, { turn, ...callbacks }) {
  const { heard, gone, back } = callbacks;
  const address = new URL(path, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const waiting = new Map();
  let socket = null;
  let works = false; // whether a socket has ever got through
  let tries = 0; // since one last did
  let number = 0;
  let timer = 0;
  let quiet = 0;
  let last = 0;
  let unfollow = () => {};

  function start() {
    if (socket) return;
    clearTimeout(timer);
    try {
      socket = new WebSocket(address);
    } catch {
      lost(); // a browser that does not allow it
      return;
    }
    socket.onopen = () => socket.send(JSON.stringify({ xsrf, turn: turn() }));
    socket.onmessage = ({ data }) => {
      alive(QUIET_MS);
      works = true;
      tries = 0;
      back();
      const said = data ? JSON.parse(data) : {};
      if (said.shown) heard(said.shown);
      waiting.get(said.id)?.resolve(said);
      waiting.delete(said.id);
    };
    socket.onclose = lost;
    alive(OPENING_MS);
  }

  // A browser does not notice that the other end has gone without a word.
  function alive(patience) {
    last = Date.now();
    clearTimeout(quiet);
    quiet = setTimeout(lost, patience);
  }

  function drop() {
    clearTimeout(quiet);
    clearTimeout(timer);
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    socket = null;
    for (const { reject } of waiting.values()) reject(new Error("lost"));
    waiting.clear();
  }

  function lost() {
    drop();
    tries += 1;
    if (works) gone();
    if (!works && tries === 2) {
      unlisten();
      unfollow = follow(events, callbacks);
    } else timer = setTimeout(start, Math.min(SLOWEST_MS, 500 * 2 ** tries) * (0.5 + Math.random() / 2));
  }

  const asleep = () => socket && lost();
  function awake() {
    if (socket && Date.now() - last > QUIET_MS) drop();
    start();
  }

  function unlisten() {
    removeEventListener("offline", asleep);
    removeEventListener("online", awake);
    document.removeEventListener("visibilitychange", awake);
  }

  addEventListener("offline", asleep);
  addEventListener("online", awake);
  document.addEventListener("visibilitychange", awake);
  start();
  return {
    ask(message) {
      const text = JSON.stringify({ id: (number += 1), ...message });
      // What waits for a receipt may never have come up; what is sent as the page is left must
      // outlive it; and why a text is too long can only be said to one that is posted.
      const posted = waiting.size || document.visibilityState === "hidden" || text.length > LONGEST;
      if (!socket || tries || !works || posted) return null;
      socket.send(text);
      return new Promise((resolve, reject) => waiting.set(number, { resolve, reject }));
    },
    stop() {
      unlisten();
      drop();
      unfollow();
    },
  };
}
