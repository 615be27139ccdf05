/** The page's style: a light and a dark one, a narrow and a printed one. */
export const style = `
:root {
  --page: #ffffff; --panel: #f6f7f9; --ink: #1c2430; --muted: #5d6878; --rule: #dde1e7;
  --accent: #1f6feb; --other-1: #8a94a3; --other-2: #b0884f; --other-3: #5f9e8f; --other-4: #a97aa8;
  --up: #1a7f4b; --down: #b3382c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --panel: #1a2029; --ink: #e4e8ee; --muted: #9aa5b4; --rule: #2e3742;
    --accent: #5b9dff; --other-1: #8792a2; --other-2: #c49a5c; --other-3: #6fb3a3; --other-4: #bd8fbc;
    --up: #55c58a; --down: #ef8277;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem clamp(1rem, 4vw, 3rem) 4rem; max-width: 76rem;
  background: var(--page); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; font-variant-numeric: tabular-nums;
}
header > p { color: var(--muted); margin: 0; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 0 0 .4rem; }
h3 { font-size: 1rem; margin: 0 0 .4rem; overflow-wrap: anywhere; }
section { margin-top: 2.2rem; padding-top: 1.6rem; border-top: 1px solid var(--rule); }
section > p { max-width: 48rem; margin: 0 0 1rem; color: var(--muted); }
section > p b { color: var(--ink); }
code, pre { font: .88em/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
th code, li code, h3 code { display: inline-block; }
td code, th code, li code, h3 code { color: var(--muted); font-weight: 400; }
.tiles {
  display: grid; gap: .8rem; margin-top: 1.4rem;
  grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr));
}
.tiles > div {
  display: flex; flex-direction: column; padding: .8rem 1rem;
  background: var(--panel); border-radius: .5rem;
}
.tiles span { color: var(--muted); font-size: .88rem; }
.tiles b { font-size: 1.7rem; line-height: 1.3; }
.tiles > div:nth-child(-n + 2) b { color: var(--accent); }
small { display: block; color: var(--muted); font-size: .8rem; font-weight: 400; min-height: 1.2em; }
.charts, .cards {
  display: grid; gap: 1.2rem 2rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr));
}
.charts > div { min-width: 0; }
.cards { grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); }
figure { margin: 0; min-width: 0; break-inside: avoid; }
figure > svg { display: block; width: 100%; max-width: 36rem; height: auto; }
figcaption { line-height: 1.35; margin-bottom: .3rem; }
figcaption span { color: var(--muted); font-size: .88rem; }
.legend {
  display: flex; flex-wrap: wrap; gap: .2rem 1.2rem;
  list-style: none; margin: 0 0 .8rem; padding: 0; font-size: .9rem;
}
.legend li { display: flex; align-items: center; gap: .45rem; }
.swatch { width: 26px; height: 10px; flex: none; }
.scroll { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; font-size: .92rem; min-width: 100%; }
th, td { padding: .4rem .7rem; text-align: right; vertical-align: top; border-bottom: 1px solid var(--rule); }
td { white-space: nowrap; }
th { font-weight: 400; }
thead th { color: var(--muted); font-size: .82rem; vertical-align: bottom; }
.text { text-align: left; white-space: normal; }
tr > :first-child { padding-left: 0; }
.main th, .main td { font-weight: 600; }
.main > :first-child { color: var(--accent); }
em { font-style: normal; font-size: .85em; }
.up { color: var(--up); } .down { color: var(--down); } .open { color: var(--muted); }
.wide { overflow-x: auto; }
.wide figure > svg { max-width: none; min-width: 40rem; }
.stayed { color: var(--muted); }
.shade { display: block; padding: .2rem .4rem; border-radius: .3rem; background: color-mix(in srgb, var(--accent) calc(var(--shade) * .6), transparent); }
.shade small { color: inherit; opacity: .75; }
details { margin-top: .8rem; }
summary { cursor: pointer; color: var(--muted); font-size: .92rem; }
pre { margin: .6rem 0; padding: .8rem 1rem; background: var(--panel); border-radius: .5rem; overflow-x: auto; }
article { padding: .9rem 1rem; background: var(--panel); border-radius: .5rem; break-inside: avoid; }
article p { margin: 0 0 .4rem; color: var(--muted); font-size: .88rem; }
article ol { margin: 0; padding-left: 1.4rem; font-size: .92rem; overflow-wrap: anywhere; }
article li span { color: var(--muted); font-size: .85em; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .35rem 1.5rem; margin: 0; }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 36rem) {
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: .85rem; }
  section { break-inside: auto; } h2 { break-after: avoid; }
}
`;
