// Place items in a field with two axes. Response: {item: [x, y]}, each 1..9, 5 the middle.
import { exerciseCard, h, remarkSlot, uid, words } from "./common.js";

export default {
  render: (context) =>
    exerciseCard(context, {
      build({ exercise, changed, say }) {
        const TOKEN = 44; // pixels across, as in helseledelse.css: room for a thumb
        const { items, x, y } = exercise;
        const axes = [x, y].map((axis) => ({ label: words(axis.label), low: words(axis.low), high: words(axis.high) }));
        const places = {};
        const parts = {};
        const rows = {};
        let active = null;

        const field = h("div", { class: "hl-field", onclick: tapped },
          h("span", { class: "hl-field-line hl-across" }),
          h("span", { class: "hl-field-line hl-upright" }),
        );

        const towards = (axis, value) =>
          value === 5 ? "midt på" : `${value} av 9, mot «${value < 5 ? axis.low : axis.high}»`;
        const told = (place) =>
          place ? axes.map((axis, index) => `${axis.label} ${place[index]} av 9`).join(", ") : "Ikke plassert";

        for (const [index, item] of items.entries()) {
          const slot = remarkSlot();
          const panel = h("div", { class: "hl-place-panel", id: uid("panel"), hidden: true });
          const status = h("span", { class: "hl-small" });
          const opener = h("button", {
            type: "button", class: "hl-place-open", "aria-expanded": "false", "aria-controls": panel.id,
            onclick: () => open(active === item.id ? null : item.id),
          },
            h("span", { class: "hl-token" }, `${index + 1}`),
            h("span", { class: "hl-place-name" }, h("span", { html: item.label }), status),
          );
          const ranges = axes.map((axis, which) => {
            const id = uid("axis");
            const range = h("input", {
              type: "range", id, min: 1, max: 9, step: 1, value: 5, "aria-describedby": slot.id,
              "aria-label": `${axis.label}: ${words(item.label)}`,
              oninput: () => place(item.id, ranges.map((one) => Number(one.value))),
            });
            panel.append(
              h("div", { class: "hl-axis" },
                h("label", { for: id }, axis.label),
                range,
                h("span", { class: "hl-axis-ends", "aria-hidden": "true" }, h("span", {}, axis.low), h("span", {}, axis.high)),
              ),
            );
            return range;
          });
          const off = h("button", {
            type: "button", class: "hl-button hl-quiet",
            onclick() {
              place(item.id, null);
              say(`${words(item.label)} er tatt ut av feltet.`);
              opener.focus();
            },
          }, "Ta ut av feltet");
          panel.append(off);
          const token = h("span", { class: "hl-token hl-token-placed", "aria-hidden": "true", hidden: true, title: words(item.label) }, `${index + 1}`);
          token.addEventListener("pointerdown", (event) => drag(event, item.id, token));
          field.append(token);
          rows[item.id] = { opener, panel, status, ranges, off, token };
          parts[item.id] = { slot, frame: h("li", { class: "hl-item hl-place" }, opener, panel, slot) };
        }

        function open(id) {
          active = id;
          for (const [name, row] of Object.entries(rows)) {
            row.panel.hidden = name !== id;
            row.opener.setAttribute("aria-expanded", String(name === id));
            row.token.toggleAttribute("data-active", name === id);
          }
        }

        function place(id, spot) {
          if (spot) places[id] = spot;
          else delete places[id];
          show();
          changed();
        }

        function show() {
          const stacked = {};
          for (const [id, { status, ranges, off, token }] of Object.entries(rows)) {
            const spot = places[id];
            status.textContent = told(spot);
            off.hidden = token.hidden = !spot;
            for (const [which, range] of ranges.entries()) {
              const value = spot?.[which] ?? 5;
              if (Number(range.value) !== value) range.value = value;
              range.setAttribute("aria-valuetext", spot ? towards(axes[which], value) : "ikke plassert");
            }
            if (!spot) continue;
            // Items in one spot lie like cards, so that each can be seen and taken.
            const under = (stacked[spot] = (stacked[spot] ?? -1) + 1);
            token.style.left = `calc((100% - ${TOKEN}px) * ${(spot[0] - 1) / 8} + ${under * 8}px)`;
            token.style.bottom = `calc((100% - ${TOKEN}px) * ${(spot[1] - 1) / 8} - ${under * 8}px)`;
          }
        }

        function spotAt(event) {
          const box = field.getBoundingClientRect();
          const step = (distance, length) =>
            Math.min(9, Math.max(1, 1 + Math.round(((distance - TOKEN / 2) / (length - TOKEN)) * 8)));
          return [step(event.clientX - box.left, box.width), step(box.bottom - event.clientY, box.height)];
        }

        function tapped(event) {
          if (event.target.closest(".hl-token")) return;
          const id = active ?? items.find((item) => !places[item.id])?.id;
          if (!id) return;
          place(id, spotAt(event));
          open(items.find((item) => !places[item.id])?.id ?? id);
        }

        function drag(event, id, token) {
          event.preventDefault();
          open(id);
          token.setPointerCapture(event.pointerId);
          const moving = (moved) => {
            const spot = spotAt(moved);
            if (String(spot) !== String(places[id])) place(id, spot);
          };
          token.addEventListener("pointermove", moving);
          token.addEventListener("lostpointercapture", () => token.removeEventListener("pointermove", moving), { once: true });
        }

        show();
        open(items[0]?.id);
        return {
          legend: "Åpne et punkt og plasser det, med glidebryterne eller ved å trykke i feltet",
          controls: [
            h("div", { class: "hl-placement" },
              h("div", { class: "hl-field-frame", "aria-hidden": "true" },
                h("p", { class: "hl-field-y" }, h("strong", {}, axes[1].label), ` ↑ ${axes[1].high}`),
                field,
                h("p", { class: "hl-field-y hl-field-low" }, `↓ ${axes[1].low}`),
                h("p", { class: "hl-field-x" },
                  h("span", {}, `← ${axes[0].low}`), h("strong", {}, axes[0].label), h("span", {}, `${axes[0].high} →`),
                ),
              ),
              h("ol", { class: "hl-places" }, ...items.map((item) => parts[item.id].frame)),
            ),
          ],
          parts,
          read: () => ({ ...places }),
          write(response) {
            for (const { id } of items) {
              if (response[id]) places[id] = response[id];
              else delete places[id];
            }
            show();
          },
          tell: (response) =>
            items.filter(({ id }) => response[id]).map((item) => `${words(item.label)}: ${told(response[item.id])}`).join("; "),
        };
      },
    }),
};
