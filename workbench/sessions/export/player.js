"use strict";
// Replays a recorded session. What was said is put on the page as text and as nothing else; what
// each word and figure is, was settled when the page was written (see timeline.py).
(() => {
  const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
  const SPEEDS = [0.25, 0.5, 1, 2, 5, 10];
  const JUMPS = 20; // an arrow key moves by this part of a round
  const CHARACTERS_A_TOKEN = 4;
  const SHORTEST_MS = 250; // a speed measured over less says nothing
  const UNKNOWN = "–";
  const NARROWEST_REM = 25; // a pane

  const session = JSON.parse(document.getElementById("session").textContent);

  /** A new element: its name, class, text and children. */
  function make(name, kind, text, ...children) {
    const element = document.createElement(name);
    if (kind) element.className = kind;
    if (text) element.textContent = text;
    element.append(...children);
    return element;
  }

  /** Put a text where another one stood, if it is another. */
  function put(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  /** How many of the ascending numbers are at most `most`. */
  function countTo(most, numbers) {
    let low = 0;
    let high = numbers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numbers[middle] <= most) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Numbers in base 32, lowest digit first, as in a session file. */
  function numbers(word, length) {
    const found = new Int32Array(length);
    let value = 0;
    let shift = 0;
    let place = 0;
    for (const character of word) {
      const digit = DIGITS.indexOf(character);
      value |= (digit & 31) << shift;
      shift += 5;
      if (digit < 32) {
        found[place++] = value;
        value = shift = 0;
      }
    }
    return found;
  }

  const clock = (ms) =>
    `${String(Math.floor(ms / 60000)).padStart(2, "0")}:${((ms % 60000) / 1000).toFixed(2).padStart(5, "0")}`;

  const grouped = (number) => number.toLocaleString("en-US");

  function dollars(usd) {
    if (usd === 0 || Math.abs(usd) >= 1) return `≈$${usd.toFixed(2)}`;
    const adjusted = Math.floor(Math.log10(Math.abs(usd)));
    return `≈$${usd.toFixed(Math.min(20, Math.max(4, 1 - adjusted)))}`;
  }

  /** What a run showed at any moment. */
  class Track {
    constructor(run) {
      const ticks = run.ticks;
      // A single tick that is no delta needs no pace: all of its text comes with it.
      const words = run.pace ? run.pace.split(" ") : [];
      const grown = words.length ? numbers(words[0], ticks) : new Int32Array(ticks);
      if (!words.length && ticks) grown[0] = run.tellings[0].text.length;
      const waits = numbers(words[1] || "", ticks);
      const came = numbers(words[2] || "", ticks);
      this.run = run;
      this.times = new Int32Array(ticks);
      this.shown = new Int32Array(ticks); // of the telling that the tick belongs to
      this.characters = new Int32Array(ticks);
      this.lastDelta = new Int32Array(ticks); // when the last delta came
      this.firstDelta = -1;
      const begins = new Set(run.tellings.map((telling) => telling.from));
      let at = run.began;
      let shown = 0;
      let characters = 0;
      let last = -1;
      for (let tick = 0; tick < ticks; tick++) {
        at += waits[tick];
        shown = (begins.has(tick) ? 0 : shown) + grown[tick];
        if (came[tick]) {
          last = at;
          characters += came[tick] - 1;
          if (this.firstDelta < 0) this.firstDelta = at;
        }
        this.times[tick] = at;
        this.shown[tick] = shown;
        this.characters[tick] = characters;
        this.lastDelta[tick] = last;
      }
      this.stands = run.stands.map((stand) => stand.at);
      this.starts = run.tellings.map((telling) => telling.from);
    }

    get length() {
      return Math.max(0, this.times[this.times.length - 1] || 0, this.stands[this.stands.length - 1]);
    }

    /** The tick last past, state and figures, and the text with how much of it is shown. */
    at(ms) {
      const tick = countTo(ms, this.times) - 1;
      const stand = this.run.stands[countTo(ms, this.stands) - 1];
      const telling = Math.max(0, countTo(tick, this.starts) - 1);
      return { tick, stand, telling, shown: tick < 0 ? 0 : this.shown[tick] };
    }

    /** The words of the meter: what is known, and the guesses at what is still growing. */
    figures({ tick, stand }) {
      const deltas = tick >= 0 && this.lastDelta[tick] >= 0;
      const tokens = deltas ? Math.floor(this.characters[tick] / CHARACTERS_A_TOKEN) : 0;
      const took = deltas ? this.lastDelta[tick] - this.firstDelta : 0;
      const rate = took < SHORTEST_MS ? `${UNKNOWN} t/s` : `≈${grouped(Math.round((tokens * 1000) / took))} t/s`;
      let cost = stand.cost;
      if (typeof cost !== "string") {
        const [usd, more, counted] = cost;
        cost = dollars(usd + more * Math.max(0, tokens - counted));
      }
      return {
        tokens: `${stand.prompt} in${stand.cache} → ${stand.out ?? (deltas ? `≈${grouped(tokens)}` : UNKNOWN)}`,
        first: stand.first,
        rate: stand.rate ?? rate,
        cost: cost + (stand.live && !stand.silent ? " so far" : ""),
      };
    }
  }

  /** One run: its name, what it said, its meter. */
  class Pane {
    constructor(run) {
      this.track = new Track(run);
      this.state = make("span", "state");
      this.tokens = make("span", "figure");
      this.first = make("span", "figure first");
      this.rate = make("span", "figure rate");
      this.cost = make("span", "figure");
      this.label = make("span", "", "  first");
      this.title = make("h2", "", "", make("b", "", run.name), make("span", "", run.details));
      this.said = make("div", "said");
      this.element = make("section", "pane", "", this.title, this.said,
        make("div", "meter", "",
          make("div", "", "", this.state, this.tokens),
          make("div", "", "", this.label, this.first, this.rate, this.cost)));
      this.element.tabIndex = 0;
      this.element.setAttribute("aria-label", run.name);
      this.visible = true;
      this.follows = true; // the end of the text, until somebody scrolls away from it
      this.said.addEventListener("scroll", () => {
        const { scrollTop, clientHeight, scrollHeight } = this.said;
        this.follows = scrollTop + clientHeight >= scrollHeight - 8;
      });
      new ResizeObserver(() => this.follow()).observe(this.said);
      this.clear(0);
    }

    clear(telling) {
      this.telling = telling;
      this.said.replaceChildren();
      this.lines = []; // of each: its element, and where it begins in the text
      this.done = this.kind = 0;
      this.begin(0);
    }

    begin(start) {
      const element = make("div");
      this.said.append(element);
      this.lines.push({ element, start });
    }

    follow() {
      if (this.follows) this.said.scrollTop = 1e9;
    }

    /** Show the run as it stood at a moment. */
    show(ms, turned) {
      const now = this.track.at(ms);
      const { stand } = now;
      if (now.telling !== this.telling) this.clear(now.telling);
      const { text, kinds } = this.track.run.tellings[now.telling];
      if (now.shown < this.done) this.shrink(now.shown, kinds);
      const grew = this.done < now.shown;
      this.grow(now.shown, text, kinds);
      const first = this.lines[0].element;
      if (!now.shown) put(first, stand.waiting);
      first.classList.toggle("waiting", !now.shown);
      const figures = this.track.figures(now);
      const glyph = stand.glyph ?? SPINNER[turned % SPINNER.length];
      const quiet = stand.silent;
      put(this.state, `${glyph} ${stand.word}`);
      put(this.tokens, quiet ? "" : figures.tokens);
      put(this.label, quiet ? "" : "  first");
      put(this.first, quiet ? "" : figures.first);
      put(this.rate, quiet ? "" : figures.rate);
      put(this.cost, quiet && !stand.cost ? "" : figures.cost);
      for (const name of ["complete", "cut", "failed"]) {
        this.element.classList.toggle(name, stand.stands === name);
      }
      return grew;
    }

    grow(to, text, kinds) {
      if (this.done === 0 && to > 0) this.lines[0].element.textContent = "";
      while (this.done < to) {
        const ends = this.kind + 1 < kinds.length ? kinds[this.kind + 1][0] : text.length;
        const end = Math.min(to, ends);
        const [begun, ...further] = text.slice(this.done, end).split("\n");
        let start = this.done + begun.length + 1;
        this.add(begun, kinds[this.kind][1]);
        for (const line of further) {
          this.begin(start);
          this.add(line, kinds[this.kind][1]);
          start += line.length + 1;
        }
        this.done = end;
        if (end === ends) this.kind++;
      }
    }

    add(text, kind) {
      if (!text) return;
      const line = this.lines[this.lines.length - 1].element;
      const last = line.lastElementChild;
      if (last && last.className === kind) last.firstChild.appendData(text);
      else line.append(make("span", kind, text));
    }

    shrink(to, kinds) {
      while (this.lines.length > 1 && this.lines[this.lines.length - 1].start > to) {
        this.lines.pop().element.remove();
      }
      const line = this.lines[this.lines.length - 1];
      line.element.textContent = "";
      this.done = line.start;
      this.kind = Math.max(0, countTo(this.done, kinds.map(([start]) => start)) - 1);
    }
  }

  /** The page: a round at a time, played, stepped through, jumped about in. */
  class Player {
    constructor() {
      this.speed = 2;
      this.playing = this.loops = false;
      this.ms = 0;
      this.build();
      this.listen();
      const [, round, , seconds] = /^#(\d+)(@([\d.]+))?$/.exec(location.hash) || [];
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.open(round ? round - 1 : session.rounds.length - 1);
      if (seconds !== undefined) this.seek(seconds * 1000);
      else if (still) this.seek(this.length);
      else this.play(true);
    }

    build() {
      const several = session.rounds.length > 1;
      const button = (text, label, act) => {
        const element = make("button", "", text);
        element.type = "button";
        element.title = element.ariaLabel = label;
        element.addEventListener("click", act);
        return element;
      };
      this.rounds = make("select", "", "", ...session.rounds.map((round, place) =>
        make("option", "", `round ${place + 1} of ${session.rounds.length}  ${round.name}`)));
      this.rounds.ariaLabel = "round";
      this.rounds.hidden = !several;
      this.rounds.addEventListener("change", () => this.open(this.rounds.selectedIndex));
      this.name = make("h1");
      this.badge = make("span", "badge", "SIMULATED");
      this.facts = make("span", "quiet");
      this.money = make("span", "quiet end");
      this.asked = make("div");
      this.details = make("details", "", "", make("summary", "", "what was asked"), this.asked);
      this.main = make("main");
      this.pauser = button("▶", "play or pause (space)", () => this.pause());
      this.told = make("span", "clock");
      this.scrubber = make("input");
      this.scrubber.type = "range";
      this.scrubber.min = 0;
      this.scrubber.step = 1;
      this.scrubber.ariaLabel = "moment of the round";
      this.scrubber.addEventListener("input", () => this.seek(Number(this.scrubber.value)));
      this.total = make("span", "clock");
      this.pace = make("span", "speed");
      this.looper = button("loop", "again and again (l)", () => this.loop());
      document.body.append(
        make("header", "", "", this.name, this.rounds, this.badge, this.facts, this.money),
        this.details, this.main,
        make("footer", "", "", make("span", "badge", "REPLAY"), this.pauser, this.told, this.scrubber,
          this.total,
          button("[", "an event back ([)", () => this.step(-1)),
          button("]", "an event on (])", () => this.step(1)),
          button("<", "slower (<)", () => this.faster(-1)), this.pace,
          button(">", "faster (>)", () => this.faster(1)), this.looper,
          make("span", "quiet keys", "space pause   ←→ jump   p n round")));
    }

    listen() {
      const keys = {
        " ": () => this.pause(), "[": () => this.step(-1), "]": () => this.step(1),
        "<": () => this.faster(-1), ">": () => this.faster(1), ",": () => this.faster(-1),
        ".": () => this.faster(1), l: () => this.loop(), p: () => this.open(this.at - 1),
        n: () => this.open(this.at + 1), Home: () => this.seek(0), End: () => this.seek(this.length),
        ArrowLeft: () => this.seek(this.ms - this.length / JUMPS),
        ArrowRight: () => this.seek(this.ms + this.length / JUMPS),
        Escape: () => this.maximize(null),
      };
      document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.target.closest("select, summary")) return;
        if (event.key === " " && event.target.closest("button")) return; // presses it
        const act = /^\d$/.test(event.key) ? () => this.seek((event.key / 10) * this.length) : keys[event.key];
        if (!act) return;
        event.preventDefault();
        act();
      });
      this.seer = new IntersectionObserver((seen) => {
        for (const { target, isIntersecting } of seen) {
          const pane = this.panes.find(({ element }) => element === target);
          if (!pane) continue;
          pane.visible = isIntersecting;
        }
        this.paint();
      }, { root: null, rootMargin: "25%" });
      addEventListener("resize", () => this.arrange());
      addEventListener("beforeprint", () => this.panes.forEach((pane) => pane.show(this.shownMs, 0)));
    }

    /** Open a round at its start; it goes on playing if one was playing. */
    open(place) {
      if (place < 0 || place >= session.rounds.length) return;
      const round = session.rounds[place];
      this.at = place;
      this.rounds.selectedIndex = place;
      put(this.name, session.title);
      this.badge.hidden = !round.simulated;
      put(this.facts, [round.name, round.began && `${round.began} UTC`, round.provider, round.models.join(", "), round.note].filter(Boolean).join("  ·  "));
      put(this.money, `round ${round.cost}`);
      this.asked.replaceChildren(...[...sections(round.asked), ...round.runs.flatMap((run) => sections(run.asked, `${run.name}: `))]);
      this.seer.disconnect();
      this.main.classList.remove("one");
      this.panes = round.runs.map((run) => new Pane(run));
      for (const pane of this.panes) {
        pane.title.addEventListener("click", () => this.maximize(pane));
        this.seer.observe(pane.element);
      }
      this.main.replaceChildren(...this.panes.map(({ element }) => element));
      this.arrange();
      this.length = Math.max(1, ...this.panes.map(({ track }) => track.length));
      this.moments = null;
      this.scrubber.max = this.length;
      put(this.total, clock(this.length));
      this.seek(0);
    }

    /** As many panes side by side as there is room for, in rows of even length. */
    arrange() {
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      const most = Math.max(1, Math.floor(this.main.clientWidth / (NARROWEST_REM * rem)));
      const across = Math.ceil(this.panes.length / Math.ceil(this.panes.length / most));
      this.main.style.setProperty("--across", across);
    }

    maximize(pane) {
      const one = pane !== null && !this.main.classList.contains("one");
      this.main.classList.toggle("one", one);
      for (const each of this.panes) each.element.classList.toggle("chosen", each === pane);
      this.paint();
    }

    play(on) {
      this.playing = on;
      this.before = null;
      this.paint();
      if (on && !this.awaits) this.await();
    }

    await() {
      this.awaits = true;
      requestAnimationFrame((now) => {
        this.awaits = false;
        if (!this.playing) return;
        this.ms += this.before === null ? 0 : (now - this.before) * SPEEDS[this.speed];
        this.before = now;
        if (this.ms >= this.length) {
          if (this.loops) this.ms = 0;
          else {
            this.ms = this.length;
            this.playing = false;
          }
        }
        this.paint();
        if (this.playing) this.await();
      });
    }

    pause() {
      if (!this.playing && this.ms >= this.length) this.ms = 0;
      this.play(!this.playing);
    }

    seek(ms) {
      this.ms = Math.max(0, Math.min(ms, this.length));
      this.before = null;
      this.paint();
    }

    /** Pause, and go to the moment before or after this one at which something happened. */
    step(by) {
      if (!this.moments) {
        const all = this.panes.flatMap(({ track }) => [...track.times, ...track.stands.slice(1)]);
        this.moments = [0, ...new Set(all.filter((ms) => ms > 0))].sort((one, other) => one - other);
      }
      const place = by > 0 ? countTo(this.ms, this.moments) : countTo(this.ms - 1e-6, this.moments) - 1;
      this.playing = false;
      this.seek(this.moments[Math.max(0, Math.min(place, this.moments.length - 1))]);
    }

    faster(by) {
      this.speed = Math.max(0, Math.min(this.speed + by, SPEEDS.length - 1));
      this.paint();
    }

    loop() {
      this.loops = !this.loops;
      this.paint();
    }

    /** At the very start nothing has happened yet, not even what came in the first millisecond. */
    get shownMs() {
      return this.ms > 0 ? this.ms : -1;
    }

    paint() {
      const turned = Math.floor(this.ms / 100);
      const grown = this.panes.filter((pane) => pane.visible && pane.show(this.shownMs, turned));
      for (const pane of grown) pane.follow(); // after all are painted: the page is laid out once
      put(this.pauser, this.playing ? "‖" : "▶");
      put(this.told, clock(this.ms));
      put(this.pace, `${SPEEDS[this.speed]}x`);
      this.scrubber.value = this.ms;
      this.scrubber.setAttribute("aria-valuetext", clock(this.ms));
      this.looper.setAttribute("aria-pressed", this.loops);
    }
  }

  const sections = (asked, before = "") =>
    asked.flatMap(([label, text]) => [make("h3", "", before + label), make("pre", "", text)]);

  new Player();
})();
