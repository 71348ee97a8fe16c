import Reachability

extension HTMLPage {
  /// The styles of pages: light and dark, narrow and wide, and in print.
  ///
  /// Every verdict has a word and a mark, so no information depends on color alone.
  static let styles = """
    :root {
      color-scheme: light dark;
      --ground: #ffffff; --panel: #f6f7f9; --line: #d5d9e0; --ink: #1a1f27; --soft: #545d6b;
      --link: #0b57a4; --focus: #0b57a4;
      --allow-ink: #ffffff; --allow: #1a7440; --pass: #1a7440; --block-ink: #6b4a4a; --block: #ffffff;
      --some-ink: #6f4500; --some: #fdf1d6; --unknown-ink: #5b2d91; --unknown: #f0e8fb;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ground: #12161c; --panel: #1a2029; --line: #343d4a; --ink: #e6eaf0; --soft: #a3adbb;
        --link: #8abfff; --focus: #8abfff;
        --allow-ink: #08170d; --allow: #4bb877; --pass: #4bb877; --block-ink: #c3a5a4; --block: #12161c;
        --some-ink: #f5cf7a; --some: #352a10; --unknown-ink: #d3b7ff; --unknown: #2a1f3d;
      }
    }
    * { box-sizing: border-box; }
    html { scroll-padding-top: 1rem; }
    body {
      margin: 0; background: var(--ground); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
    }
    header, main, footer { max-width: 84rem; margin: 0 auto; padding: 0 1.25rem; }
    header { padding-top: 1.75rem; }
    h1 { font-size: 1.5rem; line-height: 1.2; letter-spacing: -0.01em; margin: 0 0 .25rem; }
    h2 { font-size: 1.05rem; line-height: 1.3; margin: 0 0 .5rem; overflow-wrap: anywhere; }
    h3 { font-size: .95rem; margin: 1.2rem 0 .3rem; }
    p { margin: 0 0 .5rem; }
    a { color: var(--link); }
    code { font: .92em/1.4 ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
    .lead { color: var(--soft); overflow-wrap: anywhere; }
    .skip { position: absolute; left: -200vw; top: 0; background: var(--ground); padding: .5rem 1rem; z-index: 9; }
    .skip:focus { left: 0; }
    :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
    .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    .legend, .jump { list-style: none; display: flex; flex-wrap: wrap; gap: .4rem 1.1rem; margin: .9rem 0; padding: 0; }
    .legend { font-size: .87rem; color: var(--soft); }
    .jump { gap: .4rem; }
    .jump a {
      display: block; padding: .12rem .55rem; border: 1px solid var(--line); border-radius: 1rem;
      font-size: .87rem; text-decoration: none; overflow-wrap: anywhere;
    }
    .jump a:hover { background: var(--panel); }
    form {
      display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin: 0 0 1rem;
      padding: .7rem .9rem; background: var(--panel); border: 1px solid var(--line); border-radius: 8px;
    }
    form[hidden] { display: none; }
    label { font-size: .82rem; color: var(--soft); display: grid; gap: .15rem; }
    input, select, button {
      font: inherit; color: var(--ink); background: var(--ground); border: 1px solid var(--soft);
      border-radius: 5px; padding: 0 .5rem; height: 2rem; max-width: 100%;
    }
    section { margin: 1.5rem 0; min-width: 0; max-width: 100%; }
    .tables { display: flex; flex-wrap: wrap; gap: 1.5rem 2rem; align-items: flex-start; margin: 1.5rem 0; }
    .tables section { margin: 0; }
    .huge .tables > section { width: 100%; content-visibility: auto; contain-intrinsic-size: auto 85vh; }
    .scroll {
      position: relative; overflow: auto; border: 1px solid var(--line); border-radius: 8px;
      max-width: 100%; width: fit-content;
    }
    .tables .scroll { max-height: 85vh; }
    table { border-collapse: separate; border-spacing: 0; font-variant-numeric: tabular-nums; }
    caption { text-align: left; color: var(--soft); font-size: .87rem; padding: .4rem .7rem; }
    th, td { border-right: 1px solid var(--line); border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
    tr > :last-child { border-right: 0; }
    tbody tr:last-child > * { border-bottom: 0; }
    th { background: var(--panel); font-weight: 600; font-size: .87rem; padding: .35rem .6rem; overflow-wrap: break-word; }
    thead th { position: sticky; top: 0; z-index: 2; min-width: 4.6rem; max-width: 14rem; vertical-align: bottom; }
    tbody th { position: sticky; left: 0; z-index: 1; }
    [data-matrix] tbody th span { display: block; width: max-content; max-width: min(16rem, 36vw); }
    thead th.corner { left: 0; z-index: 3; color: var(--soft); font-weight: 400; white-space: nowrap; }
    td { padding: .35rem .6rem; max-width: 30rem; overflow-wrap: break-word; }
    td code { color: inherit; overflow-wrap: break-word; }
    [data-matrix] td { padding: 0; }
    [data-report] td { max-width: 40rem; }
    [data-report] thead th { min-width: 0; }
    [data-report] td:nth-child(2) { min-width: min(16rem, 50vw); }
    [data-report] td:last-child { overflow-wrap: anywhere; }
    [data-report] :is(.pass, .fail, .notApplicable, .notEvaluated, .unconfigured, .suppressed) { white-space: nowrap; }
    .pass { color: var(--pass); }
    .fail { background: var(--some); color: var(--some-ink); font-weight: 650; }
    .notApplicable, .notEvaluated, .unconfigured, .suppressed { color: var(--soft); }
    td > a { display: block; padding: .35rem .6rem; color: inherit; text-decoration: none; white-space: nowrap; }
    td > a::before { display: inline-block; width: 1.25em; }
    \(marks)
    td > a:hover { text-decoration: underline; }
    td > a:focus { outline: 3px solid var(--focus); outline-offset: -2px; border-radius: 0; box-shadow: inset 0 0 0 4px var(--ground); }
    td.none > a { font-size: 0; }
    td.none > a::before { font-size: .94rem; }
    .allow > a, .some > a, .mixed > a { font-weight: 650; }
    .mark { display: inline-block; width: 1.25em; }
    .allow { background: var(--allow); color: var(--allow-ink); }
    .block { background: var(--block); color: var(--block-ink); }
    .some, .mixed { background: var(--some); color: var(--some-ink); }
    .unknown { background: var(--unknown); color: var(--unknown-ink); }
    .none { color: var(--soft); }
    .notes { margin: 0; padding: 0; font-size: .93rem; columns: 30rem; column-gap: 2rem; }
    .notes > li { margin: 0 0 .3rem 2.8rem; padding-left: .2rem; break-inside: avoid; overflow-wrap: anywhere; }
    .notes > li::marker { content: "#" counter(list-item) " "; color: var(--soft); }
    .notes > li:target { outline: 2px solid var(--focus); outline-offset: 2px; }
    .notes b, #answer b:not(:first-child), .legend b { padding: .05rem .45rem; border-radius: 4px; white-space: nowrap; }
    .notes ul, #answer ul { margin: 0; padding-left: 1.2rem; }
    .unnumbered { display: none; }
    .place { color: var(--soft); }
    #answer {
      position: fixed; inset: auto 0 0 0; z-index: 9; max-height: 40vh; overflow: auto; padding: .7rem 1.25rem;
      display: flex; gap: 1rem; justify-content: space-between; align-items: start;
      background: var(--panel); border-top: 1px solid var(--soft); box-shadow: 0 -4px 16px rgb(0 0 0 / .15);
    }
    #answer[hidden] { display: none; }
    #answer p { margin: 0; align-self: center; overflow-wrap: anywhere; }
    html.answered { scroll-padding-bottom: 8rem; }
    .answered body { padding-bottom: 8rem; }
    label.check { display: flex; align-items: center; gap: .4rem; height: 2rem; }
    label.check input { height: 1rem; width: 1rem; margin: 0; }
    form p { margin: 0; font-size: .87rem; color: var(--soft); }
    #result { line-height: 2rem; }
    #result + p { flex-basis: 100%; }
    form p:empty { display: none; }
    section[hidden], li[hidden] { display: none; }
    @media screen {
      .compact table[data-matrix] { font-size: .87rem; }
      .compact [data-matrix] thead th:not(.corner) { min-width: 0; padding: .4rem .3rem; }
      .compact [data-matrix] thead wbr { display: none; }
      .compact [data-matrix] tbody th { padding: .2rem .6rem; }
      .compact [data-matrix] td > a { padding: .2rem .45rem; text-align: center; font-size: 0; }
      .compact [data-matrix] td > a::before { width: auto; min-width: 1em; font-size: .87rem; }
      .compact [data-matrix] thead th span {
        writing-mode: vertical-rl; transform: rotate(180deg); max-height: 11rem; white-space: nowrap; overflow: hidden;
        text-overflow: ellipsis;
      }
    }
    .off > * { visibility: hidden; }
    dl { display: grid; grid-template-columns: minmax(5rem, max-content) 1fr; gap: .3rem 1.1rem; margin: 0; font-size: .93rem; }
    dt { font-weight: 600; overflow-wrap: anywhere; max-width: 40vw; }
    dd { margin: 0; overflow-wrap: anywhere; color: var(--soft); }
    footer { color: var(--soft); font-size: .82rem; padding-bottom: 2rem; }
    @media (max-width: 40rem) {
      header, main, footer { padding-left: .8rem; padding-right: .8rem; }
      body { font-size: 14px; }
      td code { overflow-wrap: anywhere; }
      dl { grid-template-columns: 1fr; }
      dt { max-width: none; }
      dd { margin-bottom: .4rem; }
    }
    @media print {
      :root {
        color-scheme: light;
        --ground: #ffffff; --panel: #f3f4f6; --line: #9aa2ad; --ink: #000000; --soft: #3c434d; --link: #000000;
        --allow-ink: #ffffff; --allow: #1d6b3d; --pass: #1d6b3d; --block-ink: #3c434d; --block: #ffffff;
        --some-ink: #533400; --some: #ffffff; --unknown-ink: #47226f; --unknown: #ffffff;
      }
      @page { margin: 12mm; }
      @page wide { size: landscape; }
      body { font-size: 9.5pt; }
      header, main, footer { max-width: none; padding: 0; }
      form, .jump, .skip, #answer { display: none; }
      .scroll, .tables .scroll { overflow: visible; max-height: none; border-radius: 0; width: auto; }
      table { width: 100%; border-collapse: collapse; }
      th, td, tr > :last-child, tbody tr:last-child > * { border: 1px solid var(--line); overflow-wrap: anywhere; }
      td code { overflow-wrap: anywhere; }
      thead { display: table-header-group; }
      thead th, tbody th { position: static; max-width: none; }
      [data-matrix] tbody th span { width: auto; max-width: none; }
      tr, dt, dd { break-inside: avoid; }
      h2 { break-after: avoid; }
      section, .tables, .tables section { margin: 0 0 1.2rem; }
      .tables { display: block; }
      [data-matrix] :is(td, th) { min-width: 4.8rem; }
      .allow { print-color-adjust: exact; }
      td > a::after { content: attr(href); font-size: .75em; vertical-align: super; font-weight: 400; padding-left: .3em; }
      main:not(.huge) .tables section { break-inside: avoid; }
      tbody tr:first-child { break-before: avoid; }
      .notes { columns: 2; font-size: 8pt; }
      .huge #rules, .huge td > a::after { display: none !important; }
      .huge .unnumbered { display: block; }
      .notes .allow { color: inherit; background: none; }
      body:has(.wide) { page: wide; }
      .wide table, .wide th { font-size: 7.5pt; line-height: 1.25; }
      .wide table { table-layout: fixed; }
      .huge .wide table, .huge .wide th { font-size: 6.5pt; }
      .huge thead th span { white-space: nowrap; text-overflow: ellipsis; max-height: 9rem !important; }
      .wide [data-matrix] :is(th, td) { min-width: 0; }
      .wide td > a { padding: .1rem 0; text-align: center; font-size: 0; }
      .wide td > a::before { width: auto; font-size: 7.5pt; }
      .wide td > a::after { display: block; padding: 0; font-size: 5pt; }
      .huge thead wbr { display: none; }
      .wide thead th { padding: .2rem 0; vertical-align: bottom; text-align: center; }
      .wide thead th.corner, .wide tbody th { width: 6.5rem; padding: .1rem .3rem; }
      .wide thead th.corner { text-align: left; }
      .wide thead th span {
        writing-mode: vertical-rl; transform: rotate(180deg); max-height: 6rem; overflow: hidden; line-height: 1.1;
      }
    }
    """

  /// The mark of each verdict before the word of its cells; it is not read aloud.
  private static let marks = MatrixCell.Summary.allCases.map { summary in
    let mark = MatrixFormatter.mark(summary)
    return "td.\(summary.rawValue) > a::before { content: \"\(mark)\"; content: \"\(mark)\" / \"\"; }"
  }.joined(separator: "\n    ")
}
