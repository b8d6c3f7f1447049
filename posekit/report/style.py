"""The report's style: for wide and narrow screens, light, dark and paper."""

from typing import Final

__all__ = ["STYLE"]

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1d2330; --soft: #5b6475; --paper: #fbfbf9; --card: #ffffff; --rule: #e3e4e0;
  --band: #f1f1ec; --h0: #2a6fb0; --h1: #c2571a; --h2: #1f8a5f; --h3: #a23b72; --h4: #8a6d0b; --h5: #5b55b5;
  --h6: #b3382f; --h7: #3d7f8c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaf0; --soft: #a4adbe; --paper: #14171d; --card: #1c2129;
  --rule: #323946; --band: #262d38; --h0: #6fb1ee; --h1: #f09a5b; --h2: #57c99b; --h3: #e287b8; --h4: #d9bb4e;
  --h5: #a6a1f3; --h6: #f28b82; --h7: #7cc4d1; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 32px 20px 56px; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 0 0 2px; }
h3 { font-size: 1rem; margin: 18px 0 2px; }
p { margin: 0 0 10px; }
.soft, caption, footer { color: var(--soft); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 22px 0;
  padding: 0; list-style: none; }
.tiles li { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 12px 14px; }
.tiles b { display: block; font-size: 1.5rem; line-height: 1.2; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.tiles span { color: var(--soft); font-size: .88rem; }
section { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: 18px 20px;
  margin: 16px 0; }
.note { border-left: 4px solid var(--h1); padding: 8px 12px; background: var(--band); border-radius: 0 8px 8px 0; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
.narrow { display: none; }
.label { font-size: 12px; fill: var(--soft); font-variant-numeric: tabular-nums; }
.grid { stroke: var(--rule); stroke-width: 1; }
.fill { fill: var(--hue); } polygon.fill { fill-opacity: .22; } rect.fill { fill-opacity: .85; }
.hollow { fill: var(--card); stroke: var(--hue); stroke-width: 2; }
.stroke, .thin { fill: none; stroke: var(--hue); stroke-width: 2; } .thin { stroke-width: 1.2; stroke-opacity: .55; }
.set { fill: var(--band); }
.h0 { --hue: var(--h0); } .h1 { --hue: var(--h1); } .h2 { --hue: var(--h2); } .h3 { --hue: var(--h3); }
.h4 { --hue: var(--h4); } .h5 { --hue: var(--h5); } .h6 { --hue: var(--h6); } .h7 { --hue: var(--h7); }
.side { --hue: var(--soft); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 4px 0 10px; padding: 0; list-style: none;
  font-size: .9rem; }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin-right: 6px;
  background: var(--hue); border: 2px solid var(--hue); } .legend i.open { background: none; }
.scroll { overflow-x: auto; margin-top: 12px; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-size: .88rem; padding-bottom: 4px; }
th, td { padding: 6px 10px 6px 0; text-align: right; border-bottom: 1px solid var(--rule); vertical-align: top; }
th:first-child, td:first-child { text-align: left; }
thead th { color: var(--soft); font-weight: 600; }
td .track { display: block; height: 8px; margin-top: 8px; border-radius: 4px; min-width: 90px;
  background: var(--band); }
td .track i { display: block; height: 8px; border-radius: 4px; background: var(--h0); }
footer { font-size: .88rem; margin-top: 28px; }
@media (max-width: 640px) {
  main { padding: 20px 12px 40px; } section { padding: 14px 12px; } h1 { font-size: 1.5rem; }
  .wide { display: none; } .narrow { display: block; } .tiles { gap: 8px; grid-template-columns: 1fr 1fr; }
  .tiles b { font-size: 1.25rem; }
  .stack thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .stack tr { display: grid; grid-template-columns: 1fr 1fr; gap: 2px 14px; padding: 8px 0;
    border-bottom: 1px solid var(--rule); }
  .stack th, .stack td { border: 0; padding: 0; text-align: left; }
  .stack tbody th { grid-column: 1 / -1; }
  .stack td::before { content: attr(data-label) " "; color: var(--soft); }
}
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --paper: #fff; --card: #fff; --rule: #ccc; --band: #eee;
    --h0: #2a6fb0; --h1: #c2571a; --h2: #1f8a5f; --h3: #a23b72; --h4: #8a6d0b; --h5: #5b55b5; --h6: #b3382f;
    --h7: #3d7f8c; }
  body { font-size: 11pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main { padding: 0; } section { break-inside: avoid; border-color: #ccc; } .wide { display: block; }
  .narrow { display: none; }
}
"""
