extension VerdictPage {
    /// No fonts, pictures or scripts from elsewhere, and none of its own; light and dark by the reader's choice.
    static let style: HTML = """
        :root { color-scheme: light dark; --ink: #1b1f24; --dim: #59636e; --paper: #fff; --line: #d1d9e0;
          --card: #f6f8fa; --accent: #0969da; --yes: #1a7f37; --no: #cf222e; --mark: #ffd8b5; --heat: 207 34 46; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9198a1; --paper: #0d1117; --line: #3d444d;
          --card: #151b23; --accent: #4493f8; --yes: #3fb950; --no: #f85149; --mark: #5a3214; --heat: 248 81 73; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1rem; max-width: 64rem; color: var(--ink); background: var(--paper);
          font: 1rem/1.5 system-ui, sans-serif; }
        h1 { margin: 0; font-size: 1.75rem; overflow-wrap: anywhere; }
        h2 { margin: 2rem 0 .5rem; font-size: 1.25rem; }
        h3 { margin: 1rem 0 .25rem; font-size: 1rem; overflow-wrap: anywhere; }
        .yes { color: var(--yes); } .no { color: var(--no); } .dim { color: var(--dim); }
        .verdict { padding: 1rem; border: 1px solid var(--line); border-left: .5rem solid currentColor;
          border-radius: .5rem; background: var(--card); }
        .verdict > * { color: var(--ink); } .verdict h1 span { color: var(--no); }
        .verdict.yes h1 span { color: var(--yes); }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .5rem; margin: 1rem 0;
          padding: 0; list-style: none; }
        .tiles li { padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem; }
        .tiles b { display: block; font-size: 1.25rem; }
        .scroll { overflow-x: auto; } .scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { padding: .25rem .5rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; } thead th { color: var(--dim); font-weight: 600; }
        .bar { display: inline-block; width: 6rem; height: .6rem; background: var(--line); border-radius: .3rem; }
        .bar span { display: block; height: 100%; background: var(--accent); border-radius: .3rem; }
        figure { margin: 1rem 0; } figcaption { color: var(--dim); } svg { width: 100%; height: auto; fill: var(--accent); }
        svg text { fill: var(--dim); font-size: 13px; } .line path { fill: none; stroke: var(--accent); stroke-width: 2; }
        summary { cursor: pointer; padding: .25rem 0; } li { overflow-wrap: anywhere; }
        article { margin: .75rem 0; padding: .25rem 1rem .75rem; border: 1px solid var(--line); border-radius: .5rem; }
        .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .75rem; }
        pre { margin: 0; padding: .5rem; background: var(--card); border-radius: .25rem; white-space: pre-wrap;
          overflow-wrap: anywhere; font: .875rem/1.5 ui-monospace, monospace; }
        mark { background: var(--mark); color: inherit; border-radius: .2rem; }
        .t1 { background: rgb(var(--heat) / .12); } .t2 { background: rgb(var(--heat) / .25); }
        .t3 { background: rgb(var(--heat) / .4); } .t4 { background: rgb(var(--heat) / .6); }
        """
}
