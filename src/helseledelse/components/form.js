// Named boxes to fill in, such as a project canvas. Response: {box: text}.
import { exerciseCard, h, textArea, uid } from "./common.js";

export default {
  render: (context) =>
    exerciseCard(context, {
      checks: false,
      build({ exercise, changed }) {
        const fields = {};
        const cells = exercise.boxes.map((box) => {
          const id = uid("box");
          fields[box.id] = textArea({
            id, rows: box.rows ?? 3, "aria-describedby": box.help ? `${id}-help` : false, oninput: changed,
          });
          return h("div", { class: "hl-box" },
            h("label", { for: id, class: "hl-label", html: box.label }),
            box.help && h("p", { class: "hl-small", id: `${id}-help`, html: box.help }),
            fields[box.id].frame,
          );
        });
        return {
          controls: [h("div", { class: "hl-boxes" }, ...cells)],
          read: () => Object.fromEntries(exercise.boxes.map(({ id }) => [id, fields[id].area.value])),
          write(response) {
            for (const { id } of exercise.boxes) fields[id].set(response[id] ?? "");
          },
          tell: (response) => Object.values(response).filter(Boolean).join(" / "),
          join: (mine, other) =>
            Object.fromEntries(
              exercise.boxes.map(({ id }) => [
                id,
                mine[id] === other[id] ? mine[id] : [mine[id], other[id]].filter(Boolean).join("\n\n"),
              ]),
            ),
        };
      },
    }),
};
