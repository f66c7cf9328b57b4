// Write about one's own practice; nobody judges it. Response: {prompt: text}.
import { countWords, exerciseCard, h, icon, textArea, uid } from "./common.js";

export default {
  render: (context) =>
    exerciseCard(context, {
      checks: false,
      build({ exercise, changed, say }) {
        const fields = {};
        const rows = exercise.prompts.map((prompt) => {
          const id = uid("prompt");
          fields[prompt.id] = textArea({
            id, rows: 3,
            oninput() {
              measure();
              changed();
            },
          });
          return h("div", { class: "hl-prompt" },
            h("label", { for: id, class: "hl-label", html: prompt.label }),
            fields[prompt.id].frame,
          );
        });

        const meter = h("p", { class: "hl-small hl-meter" });
        function measure() {
          const count = Object.values(fields).reduce((sum, { area }) => sum + countWords(area.value), 0);
          meter.textContent = exercise.words ? `${count} av om lag ${exercise.words} ord` : `${count} ord`;
        }
        measure();

        let left = (exercise.timer ?? 0) * 60;
        let ends = 0;
        let ticking = 0;
        const clock = h("span", { class: "hl-clock" });
        const start = h("button", { type: "button", class: "hl-button", onclick: toggle });
        function showClock() {
          const minutes = Math.floor(left / 60);
          clock.textContent = left > 0 ? `${minutes}:${String(left % 60).padStart(2, "0")} igjen` : "Tiden er ute. Skriv gjerne ferdig.";
          start.textContent = ticking ? "Stopp klokken" : left < exercise.timer * 60 && left > 0 ? "Fortsett" : `Start klokken (${exercise.timer} min)`;
          clock.hidden = !ticking && left === exercise.timer * 60;
        }
        function toggle() {
          if (ticking) {
            clearInterval(ticking);
            ticking = 0;
          } else {
            if (left <= 0) left = exercise.timer * 60;
            // From the clock on the wall: a hidden tab's timers are held back.
            ends = Date.now() + left * 1000;
            ticking = setInterval(tick, 1000);
          }
          showClock();
        }
        function tick() {
          const before = left;
          left = Math.max(0, Math.round((ends - Date.now()) / 1000));
          const minutes = Math.ceil(left / 60);
          if (left === 0) {
            clearInterval(ticking);
            ticking = 0;
            say("Tiden er ute. Skriv gjerne ferdig.");
          } else if (minutes < Math.ceil(before / 60)) {
            say(minutes === 1 ? "Ett minutt igjen." : `${minutes} minutter igjen.`);
          }
          showClock();
        }
        if (exercise.timer) showClock();

        return {
          controls: [
            h("p", { class: "hl-private" }, icon("lock"), "Bare du ser dette."),
            exercise.timer && h("div", { class: "hl-timer" }, start, clock),
            ...rows,
            meter,
          ].filter(Boolean),
          read: () =>
            Object.fromEntries(exercise.prompts.map(({ id }) => [id, fields[id].area.value])),
          write(response) {
            for (const { id } of exercise.prompts) fields[id].set(response[id] ?? "");
            measure();
          },
          tell: (response) => Object.values(response).filter(Boolean).join(" / "),
          join: (mine, other) =>
            Object.fromEntries(
              exercise.prompts.map(({ id }) => [
                id,
                mine[id] === other[id] ? mine[id] : [mine[id], other[id]].filter(Boolean).join("\n\n"),
              ]),
            ),
          close: () => clearInterval(ticking),
        };
      },
    }),
};
