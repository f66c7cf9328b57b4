// The extension for JupyterLab and Notebook, written by hand as the module-federation container
// the two load: no build, no node_modules. See docs/adr/0003-notebook-host.md.
(() => {
  let scope;
  const shared = async (name) => (await Object.values(scope[name])[0].get())();

  // A cell of ours: imports from helseledelse and at most one call of a known name with literal
  // arguments. Only such cells are ever run without a click, so this is the whole of what a
  // notebook from a stranger can make happen; a string has neither quote nor backslash inside.
  const NAME = "(?:exercise|explore|progress)";
  const LITERAL = String.raw`(?:"[^"\\\n\r]*"|'[^'\\\n\r]*'|-?\d[\d_]*(?:\.\d+)?|True|False|None)`;
  const IMPORT = `from helseledelse import ${NAME}(?:, *${NAME})*`;
  const CALL = String.raw`${NAME}\(\s*${LITERAL}(?:\s*,\s*[a-z_]\w*\s*=\s*${LITERAL})*\s*,?\s*\)`;
  const IMPORTS = new RegExp(String.raw`^\s*${IMPORT}(?:\s*\n${IMPORT})*\s*$`);
  const OURS = new RegExp(String.raw`^\s*(?:${IMPORT}\s*\n\s*)*${CALL}\s*$`);

  // The workbook's folder stands first where Python looks for modules. What lies there is not
  // ours: a file named helseledelse.py beside a notebook must not be run at open.
  const CLOSE_FOLDER = "import sys\nsys.path[:] = [place for place in sys.path if place]";

  // Hides what a participant has no use for, only where the source is folded away: an author
  // unfolds a cell (View, Show Code) and sees everything again.
  const STYLE = `
.hl-cell:has(> .jp-Cell-inputWrapper > .jp-InputPlaceholder):is(:has(.jp-OutputArea-child), .hl-opening *) {
  > .jp-Cell-inputWrapper { display: none !important; }
  .jp-OutputPrompt, .jp-OutputArea-promptOverlay, .jp-Cell-outputCollapser { display: none !important; }
}
.hl-import:has(> .jp-Cell-inputWrapper > .jp-InputPlaceholder) { display: none !important; }
.hl-opening .hl-cell:not(:has(.jp-OutputArea-child))::after {
  content: "Oppgaven åpnes …"; display: block; padding: 1em 0;
}`;

  const source = (cell) => cell.model.sharedModel.getSource();
  const codeCells = (notebook) => notebook.widgets.filter((cell) => cell.model.type === "code");
  const isOurs = (notebook) => {
    const cells = codeCells(notebook).filter((cell) => source(cell).trim());
    return (
      cells.some((cell) => OURS.test(source(cell))) &&
      cells.every((cell) => OURS.test(source(cell)) || IMPORTS.test(source(cell)))
    );
  };

  const mark = (notebook) => {
    for (const cell of codeCells(notebook)) {
      cell.node.classList.toggle("hl-cell", OURS.test(source(cell)));
      cell.node.classList.toggle("hl-import", IMPORTS.test(source(cell)));
    }
  };

  const run = async (panel, actions, unchanged) => {
    const { content: notebook, context, sessionContext } = panel;
    if (!isOurs(notebook)) return;
    notebook.node.classList.add("hl-opening");
    try {
      await sessionContext.ready;
      const kernel = sessionContext.session?.kernel;
      if ((await kernel?.info)?.language_info?.name !== "python" || !isOurs(notebook)) return;
      await kernel.requestExecute({ code: CLOSE_FOLDER, silent: true, store_history: false }).done;
      // Models last and one by one: their libraries take seconds to import, and an answer that is
      // written meanwhile is saved between two of them.
      const models = codeCells(notebook).filter((cell) => source(cell).trim().startsWith("explore("));
      const first = codeCells(notebook).filter((cell) => !models.includes(cell));
      for (const cells of [first, ...models.map((cell) => [cell])]) {
        await actions.runCells(notebook, cells, sessionContext);
      }
      // Outputs are not worth asking about at close: what was answered lies in svar.json.
      if (unchanged) context.model.dirty = false;
    } finally {
      notebook.node.classList.remove("hl-opening");
    }
  };

  const follow = async (panel, actions, opened) => {
    await panel.context.ready;
    const { model } = panel.context;
    const unchanged = !model.dirty; // before the kernel's name and version are written into it
    mark(panel.content);
    model.contentChanged.connect(() =>
      requestAnimationFrame(() => panel.isDisposed || mark(panel.content)),
    );
    await panel.revealed;
    if (opened.has(panel.context)) return; // a second view of a notebook that is open already
    opened.add(panel.context);
    await run(panel, actions, unchanged);
    // A new kernel knows none of the exercises on the page; running the cells gives them life
    // again, and drafts are sent. Three times: a kernel that keeps dying needs a person.
    let left = 3;
    let restarted = false;
    panel.sessionContext.statusChanged.connect((_, status) => {
      if (status === "restarting" || status === "autorestarting") restarted = true;
      else if (status === "idle" && restarted && left > 0) {
        restarted = false;
        left -= 1;
        run(panel, actions, !model.dirty);
      }
    });
  };

  const plugin = async () => {
    const { INotebookTracker, NotebookActions } = await shared("@jupyterlab/notebook");
    return {
      id: "helseledelse:notebook",
      description: "Runs workbooks of helseledelse at open and keeps the keyboard with them.",
      autoStart: true,
      // Notebook's file list has no notebooks, and should start all the same.
      optional: [INotebookTracker],
      activate: (app, tracker) => {
        document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
        const opened = new WeakSet();
        tracker?.forEach((panel) => follow(panel, NotebookActions, opened));
        tracker?.widgetAdded.connect((_, panel) => follow(panel, NotebookActions, opened));
      },
    };
  };

  (window._JUPYTERLAB ??= {}).helseledelse = {
    init: (given) => void (scope = given),
    // Without __esModule the application takes the module for something else and does not start.
    get: async () => {
      const found = await plugin();
      return () => ({ __esModule: true, default: found });
    },
  };
})();
