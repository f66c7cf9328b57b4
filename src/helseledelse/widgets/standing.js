// How far one has come in a samling. The kernel counts; this only shows.
import { h, settle } from "./common.js";

function render({ model, el }) {
  const release = settle(el);
  const holder = h("div");
  el.replaceChildren(holder);
  const show = () => {
    const { answered, total, sentence, left } = model.get("standing");
    holder.replaceChildren(
      h(
        "section",
        { class: "hl-card hl-standing", "aria-label": "Hvor langt du er kommet" },
        h("h3", {}, "Hvor langt du er kommet"),
        h("p", { role: "status" }, sentence),
        h("progress", { max: total, value: answered, "aria-label": sentence }),
        left.length > 0 &&
          h(
            "details",
            { class: "hl-more" },
            h("summary", {}, "Det som er igjen"),
            h("ul", {}, ...left.map((name) => h("li", { html: name }))),
          ),
      ),
    );
  };
  show();
  model.on("change:standing", show);
  return () => {
    model.off("change:standing", show);
    release();
  };
}

export default { render };
