extension VerdictPage {
    /// No fonts, pictures or scripts from elsewhere, and none of its own; light and dark by the reader's choice.
    static let style: HTML = """
        :root { color-scheme: light dark; --ink: #1b1f24; --dim: #59636e; --paper: #fff; --line: #d1d9e0;
          --card: #f6f8fa; --accent: #0969da; --yes: #1a7f37; --no: #cf222e; --wanted: #b4f1c1; --came: #ffd0cc;
          --heat: 207 34 46; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9198a1; --paper: #0d1117; --line: #3d444d;
          --card: #151b23; --accent: #4493f8; --yes: #3fb950; --no: #ff6a61; --wanted: #1b4a2a; --came: #5f2320;
          --heat: 248 81 73; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1rem; max-width: 64rem; color: var(--ink); background: var(--paper);
          font: 1rem/1.5 system-ui, sans-serif; }
        h1 { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem; margin: 0; font-size: 1.75rem;
          line-height: 1.25; overflow-wrap: anywhere; }
        h2 { margin: 2.5rem 0 .5rem; font-size: 1.25rem; }
        h3 { margin: 1.25rem 0 .25rem; font-size: 1rem; overflow-wrap: anywhere; }
        p { margin: .5rem 0; overflow-wrap: anywhere; }
        .yes { color: var(--yes); } .no { color: var(--no); } .dim { color: var(--dim); font-weight: 400; }
        .verdict { padding: 1.25rem; border: 1px solid var(--line); border-top: .375rem solid currentColor;
          border-radius: .5rem; background: var(--card); }
        .verdict > * { color: var(--ink); }
        .badge { padding: .125rem .75rem; border-radius: .5rem; color: var(--paper); background: var(--no); }
        .verdict.yes .badge { background: var(--yes); }
        .verdict ol, .verdict ul { margin: .75rem 0; padding-left: 1.5rem; } .verdict ol > li { margin: .375rem 0; }
        .reasons > li { font-weight: 600; } .reasons > li p { margin: 0; font-weight: 400; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .5rem; margin: 1rem 0;
          padding: 0; list-style: none; }
        .tiles li { padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem; line-height: 1.375; }
        .tiles b { display: block; font-size: 1.25rem; }
        .tiles .dim { font-size: .875rem; }
        .scroll { overflow-x: auto; } .scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { padding: .25rem .5rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; } thead th { color: var(--dim); font-weight: 600; }
        tbody th { font-weight: 400; }
        .bar { position: relative; display: block; width: clamp(3.5rem, 14vw, 12rem); height: .625rem;
          background: var(--line); border-radius: .3125rem; }
        .bar span { display: block; height: 100%; background: var(--accent); border-radius: .3125rem; }
        .bar.bad { background: rgb(var(--heat) / .25); } .bar.bad span { background: var(--no); }
        .bar i { position: absolute; top: -.1875rem; width: 2px; height: 1rem; background: var(--ink); translate: -2px; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem; }
        figure { margin: .5rem 0; } figcaption { font-weight: 600; }
        svg { width: 100%; height: auto; fill: var(--accent); } svg text { fill: var(--dim); font-size: 10.5px; }
        svg .grid { stroke: var(--line); } svg .course { fill: none; stroke: var(--accent); stroke-width: 2; }
        svg .value { fill: var(--ink); font-weight: 600; paint-order: stroke; stroke: var(--paper);
          stroke-width: 4px; } svg .no { fill: var(--no); }
        summary { cursor: pointer; padding: .25rem 0; } li { overflow-wrap: anywhere; }
        article { margin: .75rem 0; padding: .25rem 1rem .75rem; border: 1px solid var(--line); border-radius: .5rem; }
        article h3 { margin: .5rem 0 .25rem; } .asked { margin: .25rem 0 .5rem; font-size: 1.125rem; }
        .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: .75rem; }
        .sides > div, .other { min-width: 0; } .other { margin-top: .5rem; }
        pre { margin: 0; padding: .5rem; background: var(--card); border-radius: .25rem; white-space: pre-wrap;
          overflow-wrap: anywhere; font: .875rem/1.5 ui-monospace, monospace; }
        mark { color: inherit; border-radius: .2rem; } .wanted mark { background: var(--wanted); }
        .came mark { background: var(--came); }
        .t1, .t2, .t3, .t4 { border-bottom: 2px dotted rgb(var(--heat)); border-radius: .2rem .2rem 0 0; }
        .t3, .t4 { border-bottom-style: solid; }
        .t1 { background: rgb(var(--heat) / .08); } .t2 { background: rgb(var(--heat) / .16); }
        .t3 { background: rgb(var(--heat) / .28); } .t4 { background: rgb(var(--heat) / .4); }
        .key span { padding: 0 .375rem; color: var(--ink); white-space: nowrap; }
        code { font: .875rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
        dl { display: grid; grid-template-columns: auto 1fr; gap: 0 .75rem; margin: .125rem 0 .5rem; font-weight: 400; }
        dd { margin: 0; }
        """
}
