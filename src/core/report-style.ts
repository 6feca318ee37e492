/** The page's only style. Its hash stands in the page's policy, so that no other style, and no script, runs there. */
export const REPORT_STYLE = `:root{color-scheme:light dark;--page:#fff;--text:#1b1f24;--soft:#5b6570;--rule:#d9dee3;--panel:#f5f7f9;--a:#1264a3;--b:#b4470b;--bad:#b3261e;--good:#1b6e3c;--odd:#7a5a00;--shade:#1264a314}
@media (prefers-color-scheme:dark){:root{--page:#14181d;--text:#e6e9ec;--soft:#9aa5b1;--rule:#333b44;--panel:#1c2229;--a:#6cb4f5;--b:#ff9d62;--bad:#ff8a80;--good:#7fd6a0;--odd:#e8c15a;--shade:#6cb4f51c}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:1320px;margin:0 auto;padding:28px 24px 48px}
h1{font-size:26px;margin:0 0 4px}
h2{font-size:18px;margin:32px 0 10px}
code{font-family:ui-monospace,monospace;font-size:13px}
.legend,.note,footer{color:var(--soft)}
.note,footer{font-size:13px}
footer{margin-top:36px;border-top:1px solid var(--rule);padding-top:12px}
.key{display:inline-block;width:26px;height:0;margin:0 4px 3px 0;vertical-align:middle;border-top:3px solid var(--a)}
.key.b{margin-left:18px;border-top:3px dashed var(--b)}
.verdict{background:var(--panel);border-left:5px solid var(--soft);border-radius:4px;padding:12px 18px;margin:18px 0}
.verdict h2{margin:0 0 6px}
.verdict ul{margin:0;padding-left:20px}
.verdict.release,.verdict.both{border-color:var(--bad)}
.verdict.world{border-color:var(--odd)}
.verdict.none{border-color:var(--good)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:13.5px}
th,td{text-align:left;padding:5px 12px 5px 0;border-bottom:1px solid var(--rule);white-space:nowrap;vertical-align:middle}
thead th{color:var(--soft);font-weight:500}
tbody th{font-weight:600}
.number{text-align:right}
td.why{color:var(--soft);white-space:normal}
.outcome{font-weight:600;color:var(--soft)}
.outcome.worse{color:var(--bad)}
.outcome.better{color:var(--good)}
.outcome.shifted{color:var(--odd)}
figure{margin:14px 0}
figcaption{font-weight:600;font-size:14px}
svg{display:block;width:100%;max-width:900px;height:auto}
svg.range{width:120px;height:12px}
.grid{stroke:var(--rule);stroke-width:1}
.tick{fill:var(--soft);font:11px system-ui,sans-serif}
.end{text-anchor:end}
.middle{text-anchor:middle}
.window{fill:var(--shade)}
.line{fill:none;stroke-width:2;stroke:var(--a)}
.line.b{stroke:var(--b);stroke-dasharray:6 3}
.dot,.bar{fill:var(--a)}
.dot.b{fill:var(--b)}
.bar.b{fill:none;stroke:var(--b);stroke-width:1.4}
.zero{stroke:var(--soft);stroke-dasharray:2 2}
.whisker{stroke:var(--text);stroke-width:2}
.value{fill:var(--text)}
@media print{main{max-width:none}}
`
