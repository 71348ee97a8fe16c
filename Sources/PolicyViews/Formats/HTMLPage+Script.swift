extension HTMLPage {
  /// Filters the tables of a matrix, moves between its cells by arrow keys, and shows the explanation of a cell
  /// beside it; the page is complete without it.
  static let matrixScript = """
    (() => {
      const form = document.getElementById('filter'), result = document.getElementById('result');
      const answer = document.getElementById('answer'), compact = document.getElementById('compact');
      const tables = [...document.querySelectorAll('table[data-matrix]')];
      const has = (text, word) => text.toLowerCase().includes(word.trim().toLowerCase());
      const cellsOf = (row) => [...row.cells].slice(1);
      const linkOf = (cell) => cell.firstElementChild;

      // One cell of a table is reached by Tab, the others by arrow keys.
      const reached = new Map();
      const enter = (table, cell) => {
        if (reached.has(table)) reached.get(table).tabIndex = -1;
        if (cell) reached.set(table, linkOf(cell));
        if (cell) linkOf(cell).tabIndex = 0;
      };

      // A row, a column or a table is shown if one of its cells is.
      const apply = () => {
        const from = form.elements.from.value, to = form.elements.to.value, verdict = form.elements.verdict.value;
        const isFiltering = from.trim() !== '' || to.trim() !== '' || verdict !== '';
        let count = 0, shownTables = 0, widest = 0;
        for (const table of tables) {
          const heads = cellsOf(table.tHead.rows[0]);
          const named = heads.map((head) => has(head.dataset.names, to));
          const columns = heads.map(() => false);
          let first;
          for (const row of table.tBodies[0].rows) {
            const found = cellsOf(row).map((cell, index) => named[index] && (verdict === '' || cell.classList.contains(verdict)));
            row.hidden = !has(row.cells[0].dataset.names, from) || !found.includes(true);
            if (row.hidden) continue;
            first ??= row.cells[1 + found.indexOf(true)];
            found.forEach((it, index) => { if (it) { columns[index] = true; count += 1; } });
          }
          widest = Math.max(widest, columns.filter(Boolean).length);
          heads.forEach((head, index) => { head.hidden = !columns[index]; });
          for (const row of table.tBodies[0].rows) {
            cellsOf(row).forEach((cell, index) => {
              cell.hidden = !columns[index];
              cell.classList.toggle('off', verdict !== '' && !cell.classList.contains(verdict));
            });
          }
          const section = table.closest('section');
          section.hidden = !first;
          document.querySelector(`.jump a[href="#${section.id}"]`).parentElement.hidden = !first;
          if (first) shownTables += 1;
          enter(table, first);
        }
        const some = (number, one) => `${number} ${one}${number === 1 ? '' : 's'}`;
        result.textContent = !isFiltering ? '' : count === 0 ? 'No cell matches.' : `${some(count, 'cell')} in ${some(shownTables, 'table')}`;
        document.querySelector('main').classList.toggle('huge', widest > +form.dataset.most);
        hide();
      };

      // The explanation of a cell, with its ends and its services.
      const root = document.documentElement.classList;
      const hide = () => { answer.hidden = true; root.remove('answered'); };
      const show = (cell) => {
        const table = cell.closest('table'), title = table.closest('section').querySelector('h2');
        const [from, to] = [cell.parentElement.cells[0], table.tHead.rows[0].cells[cell.cellIndex]].map((it) => it.textContent);
        const ends = document.createElement('b');
        ends.textContent = `${from} → ${to}, ${title.textContent}: `;
        const note = document.getElementById(linkOf(cell).hash.slice(1)).cloneNode(true);
        answer.firstElementChild.replaceChildren(ends, ...note.childNodes);
        answer.hidden = false;
        root.add('answered');
      };
      answer.querySelector('button').addEventListener('click', hide);

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
      const cellAt = (event) => event.target.closest?.('[data-matrix] td');
      document.addEventListener('keydown', (event) => {
        if (event.key === 'Escape') return hide();
        const cell = cellAt(event);
        if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
        if (!['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) return;
        event.preventDefault();
        const next = move(cell, event.key);
        if (!next) return;
        // The headers of a table stay in place above and beside its cells.
        const table = cell.closest('table');
        table.parentElement.style.scrollPadding = `${table.tHead.offsetHeight}px 0 0 ${table.rows[0].cells[0].offsetWidth}px`;
        linkOf(next).focus();
      });
      document.addEventListener('focusin', (event) => {
        const cell = cellAt(event);
        if (!cell) return;
        enter(cell.closest('table'), cell);
        show(cell);
      });
      document.addEventListener('click', (event) => {
        const cell = cellAt(event);
        if (!cell || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        linkOf(cell).focus();
        show(cell);
      });

      form.addEventListener('input', apply);
      compact.addEventListener('change', () => root.toggle('compact', compact.checked));
      form.addEventListener('reset', () => setTimeout(() => {
        compact.checked = root.contains('compact');
        apply();
      }));
      form.addEventListener('submit', (event) => event.preventDefault());
      form.hidden = false;
      for (const table of tables) {
        for (const link of table.querySelectorAll('td > a')) link.tabIndex = -1;
        enter(table, table.tBodies[0].rows[0]?.cells[1]);
      }
      // Tables that do not fit are compact at first.
      compact.checked = tables.some((table) => table.offsetWidth > table.parentElement.clientWidth);
      root.toggle('compact', compact.checked);
    })();
    """
}
