// An action plan: when this happens, then I do that. Response: {when, then, with, by}.
import { dateWords, disclosure, exerciseCard, h, remarkSlot, textArea, uid, words } from "./common.js";

export default {
  render: (context) =>
    exerciseCard(context, {
      button: "Se over planen",
      build({ exercise, changed }) {
        const labels = { when: "Når", then: "så gjør jeg", with: "sammen med", by: "innen" };
        const helps = {
          when: "En situasjon som du vet kommer, og som du kan kjenne igjen.",
          then: "Én handling som er din, og som andre kan se.",
          with: "Den eller de som er med, eller som spør deg hvordan det går.",
          by: "Dagen du ser tilbake på om det ble gjort.",
        };
        const capital = (word) => `${word[0].toUpperCase()}${word.slice(1)}`;
        const names = Object.keys(labels);
        const parts = {};
        const fields = {};

        const rows = names.map((name) => {
          const id = uid(name);
          const slot = remarkSlot();
          const told = { id, "aria-describedby": `${id}-help ${slot.id}` };
          let control;
          if (name === "by") {
            const input = h("input", { type: "date", class: "hl-date", ...told, oninput: changed });
            fields[name] = {
              get: () => input.value,
              set(text) {
                input.value = text;
              },
            };
            control = input;
          } else {
            const { frame, area, set } = textArea({ rows: name === "with" ? 1 : 2, ...told, oninput: changed });
            fields[name] = { get: () => area.value, set };
            control = frame;
          }
          const frame = h("div", { class: "hl-prompt" },
            h("label", { for: id, class: "hl-label" }, `${capital(labels[name])} …`),
            h("p", { class: "hl-small", id: `${id}-help` }, helps[name]),
            control,
            slot,
          );
          parts[name] = { slot, frame };
          return frame;
        });

        const read = () => Object.fromEntries(names.map((name) => [name, fields[name].get()]));
        const lines = (plan) =>
          names.filter((name) => plan[name]?.trim()).map((name) => {
            const day = new Date(`${plan.by}T12:00`);
            const isDay = name === "by" && !Number.isNaN(day.getTime());
            return [capital(labels[name]), isDay ? dateWords(day) : plan[name].trim()];
          });
        const tell = (plan) => lines(plan).map((line) => line.join(": ")).join("\n");

        const example =
          exercise.example &&
          lines(Object.fromEntries(Object.entries(exercise.example).map(([name, text]) => [name, words(text)])));
        return {
          controls: [
            example && disclosure(
              "Se et eksempel",
              h("dl", { class: "hl-example" }, ...example.flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, text)])),
            ),
            h("div", { class: "hl-plan" }, ...rows),
          ].filter(Boolean),
          parts,
          read,
          write(response) {
            for (const name of names) fields[name].set(response[name] ?? "");
          },
          tell,
          join: (mine, other) =>
            Object.fromEntries(
              names.map((name) => [
                name,
                name === "by" || mine[name] === other[name]
                  ? mine[name] || other[name]
                  : [mine[name], other[name]].filter(Boolean).join("\n"),
              ]),
            ),
        };
      },
    }),
};
