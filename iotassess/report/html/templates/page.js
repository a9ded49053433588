
"use strict";
// Filters the requirements, opens what a link leads to, and lights up lines of the map. It reads the page and
// nothing else, and writes no markup: without it every row is there, and every link leads to its section.
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (what, where = document) => Array.from(where.querySelectorAll(what));
  const rows = all(".r");
  const form = byId("filter");
  const texts = new Map(); // a row's text is read once, when somebody first looks for words
  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };

  // --- the filter -------------------------------------------------------------------------------

  const state = { b: new Set(), v: new Set(), g: "", f: "", q: "" };
  const SETS = ["b", "v"];

  const fits = (row) =>
    SETS.every((key) => state[key].size === 0 || state[key].has(row.dataset[key])) &&
    (state.g === "" || row.dataset.g === state.g) &&
    (state.f === "" || row.dataset.f.split(" ").includes(state.f)) &&
    state.q.toLowerCase().split(/\s+/).every((word) => word === "" || textOf(row).includes(word));

  const show = () => {
    let number = 0;
    for (const row of rows) {
      const wanted = fits(row);
      if (row.hidden === wanted) row.hidden = !wanted;
      number += wanted;
    }
    for (const box of all(".group, .base")) {
      const empty = !box.querySelector(".r:not([hidden])");
      if (box.hidden !== empty) box.hidden = empty;
    }
    byId("f-count").textContent = `${number} of ${rows.length} requirements`;
    byId("f-none").hidden = number !== 0;
    for (const button of all("button[data-key]", form)) {
      button.setAttribute("aria-pressed", String(state[button.dataset.key].has(button.dataset.value)));
    }
    byId("f-grade").value = state.g;
    byId("f-force").value = state.f;
    if (byId("f-text").value !== state.q) byId("f-text").value = state.q;
  };

  const written = () => {
    const found = new URLSearchParams();
    for (const key of SETS) if (state[key].size) found.set(key, Array.from(state[key]).sort().join(","));
    for (const key of ["g", "f", "q"]) if (state[key]) found.set(key, state[key]);
    return found.toString().replaceAll("%2C", ",");
  };
  const read = (text) => {
    const given = new URLSearchParams(text);
    for (const key of SETS) state[key] = new Set((given.get(key) || "").split(",").filter(Boolean));
    for (const key of ["g", "f", "q"]) state[key] = given.get(key) || "";
  };
  const keep = () => {
    const text = written();
    history.replaceState(null, "", text ? `#show?${text}` : "#requirements");
  };
  const changed = () => { show(); keep(); };

  // --- links: to rows, and to what numbers count ---------------------------------------------------

  const arrive = () => {
    const hash = location.hash;
    if (hash.startsWith("#show?")) {
      read(hash.slice("#show?".length));
      show();
      byId("requirements").scrollIntoView();
      return;
    }
    if (form && (hash === "" || hash === "#requirements")) { read(""); show(); } // back to before any filter
    let target = null;
    try { target = byId(decodeURIComponent(hash.slice(1))); } catch { return; } // not an address of ours
    if (!target) return;
    if (target.matches(".r") && target.hidden) { read(""); show(); }
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
    if (target.tagName === "DETAILS") target.querySelector("summary").focus({ preventScroll: true });
  };

  if (form) {
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-key]");
      if (!button) return;
      const chosen = state[button.dataset.key];
      if (!chosen.delete(button.dataset.value)) chosen.add(button.dataset.value);
      changed();
    });
    let waiting = 0;
    byId("f-text").addEventListener("input", (event) => {
      state.q = event.target.value;
      clearTimeout(waiting);
      waiting = setTimeout(changed, 80); // not while somebody types on
    });
    byId("f-grade").addEventListener("change", (event) => { state.g = event.target.value; changed(); });
    byId("f-force").addEventListener("change", (event) => { state.f = event.target.value; changed(); });
    byId("f-reset").addEventListener("click", () => { read(""); changed(); });
    const setAll = (open) => {
      for (const row of rows) if (!row.hidden) row.open = open;
    };
    byId("f-open").addEventListener("click", () => setAll(true));
    byId("f-close").addEventListener("click", () => setAll(false));
    show();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-show]");
    if (!link || !form || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(null, "", `#show?${link.dataset.show}`);
    arrive();
    byId("h-requirements").focus({ preventScroll: true });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !form) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "")) return;
    event.preventDefault();
    byId("f-text").focus();
  });
  window.addEventListener("hashchange", arrive);
  window.addEventListener("popstate", arrive);

  // --- the map --------------------------------------------------------------------------------------

  const map = document.querySelector(".map");
  if (map) {
    const edges = all(".edges path", map);
    const light = (key) => {
      map.classList.toggle("picked", key !== "");
      for (const edge of edges) {
        edge.classList.toggle("hot", key !== "" && (edge.dataset.from === key || edge.dataset.to === key));
      }
      const hot = new Set(edges.filter((edge) => edge.classList.contains("hot")).flatMap((edge) => [edge.dataset.from, edge.dataset.to]));
      for (const node of all("[data-node]", map)) node.classList.toggle("hot", hot.has(node.dataset.node));
    };
    const keyOf = (event) => event.target.closest("[data-node]")?.dataset.node
      ?? event.target.querySelector?.("[data-node]")?.dataset.node ?? "";
    map.addEventListener("pointerover", (event) => light(keyOf(event)));
    map.addEventListener("pointerleave", () => light(""));
    map.addEventListener("focusin", (event) => light(keyOf(event)));
    map.addEventListener("focusout", () => light(""));
  }

  // --- light or dark ----------------------------------------------------------------------------------

  const theme = byId("theme");
  const THEMES = ["system", "light", "dark"];
  const wear = (name) => {
    if (name === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    theme.textContent = `Theme: ${name}`;
  };
  theme.hidden = false;
  let worn = "system";
  theme.addEventListener("click", () => {
    worn = THEMES[(THEMES.indexOf(worn) + 1) % THEMES.length];
    wear(worn);
  });

  arrive();
})();
