// Put items in order. Response: list of item ids, [] until something has been moved or checked.
import { exerciseCard, h, icon, remarkSlot, words } from "./common.js";

export default {
  render: (context) =>
    exerciseCard(context, {
      build({ exercise, changed, say }) {
        const { items } = exercise;
        const parts = {};
        let touched = false;
        const list = h("ol", { class: "hl-order" });

        function mover(row, label, step) {
          const name = step < 0 ? "Flytt opp" : "Flytt ned";
          return h("button", {
            type: "button", class: "hl-button hl-move", "data-step": step,
            "aria-label": `${name}: ${words(label)}`, onclick: () => move(row(), label, step),
          }, icon(step < 0 ? "up" : "down"), h("span", {}, name));
        }

        const rows = items.map((item) => {
          const slot = remarkSlot();
          const row = h("li", { class: "hl-item", "data-item": item.id },
            h("div", { class: "hl-order-row" },
              h("span", { class: "hl-order-label", html: item.label }),
              h("span", { class: "hl-moves" },
                mover(() => row, item.label, -1),
                mover(() => row, item.label, 1),
              ),
            ),
            slot,
          );
          parts[item.id] = { slot, frame: row };
          return row;
        });
        list.append(...rows);
        edges();

        function edges() {
          const shown = [...list.children];
          for (const [place, row] of shown.entries()) {
            const [up, down] = row.querySelectorAll("button");
            up.toggleAttribute("aria-disabled", false);
            down.toggleAttribute("aria-disabled", false);
            if (place === 0) up.setAttribute("aria-disabled", "true");
            if (place === shown.length - 1) down.setAttribute("aria-disabled", "true");
          }
        }

        function move(row, label, step) {
          const beside = step < 0 ? row.previousElementSibling : row.nextElementSibling;
          if (!beside) {
            say(`${words(label)} står allerede ${step < 0 ? "først" : "sist"}.`);
            return;
          }
          // The neighbour is what is moved, because an element that is moved loses its focus.
          if (step < 0) row.after(beside);
          else row.before(beside);
          touched = true;
          edges();
          say(`${words(label)} er nå nummer ${[...list.children].indexOf(row) + 1} av ${items.length}.`);
          changed();
        }

        const shown = () => [...list.children].map((row) => row.dataset.item);
        return {
          legend: "Sett punktene i rekkefølge, det første øverst",
          controls: [list],
          parts,
          read: () => (touched ? shown() : []),
          write(response) {
            touched = response.length > 0;
            const wanted = touched ? response : items.map(({ id }) => id);
            for (const id of wanted) {
              const row = rows.find(({ dataset }) => dataset.item === id);
              if (row) list.append(row);
            }
            edges();
          },
          // Who checks without moving anything means the order that stands there.
          settle() {
            if (touched) return;
            touched = true;
            changed();
          },
          tell: (response) =>
            response
              .map((id, place) => `${place + 1}. ${words(items.find((item) => item.id === id)?.label)}`)
              .join(" "),
        };
      },
    }),
};
