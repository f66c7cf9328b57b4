// A model put before a person: controls, a figure, what it shows in words, the numbers behind it.
import { announcer, connect, disclosure, formatNumber, h, minutesWords, readNumber, settle, showPlace, textArea, uid, writer } from "./common.js";

export default {
  render({ model, el }) {
    const release = settle(el);
    const explorer = model.get("explorer");
    const link = connect(model);
    const speaker = announcer();
    const PATIENCE_MS = 15_000; // a first figure may wait for a process to start
    const NARROW = 560; // where helseledelse.charts draws for a phone

    const defaults = Object.fromEntries(explorer.controls.map((control) => [control.name, control.default]));
    let settings = { ...defaults, ...model.get("settings") };
    let touched = null; // the control that was last used, which an error is about
    let asked = 0; // requests made; the newest alone may be shown
    let busy = false;
    let again = false;
    let quiet = 0;
    let saving = 0;
    let send = null; // what is to be saved when the hand has rested
    let table = null;
    let lastWidth = 0;
    let begun = false;

    // -------------------------------------------------------------- controls

    const widgets = Object.fromEntries(explorer.controls.map((control) => [control.name, makeControl(control)]));

    function makeControl(control) {
      const id = uid(control.name);
      const trouble = h("p", { class: "hl-problem", id: `${id}-problem`, role: "status" });
      const made = { slider, choice, switch: toggle, series: pasted, pairs: pasted, outline: pasted }[control.sort](control, id, trouble.id);
      return {
        ...made,
        trouble,
        node: h("div", { class: `hl-control hl-${control.sort}` }, ...made.nodes, trouble),
        refuse(sentence) {
          // The sentence names its control first; here it stands beside it.
          const rest = sentence.startsWith(control.label) ? sentence.slice(control.label.length).replace(/^[:,] /, "") : sentence;
          trouble.textContent = `${rest[0].toUpperCase()}${rest.slice(1)}`;
          made.field.setAttribute("aria-invalid", "true");
        },
        accept() {
          if (!trouble.firstChild) return;
          trouble.replaceChildren();
          made.field.removeAttribute("aria-invalid");
        },
      };
    }

    function slider({ name, label, minimum, maximum, step, unit, decimals }, id, troubleId) {
      const written = (value) => formatNumber(value, decimals);
      const describe = (value) => range.setAttribute("aria-valuetext", `${written(value)} ${unit}`.trim());
      const range = h("input", {
        type: "range", min: minimum, max: maximum, step, "aria-label": `${label}, glidebryter`,
        oninput() {
          const value = Number(range.value);
          field.value = written(value);
          describe(value);
          set(name, value);
        },
      });
      const field = h("input", {
        type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", id, class: "hl-number",
        "aria-describedby": `${id}-unit ${troubleId}`,
        oninput() {
          const value = readNumber(field.value);
          if (value >= minimum && value <= maximum) {
            range.value = value;
            describe(value);
          }
          set(name, field.value);
        },
        onchange() {
          const value = readNumber(field.value);
          // A number with more digits than the slider has is kept as it was written.
          if (!Number.isNaN(value) && Number(value.toFixed(decimals)) === value) field.value = written(value);
        },
      });
      return {
        field,
        show(raw) {
          const value = typeof raw === "number" ? raw : readNumber(raw);
          field.value = Number.isNaN(value) ? raw : written(value);
          if (Number.isNaN(value)) return;
          range.value = value;
          describe(value);
        },
        nodes: [
          h("label", { for: id }, label),
          h("span", { class: "hl-number-row" }, field, h("span", { class: "hl-unit", id: `${id}-unit` }, unit)),
          range,
        ],
      };
    }

    function choice({ name, label, options }, id, troubleId) {
      const field = h("select", { id, class: "hl-select", "aria-describedby": troubleId, oninput: () => set(name, field.value) },
        ...options.map(([value, text]) => h("option", { value }, text)),
      );
      return {
        field,
        show(value) {
          field.value = value;
        },
        nodes: [h("label", { for: id }, label), field],
      };
    }

    function toggle({ name, label }, id, troubleId) {
      const field = h("input", { type: "checkbox", id, "aria-describedby": troubleId, oninput: () => set(name, field.checked) });
      return {
        field,
        show(value) {
          field.checked = value;
        },
        nodes: [h("label", { class: "hl-check" }, field, h("span", {}, label))],
      };
    }

    function pasted({ name, label, columns, help: own }, id, troubleId) {
      const { frame, area, set: fill } = textArea({
        id, rows: 6, wrap: "off", spellcheck: "false", autocomplete: "off", class: "hl-text hl-pasted",
        "aria-describedby": `${id}-help ${troubleId}`,
        oninput: () => set(name, area.value),
      });
      const help = own ?? (columns
        ? `Lim inn fra et regneark, én rad for hver måling: ${columns.join(", ")}. En dato eller et navn kan stå først i raden.`
        : "Skriv ett par på hver linje, med tankestrek eller komma mellom.");
      return {
        field: area,
        show: fill,
        nodes: [
          h("label", { for: id }, label),
          h("p", { class: "hl-small", id: `${id}-help` }, `${help} Bruk aldri opplysninger om pasienter.`),
          frame,
        ],
      };
    }

    function showSettings() {
      for (const [name, widget] of Object.entries(widgets)) widget.show(settings[name]);
    }

    function set(name, value) {
      settings = { ...settings, [name]: value };
      touched = name;
      draw();
    }

    function reset() {
      settings = { ...defaults };
      touched = null;
      for (const widget of Object.values(widgets)) widget.accept();
      showSettings();
      draw();
    }

    // -------------------------------------------------------------- the view

    const heading = h("h4", { class: "hl-view-title", id: uid("view") });
    const canvas = h("div", { class: "hl-canvas" }, h("p", { class: "hl-small" }, "Figuren tegnes når du kommer hit."));
    const sentence = h("p", { class: "hl-sentence" });
    const note = h("p", { class: "hl-small hl-note" });
    const behind = disclosure("Tallene bak figuren");
    const trouble = h("div", { role: "status" });
    behind.addEventListener("toggle", fillTable);

    function draw() {
      begun = true;
      again = busy;
      if (!busy) request();
    }

    async function request() {
      busy = true;
      const sent = settings;
      const name = touched;
      const number = (asked += 1);
      lastWidth = canvas.clientWidth || 680;
      // A figure that comes after its time has run out is older than what stands there.
      const reply = await link.ask(
        { type: "explore", explorer: explorer.name, settings: sent, width: lastWidth },
        { patience: PATIENCE_MS },
      );
      if (number !== asked) return;
      busy = false;
      if (reply?.view) {
        show(reply.view);
        for (const widget of Object.values(widgets)) widget.accept();
        if (sent === settings && name) save(sent);
      } else if (reply?.error && sent !== settings) {
        // Said of something that is no longer there.
      } else if (reply?.error && blamed(reply.error, name)) {
        widgets[blamed(reply.error, name)].refuse(reply.error);
      } else {
        fail(reply?.error ?? "Figuren lar seg ikke tegne nå, fordi forbindelsen er borte. Det du har stilt inn, står her.");
      }
      if (again) {
        again = false;
        request();
      }
    }

    /** The control an error is about: the one it names, else the one that was used last. */
    function blamed(sentence, name) {
      return explorer.controls.find(({ label }) => [":", ","].includes(sentence.slice(label.length, label.length + 1)) && sentence.startsWith(label))?.name ?? name;
    }

    function show(view) {
      heading.textContent = view.title;
      canvas.innerHTML = view.figure;
      sentence.textContent = view.sentence;
      note.textContent = view.note;
      note.hidden = !view.note;
      table = view.table;
      if (behind.open) fillTable();
      trouble.replaceChildren();
      clearTimeout(quiet);
      // Spoken when the hand rests: each step of a slider would drown the one before it.
      if (touched) quiet = setTimeout(() => speaker.say(`${view.title}. ${view.sentence}`), 600);
    }

    function fillTable() {
      if (!table || !behind.open) return;
      behind.lastElementChild.replaceChildren(
        h("div", { class: "hl-scroll", tabindex: "0", role: "group", "aria-label": table.caption },
          h("table", { class: "hl-table" },
            h("caption", {}, table.caption),
            h("thead", {}, h("tr", {}, ...table.columns.map((column) => (column ? h("th", { scope: "col" }, column) : h("td"))))),
            h("tbody", {}, ...table.rows.map(([first, ...rest]) =>
              h("tr", {}, h("th", { scope: "row" }, first), ...rest.map((cell) => h("td", {}, cell))),
            )),
          ),
        ),
      );
    }

    function fail(words) {
      trouble.replaceChildren(
        h("p", { class: "hl-problem" }, words),
        h("button", { type: "button", class: "hl-button", onclick: draw }, "Prøv igjen"),
      );
    }

    function save(sent) {
      const at = Date.now();
      clearTimeout(saving);
      send = () => {
        clearTimeout(saving);
        send = null;
        link.ask({ type: "save", explorer: model.get("keep"), settings: sent, at, writer }).then((reply) => {
          if (reply?.guarded && sent === settings) guard(reply);
        });
      };
      saving = setTimeout(send, 800);
    }
    /** Say beside the control that what stands there is not kept, and offer to go to the place. */
    function guard({ error, guarded: [{ path, start, end }] }) {
      const widget = widgets[path[0]];
      if (!widget) return;
      widget.refuse(error);
      widget.trouble.append(
        " ",
        h("button", { type: "button", class: "hl-button", onclick: () => showPlace(widget.field, { start, end }) }, "Vis stedet"),
      );
    }
    const leave = () => send?.();
    addEventListener("pagehide", leave);

    // -------------------------------------------------------------- putting it together

    const title = uid("title");
    const badges = [
      explorer.constructed && "Konstruerte tall",
      explorer.way_of_thinking && "En måte å tenke på, ikke et anslag",
    ].filter(Boolean);
    // A page may have the same explorer twice, before and after: what each shows tells them apart.
    el.replaceChildren(
      h("section", { class: "hl-card hl-explorer", "aria-labelledby": `${title} ${heading.id}`, "data-explorer": explorer.name },
        h("header", { class: "hl-head" },
          h("h3", { id: title }, explorer.title),
          h("p", { class: "hl-minutes" }, minutesWords(explorer.minutes)),
        ),
        badges.length > 0 && h("ul", { class: "hl-badges" }, ...badges.map((badge) => h("li", {}, badge))),
        h("p", { class: "hl-question" }, explorer.introduction),
        model.get("own") && h("p", { class: "hl-small" }, model.get("own")),
        h("div", {},
          h("div", { class: "hl-stage" }, heading, canvas),
          sentence,
          note,
          trouble,
          h("fieldset", { class: "hl-controls" },
            h("legend", {}, "Prøv selv"),
            ...explorer.controls.map(({ name }) => widgets[name].node),
            h("button", { type: "button", class: "hl-button", onclick: reset }, "Tilbake til start"),
          ),
        ),
        behind,
        disclosure("Formel og kilder",
          ...explorer.formula.map(({ math, words }) =>
            h("div", { class: "hl-formula" }, h("div", { class: "hl-scroll", tabindex: "0", role: "group", "aria-label": "Formelen", html: math }), h("p", {}, words)),
          ),
          h("h4", {}, "Kilder"),
          h("ul", {}, ...explorer.sources.map((source) => h("li", {}, source))),
        ),
        speaker.node,
      ),
    );
    showSettings();

    const near = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        near.disconnect();
        if (!begun) draw();
      },
      { rootMargin: "600px" },
    );
    near.observe(canvas);
    const resized = new ResizeObserver(() => {
      if (begun && canvas.clientWidth && canvas.clientWidth < NARROW !== lastWidth < NARROW) draw();
    });
    resized.observe(canvas);

    return () => {
      near.disconnect();
      resized.disconnect();
      clearTimeout(quiet);
      leave();
      removeEventListener("pagehide", leave);
      link.close();
      release();
    };
  },
};
