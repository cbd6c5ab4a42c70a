/** Whether DNS can be asked at all, proved once an invocation: one coverage reason instead of thousands of unknowns. */
import { ENV } from '../contract.ts';
import { checkResolver } from '../dns/check-resolver.ts';
import type { Runtime } from './runtime.ts';

/** @returns why DNS is unusable, or undefined when a large TXT came over UDP and TCP. */
export async function probeResolver(runtime: Runtime): Promise<string | undefined> {
  const name = process.env[ENV.dnsProbeName];
  const result = await checkResolver({ ...runtime.dnsOptions, ...(name ? { name } : {}) });
  return result.usable ? undefined : result.detail;
}
