// What is done and what is left of a samling. Read only; the host gives
// `progress` as {title, blocks: [{title, minutes, total, done, href}]}, minutes of what is left.
import { h, icon, minutesWords, settle, uid } from "./common.js";

export default {
  render({ model, el }) {
    const release = settle(el);
    const title = uid("progress");
    function show() {
      const { title: name, blocks } = model.get("progress");
      const left = blocks.reduce((sum, block) => sum + block.minutes, 0);
      el.replaceChildren(
        h("section", { class: "hl-card hl-progress", "aria-labelledby": title },
          h("header", { class: "hl-head" },
            h("h3", { id: title }, name),
            h("p", { class: "hl-minutes" }, left > 0 ? `${minutesWords(left)} igjen` : "Alt er gjort"),
          ),
          h("ol", {}, ...blocks.map((block) => {
            const whole = block.total > 0 && block.done === block.total;
            return h("li", { "data-done": whole },
              whole ? icon("right") : h("span", { class: "hl-icon" }),
              h("span", {}, block.href ? h("a", { href: block.href }, block.title) : block.title),
              h("span", { class: "hl-small" },
                block.total ? `${block.done} av ${block.total} gjort` : "Lesestoff",
                block.minutes > 0 && ` · ${minutesWords(block.minutes)} igjen`,
              ),
            );
          })),
        ),
      );
    }
    show();
    model.on("change:progress", show);
    return () => {
      model.off("change:progress", show);
      release();
    };
  },
};
