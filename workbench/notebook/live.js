// A round as it streams, a pane a run. Whatever a model said goes in as text, never as markup.
const STYLE = `
.workbench-live { font: inherit; color: inherit; }
.workbench-live .panes { display: grid; gap: .6em; grid-template-columns: repeat(auto-fit, minmax(18em, 1fr)); }
.workbench-live .pane { border: 1px solid rgba(128,128,128,.5); border-radius: 4px; padding: .4em .6em; min-width: 0; }
.workbench-live .pane[data-state=failed] { border-color: #c62828; }
.workbench-live .pane[data-state=cut] { border-color: #b26a00; }
.workbench-live .words { white-space: pre-wrap; overflow-wrap: anywhere; max-height: 32em; overflow: auto; margin: .3em 0; }
.workbench-live .figures { font: 85% monospace; opacity: .8; white-space: pre-wrap; }
.workbench-live .bar { margin: .4em 0; display: flex; gap: .5em; align-items: baseline; }
.workbench-live del { background: rgba(198,40,40,.2); }
.workbench-live ins { background: rgba(46,125,50,.25); text-decoration: none; }
`;

function element(name, kind, into) {
  const made = document.createElement(name);
  made.className = kind;
  into.append(made);
  return made;
}

// As it came: the browser would set a line's end between two blocks that end with one.
function copy(event) {
  if (getSelection().isCollapsed) return;
  const chosen = getSelection().getRangeAt(0).cloneContents().textContent;
  event.clipboardData.setData("text/plain", chosen);
  event.preventDefault();
}

function render({ model, el }) {
  const root = element("div", "workbench-live", el);
  element("style", "", root).textContent = STYLE;
  const grid = element("div", "panes", root);
  const bar = element("div", "bar", root);
  const panes = new Map();

  function pane(run) {
    const frame = element("div", "pane", grid);
    const title = element("div", "title", frame);
    element("b", "", title).textContent = run.name;
    title.append(run.details);
    const made = { frame, words: element("div", "words", frame), figures: element("div", "figures", frame) };
    made.words.addEventListener("copy", copy);
    panes.set(run.id, made);
    return made;
  }

  // Whole lines stand in blocks that nothing is added to any more: laid out once, and not at every piece.
  function add(into, text) {
    into.size += text.length;
    for (const line of text.match(/[^\n]*\n|[^\n]+/g) ?? []) {
      if (!into.block) into.block = element("div", "", into.words).appendChild(document.createTextNode(""));
      into.block.appendData(line);
      if (line.endsWith("\n") && into.block.length > 400) into.block = null;
    }
  }

  function begin(into) {
    into.words.replaceChildren();
    into.size = 0;
    into.block = null;
  }

  function take(runs) {
    // What is read of the layout is read before anything is written, else each pane lays all out again.
    const seen = runs.map((run) => {
      const into = panes.get(run.id) ?? pane(run);
      const { words } = into;
      return { run, into, low: words.scrollHeight - words.scrollTop - words.clientHeight < 8 };
    });
    for (const { run, into } of seen) {
      if (run.from === 0) begin(into);
      else if (into.size !== run.from) return model.send({ act: "tell" });
      add(into, run.text);
      into.figures.textContent = run.figures;
      into.frame.dataset.state = run.state;
    }
    for (const { into, low } of seen) if (low) into.words.scrollTop = 1e9;
  }

  function compare(differences) {
    for (const [id, spans] of Object.entries(differences)) {
      const into = panes.get(id);
      if (!into) continue;
      begin(into);
      const { words } = into;
      words.replaceChildren(...spans.map(([kind, text]) => {
        const span = document.createElement({ removed: "del", added: "ins" }[kind] ?? "span");
        span.textContent = text;
        return span;
      }));
    }
  }

  const button = (name, act) => {
    const made = element("button", "", bar);
    made.textContent = name;
    made.addEventListener("click", () => model.send({ act: act() }));
    return made;
  };
  let compared = false;
  const cancel = button("Cancel", () => "cancel");
  const replay = button("Replay", () => "replay");
  const differ = button("Differences", () => {
    compared = !compared;
    return compared ? "compare" : "tell";
  });
  differ.title = "To the first, word by word";
  const sum = element("span", "figures", bar);
  const stand = () => {
    const over = model.get("over");
    cancel.disabled = over;
    replay.disabled = !over;
    differ.disabled = !over || model.get("runs").length < 2;
    sum.textContent = model.get("sum");
  };
  model.on("msg:custom", (said) => {
    if (said.runs) {
      if (said.runs.some((run) => run.from === 0)) compared = false;
      take(said.runs);
    }
    if (said.differences) compare(said.differences);
  });
  model.on("change:over", stand);
  model.on("change:sum", stand);
  take(model.get("runs"));
  stand();
  model.send({ act: "tell" });
}

export default { render };
