// Put each item in a box. Response: {item: box}.
import { exerciseCard, h, remarkSlot, uid, words } from "./common.js";

export default {
  render: (context) =>
    exerciseCard(context, {
      build({ exercise, changed }) {
        const { boxes, items } = exercise;
        const parts = {};
        const readers = {};
        const writers = {};

        // Few boxes stand open, a finger and a screen reader find them at once; many become a list.
        function asButtons(item, slot) {
          const name = uid("box");
          const inputs = boxes.map((box) =>
            h("input", { type: "radio", name, value: box.id, "aria-describedby": slot.id, oninput: changed }),
          );
          readers[item.id] = () => inputs.find((input) => input.checked)?.value ?? "";
          writers[item.id] = (value) => {
            for (const input of inputs) input.checked = input.value === value;
          };
          return h("fieldset", { class: "hl-item" },
            h("legend", { html: item.label }),
            h("div", { class: "hl-segments" },
              ...boxes.map((box, index) =>
                h("label", { class: "hl-segment" }, inputs[index], h("span", { html: box.label })),
              ),
            ),
            slot,
          );
        }

        function asList(item, slot) {
          const id = uid("box");
          const list = h("select", { id, class: "hl-select", "aria-describedby": slot.id, oninput: changed },
            h("option", { value: "" }, "Velg …"),
            ...boxes.map((box) => h("option", { value: box.id }, words(box.label))),
          );
          readers[item.id] = () => list.value;
          writers[item.id] = (value) => {
            list.value = value;
          };
          return h("div", { class: "hl-item hl-item-list" },
            h("label", { for: id, html: item.label }), list, slot,
          );
        }

        const rows = items.map((item) => {
          const slot = remarkSlot();
          const frame = boxes.length <= 4 ? asButtons(item, slot) : asList(item, slot);
          parts[item.id] = { slot, frame };
          return frame;
        });
        return {
          legend: "Plasser hvert punkt",
          controls: rows,
          parts,
          read: () =>
            Object.fromEntries(items.map(({ id }) => [id, readers[id]()]).filter(([, box]) => box)),
          write(response) {
            for (const { id } of items) writers[id](response[id] ?? "");
          },
          tell: (response) =>
            items
              .filter(({ id }) => response[id])
              .map((item) => `${words(item.label)}: ${words(boxes.find((box) => box.id === response[item.id])?.label)}`)
              .join("; "),
        };
      },
    }),
};
