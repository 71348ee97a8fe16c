extension HTMLPage {
  /// Filters the tables of a matrix and moves between its cells by arrow keys; the page is complete without it.
  static let matrixScript = """
    (() => {
      const form = document.getElementById('filter'), result = document.getElementById('result');
      const tables = [...document.querySelectorAll('table[data-matrix]')];
      const has = (text, word) => text.toLowerCase().includes(word.trim().toLowerCase());
      const cellsOf = (row) => [...row.cells].slice(1);

      // A row, a column or a table is shown if one of its cells is.
      const apply = () => {
        const from = form.elements.from.value, to = form.elements.to.value, verdict = form.elements.verdict.value;
        const isFiltering = from.trim() !== '' || to.trim() !== '' || verdict !== '';
        let count = 0, shownTables = 0;
        for (const table of tables) {
          const heads = cellsOf(table.tHead.rows[0]);
          const named = heads.map((head) => has(head.dataset.names, to));
          const columns = heads.map(() => false);
          let isShown = false;
          for (const row of table.tBodies[0].rows) {
            const found = cellsOf(row).map((cell, index) => named[index] && (verdict === '' || cell.dataset.verdict === verdict));
            row.hidden = !has(row.cells[0].dataset.names, from) || !found.includes(true);
            if (row.hidden) continue;
            isShown = true;
            found.forEach((it, index) => { if (it) { columns[index] = true; count += 1; } });
          }
          heads.forEach((head, index) => { head.hidden = !columns[index]; });
          for (const row of table.tBodies[0].rows) {
            cellsOf(row).forEach((cell, index) => {
              cell.hidden = !columns[index];
              cell.classList.toggle('off', verdict !== '' && cell.dataset.verdict !== verdict);
            });
          }
          const section = table.closest('section');
          section.hidden = !isShown;
          document.querySelector(`.jump a[href="#${section.id}"]`).parentElement.hidden = !isShown;
          if (isShown) shownTables += 1;
          enter(table);
        }
        const some = (number, one) => `${number} ${one}${number === 1 ? '' : 's'}`;
        result.textContent = isFiltering ? `${some(count, 'cell')} in ${some(shownTables, 'table')}` : '';
      };

      // One cell of a table is reached by Tab, the others by arrow keys.
      const target = (cell) => cell.querySelector('summary, span');
      const enter = (table, cell) => {
        const all = [...table.tBodies[0].rows].flatMap(cellsOf);
        const shown = all.filter((it) => !it.hidden && !it.parentElement.hidden);
        const first = cell ?? shown.find((it) => it.querySelector('summary')) ?? shown[0];
        for (const it of all) target(it).tabIndex = it === first ? 0 : -1;
      };
      const move = (cell, key) => {
        const rows = [...cell.closest('tbody').rows].filter((row) => !row.hidden);
        const columns = cellsOf(cell.parentElement).filter((it) => !it.hidden).map((it) => it.cellIndex);
        let row = rows.indexOf(cell.parentElement), column = columns.indexOf(cell.cellIndex);
        if (key === 'ArrowUp') row -= 1;
        if (key === 'ArrowDown') row += 1;
        if (key === 'ArrowLeft') column -= 1;
        if (key === 'ArrowRight') column += 1;
        if (key === 'Home') column = 0;
        if (key === 'End') column = columns.length - 1;
        return rows[row]?.cells[columns[column]];
      };
      document.addEventListener('keydown', (event) => {
        const cell = event.target.closest?.('td[data-verdict]');
        if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
        if (event.key === 'Escape') {
          const details = cell.querySelector('details[open]');
          if (details) details.open = false;
          return;
        }
        if (!['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) return;
        event.preventDefault();
        const next = move(cell, event.key);
        if (!next) return;
        enter(cell.closest('table'), next);
        target(next).focus();
      });
      document.addEventListener('focusin', (event) => {
        const cell = event.target.closest?.('td[data-verdict]');
        if (cell) enter(cell.closest('table'), cell);
      });

      form.addEventListener('input', apply);
      form.addEventListener('reset', () => setTimeout(apply));
      form.addEventListener('submit', (event) => event.preventDefault());
      form.hidden = false;
      apply();
    })();
    """
}
