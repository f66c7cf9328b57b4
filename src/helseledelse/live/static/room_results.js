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

/** Elements for what is revealed; none where nothing is. */
export function resultsView({ results, explanation }) {
  if (!results) return [];
  const right = new Set((explanation?.remarks ?? []).filter((each) => each.outcome === "right").map((each) => each.part));
  const single = results.tables.length === 1 && results.tables[0].part === "";
  return [
    h("h2", {}, "Svarene fra rommet"),
    h("p", { class: "room-sentence" }, results.sentence),
    ...results.tables.map((each) => table(each, each.rows[0]?.shares.length ?? 1, single ? right : new Set())),
    explanation && h("h2", {}, "Forklaring"),
    explanation?.sentence && h("p", { class: "room-sentence", html: explanation.sentence }),
    explanation?.remarks.length > 0 &&
      h("ul", { class: "room-why" },
        ...explanation.remarks.map((each) =>
          h("li", {}, h("strong", { html: each.label }), " ", outcomeWord(each.outcome), h("p", { html: each.sentence })),
        ),
      ),
    explanation?.solution && h("div", { html: explanation.solution }),
  ].filter(Boolean);
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
