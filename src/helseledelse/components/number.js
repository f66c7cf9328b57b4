// A number with its unit. Response: the text as it was typed; the server reads it.
import { exerciseCard, h, uid } from "./common.js";

export default {
  render: (context) =>
    exerciseCard(context, {
      build({ exercise, changed, check }) {
        const id = uid("number");
        const unit = h("span", { class: "hl-unit", id: `${id}-unit` }, exercise.unit ?? "");
        const input = h("input", {
          id, type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", class: "hl-number",
          "aria-describedby": exercise.unit ? `${unit.id} ${id}-help` : `${id}-help`,
          oninput: changed,
          onkeydown(event) {
            if (event.key === "Enter") check();
          },
        });
        return {
          controls: [
            h("label", { for: id, class: "hl-label" }, "Svaret ditt"),
            h("div", { class: "hl-number-row" }, input, exercise.unit && unit),
            h("p", { class: "hl-small", id: `${id}-help` }, "Skriv tallet slik du er vant til, for eksempel 60\u00a0000 eller 0,3."),
          ],
          read: () => input.value.trim(),
          write(response) {
            if (input.value.trim() !== response) input.value = response;
          },
          tell: (response) => `${response} ${exercise.unit ?? ""}`.trim(),
        };
      },
    }),
};
