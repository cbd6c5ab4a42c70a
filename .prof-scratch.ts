import { mkdtempSync } from 'node:fs';
import { startStack } from '/work/main/local/stack.ts';
import { runScan } from '/work/main/local/run-scan.ts';
import { buildWorld } from '/work/main/local/organization/build-world.ts';
const folder = mkdtempSync('/tmp/prof-');
const stack = await startStack({ folder, inMemory: true, world: buildWorld({ week: 1, now: new Date() }), settings: { requestsPerSecond: 1000, organizationName: 'Example Corp' } });
for (let i = 0; i < 2; i++) {
  stack.gateway.resetCounts();
  const t = performance.now(); const c = process.cpuUsage();
  const byHandler: Record<string, number> = {};
  const starts = new Map();
  const o = await runScan({ stack, onEvent(e) { if (e.kind === 'started') starts.set(JSON.stringify(e.input)+e.handler, performance.now()); else { byHandler[e.handler] = (byHandler[e.handler] ?? 0) + performance.now() - starts.get(JSON.stringify(e.input)+e.handler); } } });
  const u = process.cpuUsage(c);
  console.log(o.execution.status, o.execution.error, 'wall', Math.round(performance.now() - t), 'cpu', Math.round((u.user + u.system) / 1000), byHandler, 'rss', process.memoryUsage().rss >> 20);
  const counts: Record<string, number> = {};
  for (const r of stack.gateway.counts()) { const k = r.service + ':' + r.action; counts[k] = (counts[k] ?? 0) + r.calls; }
  console.log(counts, stack.dns?.queries());
  console.log(o.digest?.subject);
}
await stack.close();
