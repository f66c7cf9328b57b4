// Rate items on a scale with named ends. Response: {item: 1..steps}.
import { exerciseCard, h, remarkSlot, uid, words } from "./common.js";

export default {
  render: (context) =>
    exerciseCard(context, {
      button: "Se oppsummeringen",
      build({ exercise, changed }) {
        const { items, steps, low, high } = exercise;
        const ends = [words(low), words(high)];
        const end = (value) => (value === 1 ? ends[0] : value === steps ? ends[1] : "");
        const parts = {};
        const inputs = {};

        const rows = items.map((item) => {
          const name = uid("scale");
          const slot = remarkSlot();
          inputs[item.id] = Array.from({ length: steps }, (_, index) => {
            const value = index + 1;
            return h("input", {
              type: "radio", name, value, "aria-describedby": slot.id, oninput: changed,
              "aria-label": end(value) ? `${value}, ${end(value)}` : `${value}`,
            });
          });
          const frame = h("fieldset", { class: "hl-item hl-scale" },
            h("legend", { html: item.label }),
            h("div", { class: "hl-scale-row" },
              h("span", { class: "hl-scale-end", "aria-hidden": "true" }, ends[0]),
              h("div", { class: "hl-steps", "data-steps": steps },
                ...inputs[item.id].map((input) =>
                  h("label", { class: "hl-step" }, input, h("span", { "aria-hidden": "true", "data-end": end(Number(input.value)) }, input.value)),
                ),
              ),
              h("span", { class: "hl-scale-end", "aria-hidden": "true" }, ends[1]),
            ),
            slot,
          );
          parts[item.id] = { slot, frame };
          return frame;
        });
        return {
          legend: `Velg et tall fra 1 (${ends[0]}) til ${steps} (${ends[1]})`,
          controls: rows,
          parts,
          read: () =>
            Object.fromEntries(
              items
                .map(({ id }) => [id, Number(inputs[id].find((input) => input.checked)?.value ?? 0)])
                .filter(([, value]) => value),
            ),
          write(response) {
            for (const { id } of items) {
              for (const input of inputs[id]) input.checked = Number(input.value) === response[id];
            }
          },
          tell: (response) =>
            items
              .filter(({ id }) => response[id])
              .map((item) => `${words(item.label)}: ${response[item.id]}`)
              .join("; "),
        };
      },
    }),
};
