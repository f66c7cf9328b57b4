// One question with one right option. Response: the option's id, or "" for none.
import { exerciseCard, h, remarkSlot, uid, words } from "./common.js";

export default {
  render: (context) =>
    exerciseCard(context, {
      build({ exercise, changed }) {
        const name = uid("option");
        const parts = {};
        const inputs = [];
        const rows = exercise.options.map((option) => {
          const slot = remarkSlot();
          const input = h("input", {
            type: "radio", name, value: option.id, "aria-describedby": slot.id, oninput: changed,
          });
          const frame = h("div", { class: "hl-option" }, h("label", {}, input, h("span", { html: option.label })), slot);
          inputs.push(input);
          parts[option.id] = { slot, frame };
          return frame;
        });
        return {
          legend: "Velg ett svar",
          controls: rows,
          parts,
          read: () => inputs.find((input) => input.checked)?.value ?? "",
          write(response) {
            for (const input of inputs) input.checked = input.value === response;
          },
          tell: (response) => words(exercise.options.find((option) => option.id === response)?.label),
        };
      },
    }),
};
