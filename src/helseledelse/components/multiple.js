// One question where several options may be right. Response: list of option ids.
import { exerciseCard, h, remarkSlot, words } from "./common.js";

export default {
  render: (context) =>
    exerciseCard(context, {
      build({ exercise, changed }) {
        const parts = {};
        const inputs = [];
        const rows = exercise.options.map((option) => {
          const slot = remarkSlot();
          const input = h("input", {
            type: "checkbox", value: option.id, "aria-describedby": slot.id, oninput: changed,
          });
          const frame = h("div", { class: "hl-option" }, h("label", {}, input, h("span", { html: option.label })), slot);
          inputs.push(input);
          parts[option.id] = { slot, frame };
          return frame;
        });
        return {
          legend: "Velg ett eller flere svar",
          controls: rows,
          parts,
          read: () => inputs.filter((input) => input.checked).map((input) => input.value),
          write(response) {
            for (const input of inputs) input.checked = response.includes(input.value);
          },
          tell: (response) =>
            exercise.options
              .filter((option) => response.includes(option.id))
              .map((option) => words(option.label))
              .join("; "),
        };
      },
    }),
};
