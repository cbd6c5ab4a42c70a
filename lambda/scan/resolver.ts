/** Whether DNS can be asked at all, proved once an invocation: one coverage reason instead of thousands of unknowns. */
import { ENV, type Scan } from '../contract.ts';
import { checkResolver } from '../dns/check-resolver.ts';
import type { Runtime } from './runtime.ts';

/**
 * Where DNS is unusable, that is said once of the whole scan: digest and report then name it even where nothing changed.
 * @returns why DNS is unusable, or undefined when a large TXT came over UDP and TCP.
 */
export async function probeResolver(scan: Scan, runtime: Runtime): Promise<string | undefined> {
  const name = process.env[ENV.dnsProbeName];
  const result = await checkResolver({ ...runtime.dnsOptions, ...(name ? { name } : {}) });
  if (result.usable) return undefined;
  const sentence = `DNS could not be used (${result.detail}): nothing that needs it was judged. Check the resolver and the way to it over UDP and TCP.`;
  await runtime.table.addScanProblem(scan.id, sentence);
  return result.detail;
}
