// A short answer in the participant's own words. Response: the text.
import { countWords, exerciseCard, h, textArea, uid } from "./common.js";

export default {
  render: (context) =>
    exerciseCard(context, {
      build({ exercise, changed }) {
        const id = uid("text");
        const meter = h("p", { class: "hl-small", id: `${id}-meter` });
        const { frame, area, set } = textArea({
          id, rows: 2, "aria-describedby": exercise.words ? meter.id : false,
          oninput() {
            measure();
            changed();
          },
        });
        function measure() {
          const count = countWords(area.value);
          const over = count - exercise.words;
          meter.textContent =
            over > 0
              ? `${count} ord. Det er ${over} mer enn de ${exercise.words} du har.`
              : `${count} av høyst ${exercise.words} ord`;
        }
        measure();
        return {
          controls: [h("label", { for: id, class: "hl-label" }, "Svaret ditt"), frame, exercise.words && meter],
          read: () => area.value,
          write(response) {
            set(response);
            measure();
          },
          tell: (response) => response,
          join: (mine, other) => [mine, other].filter(Boolean).join("\n\n"),
        };
      },
    }),
};
