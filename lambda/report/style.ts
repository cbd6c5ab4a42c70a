/** The report's one style sheet. */
export const STYLE = `
:root { color-scheme: light; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1b1f24; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .45rem .6rem; border-bottom: 1px solid #d8dee4; overflow-wrap: anywhere; }
th { background: #f3f5f7; } td:first-child { white-space: nowrap; } td:first-child small { white-space: normal; }
table.findings { table-layout: fixed; }
.findings th:nth-child(1) { width: 5rem; } .findings th:nth-child(2) { width: 5.5rem; }
.findings th:nth-child(3) { width: 11rem; } .findings th:nth-child(4) { width: 15rem; }
.follows { margin: .2rem 0 0; padding-left: 1.2rem; color: #57606a; }
pre { background: #f3f5f7; padding: .5rem; overflow-x: auto; white-space: pre-wrap; font-size: .85rem; margin: .3rem 0 0; }
small { color: #57606a; } .waived { margin: .3rem 0 0; color: #57606a; font-style: italic; } .fix { margin: .3rem 0 0; }
.tiles { display: flex; flex-wrap: wrap; gap: .8rem; list-style: none; padding: 0; }
.tiles li { border: 1px solid #d8dee4; border-radius: .4rem; padding: .5rem .9rem; } .tiles b { font-size: 1.3rem; }
.critical { color: #a40e26; font-weight: 600; } .high { color: #bc4c00; font-weight: 600; } .medium { color: #8a6100; }
.low, .info { color: #57606a; } .ok { color: #1a7f37; } .problem { color: #a40e26; }
@media print { body { margin: 0; } tr { break-inside: avoid; } }
`;
