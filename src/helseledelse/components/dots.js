// Share a number of dots among items. Response: {item: dots}.
import { exerciseCard, h, uid, words } from "./common.js";

export default {
  render: (context) =>
    exerciseCard(context, {
      button: "Se oppsummeringen",
      build({ exercise, changed, say }) {
        const { items, dots } = exercise;
        let given = {};
        const used = () => Object.values(given).reduce((sum, count) => sum + count, 0);
        const plural = (count) => `${count} ${count === 1 ? "prikk" : "prikker"}`;
        const leftWords = () => `Du har ${plural(dots - used())} igjen av ${dots}.`;
        const left = h("p", { class: "hl-dots-left", id: uid("left") });
        const rows = {};

        function give(item, change) {
          const now = given[item.id] ?? 0;
          if (change > 0 && used() >= dots) {
            say("Du har ingen prikker igjen. Ta bort en først.");
            return;
          }
          if (now + change < 0) {
            say(`${words(item.label)} har ingen prikker.`);
            return;
          }
          given = { ...given, [item.id]: now + change };
          if (!given[item.id]) delete given[item.id];
          draw();
          say(`${words(item.label)}: ${plural(now + change)}. ${leftWords()}`);
          changed();
        }

        function draw() {
          left.textContent = leftWords();
          for (const item of items) {
            const count = given[item.id] ?? 0;
            rows[item.id].count.textContent = plural(count);
            rows[item.id].marks.textContent = "●".repeat(count);
            rows[item.id].less.setAttribute("aria-disabled", String(count === 0));
            rows[item.id].more.setAttribute("aria-disabled", String(used() >= dots));
          }
        }

        const list = h("ul", { class: "hl-dots" },
          ...items.map((item) => {
            const press = (label, sign, change) =>
              h("button", { type: "button", class: "hl-button hl-quiet", "aria-label": `${label}: ${words(item.label)}`, "aria-describedby": left.id, onclick: () => give(item, change) }, sign);
            const less = press("Ta bort en prikk", "\u2212", -1);
            const more = press("Sett en prikk", "+", 1);
            const count = h("span", { class: "hl-dots-count" });
            const marks = h("span", { class: "hl-dots-marks", "aria-hidden": "true" });
            rows[item.id] = { less, more, count, marks };
            return h("li", {}, h("span", { class: "hl-dots-label", html: item.label }), h("span", { class: "hl-dots-row" }, marks, less, count, more));
          }),
        );
        draw();
        return {
          legend: `Fordel ${plural(dots)}. Du kan sette flere på det samme.`,
          controls: [left, list],
          read: () => given,
          write(response) {
            given = Object.fromEntries(
              Object.entries(response ?? {}).filter(([id, count]) => rows[id] && Number.isInteger(count) && count > 0),
            );
            draw();
          },
          tell: (response) =>
            items.filter(({ id }) => response[id]).map((item) => `${words(item.label)}: ${response[item.id]}`).join("; "),
        };
      },
    }),
};
