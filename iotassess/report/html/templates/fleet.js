
"use strict";
// Filters and orders products, in the list and in every heat map, and tells which cell the reader is at. It
// reads the page and nothing else, and writes no markup: without it every row and every table is there.
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (what, where = document) => Array.from(where.querySelectorAll(what));
  const form = byId("pick");
  const list = all("#list tbody tr");
  const heats = all(".heat table").map((table) => ({
    table,
    body: table.tBodies[0],
    rows: Array.from(table.tBodies[0].rows),
    heads: Array.from(table.tHead.rows[0].cells),
  }));
  const FIRST = 2; // cells of a row before its verdicts: product and level
  const WEAK = ["v-contradicted", "v-not-satisfied", "v-not-assessed", "v-partial"];
  const orders = {
    rank: (a, b) => a.dataset.p - b.dataset.p,
    path: (a, b) => (a.dataset.path < b.dataset.path ? -1 : a.dataset.path > b.dataset.path ? 1 : 0),
    name: (a, b) => a.dataset.name.localeCompare(b.dataset.name, "en") || orders.path(a, b),
  };

  // --- filter and order ---------------------------------------------------------------------------

  const show = () => {
    const found = byId("p-text").value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdict = byId("p-verdict").value;
    const weak = byId("p-weak").checked;
    const place = new Map();
    const ordered = [...list].sort(orders[byId("p-order").value]);
    let number = 0;
    ordered.forEach((row, at) => {
      const text = `${row.dataset.path} ${row.dataset.name}`.toLowerCase();
      const wanted =
        found.every((word) => text.includes(word)) &&
        (verdict === "" || row.dataset.has.split(" ").includes(verdict));
      row.hidden = !wanted;
      number += wanted;
      place.set(row.dataset.p, { at, wanted });
    });
    byId("list").tBodies[0].append(...ordered);
    for (const heat of heats) {
      const rows = [...heat.rows].sort((a, b) => place.get(a.dataset.p).at - place.get(b.dataset.p).at);
      for (const row of rows) row.hidden = !place.get(row.dataset.p).wanted;
      heat.body.append(...rows);
      const seen = rows.filter((row) => !row.hidden);
      heat.heads.forEach((head, at) => {
        if (at < FIRST) return;
        const off = weak && !seen.some((row) => WEAK.includes(row.cells[at].className));
        if (head.hidden === off) return;
        head.hidden = off;
        for (const row of heat.rows) row.cells[at].hidden = off;
      });
      rove(heat);
    }
    byId("p-count").textContent = `${number} of ${list.length} products`;
  };

  // --- the heat maps ------------------------------------------------------------------------------

  const tell = (heat, cell) => {
    const row = cell.parentElement;
    const head = heat.heads[cell.cellIndex];
    byId(heat.table.dataset.here).textContent =
      `${row.cells[0].textContent}: ${head.textContent} ${head.dataset.title}: ${cell.className.slice(2)}`;
  };
  const rove = (heat, cell) => {
    // One cell of a table takes the focus by the tab key; arrows lead from it to the others.
    for (const old of all("td[tabindex]", heat.body)) old.removeAttribute("tabindex");
    const row = heat.body.querySelector("tr:not([hidden])");
    const to = cell || (row && Array.from(row.cells).slice(FIRST).find((one) => !one.hidden));
    if (to) to.tabIndex = 0;
    return to;
  };
  const STEPS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
  const next = (cell, [down, right]) => {
    let to = cell;
    if (right) {
      do to = right > 0 ? to.nextElementSibling : to.previousElementSibling;
      while (to && to.hidden);
      return to && to.cellIndex >= FIRST ? to : null;
    }
    let row = cell.parentElement;
    do row = down > 0 ? row.nextElementSibling : row.previousElementSibling;
    while (row && row.hidden);
    return row ? row.cells[cell.cellIndex] : null;
  };
  for (const heat of heats) {
    heat.body.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      const cell = event.target.closest("td");
      if (!step || !cell || cell.cellIndex < FIRST) return;
      event.preventDefault();
      const to = next(cell, step);
      if (to) rove(heat, to).focus();
    });
    for (const kind of ["focusin", "mouseover"]) {
      heat.body.addEventListener(kind, (event) => {
        const cell = event.target.closest("td");
        if (cell && cell.cellIndex >= FIRST) tell(heat, cell);
      });
    }
  }

  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("submit", (event) => event.preventDefault());
  show();

  // --- light and dark -----------------------------------------------------------------------------

  const theme = byId("theme");
  const THEMES = ["system", "light", "dark"];
  theme.hidden = false;
  let worn = "system";
  theme.addEventListener("click", () => {
    worn = THEMES[(THEMES.indexOf(worn) + 1) % THEMES.length];
    if (worn === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = worn;
    theme.textContent = `Theme: ${worn}`;
  });
})();
