/** A DnsClient in the shape that mailauth takes: `resolver(name, type)`, errors with Node's codes. */
import type { DnsAnswer, DnsClient } from '../../lambda/dns/types.ts';

export type MailauthResolver = (name: string, type: string) => Promise<unknown[]>;

export function mailauthResolver(dns: DnsClient): MailauthResolver {
  return async (name, type) => {
    switch (type) {
      case 'TXT':
        return records(await dns.txt(name)).map((text) => [text]);
      case 'MX':
        return records(await dns.mx(name)).map(({ preference, exchange }) => ({
          priority: preference,
          exchange,
        }));
      case 'A':
        return records(await dns.a(name));
      case 'AAAA':
        return records(await dns.aaaa(name));
      case 'CNAME':
        return records(await dns.cname(name));
      default:
        throw Object.assign(new Error(`${type} is not served`), { code: 'ENOTIMP' });
    }
  };
}

function records<T>(answer: DnsAnswer<T>): T[] {
  if (answer.kind === 'found') return answer.records;
  if (answer.kind === 'unknown') throw Object.assign(new Error(answer.detail), { code: 'ESERVFAIL' });
  const code = answer.because === 'NXDOMAIN' ? 'ENOTFOUND' : 'ENODATA';
  throw Object.assign(new Error(`${answer.name} is absent`), { code });
}
