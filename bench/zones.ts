/** One zone for both contenders, with every answer made beforehand: the resolver costs the same on either side. */
import type { DnsAnswer, DnsClient, DnsRecordType, MxRecord } from '../lambda/dns/types.ts';
import { generateKeyPairSync } from 'node:crypto';

export interface BenchZone {
  dns: DnsClient;
  /** In the shape that mailauth takes. */
  resolver: (name: string, type: string) => Promise<unknown>;
  /** Questions since the last call, then counts anew. */
  takeCount(): number;
}

type Records = Partial<Record<'TXT' | 'A' | 'AAAA' | 'PTR', string[]>> & { MX?: MxRecord[] };

/** Domains with records that nobody else has, more than either side remembers (the caches of lambda/mail-auth: 200). */
export const NEW_DOMAINS = Array.from({ length: 250 }, (_, index) => `d${index}.example.net`);

/** A middling organization: includes three deep, a long SPF, inherited DMARC, keys of three kinds. */
export function benchZone(): BenchZone {
  const zone = new Map(Object.entries(records()));
  const ours = new Map<string, DnsAnswer<never>>();
  const theirs = new Map<string, { value: unknown[] } | { error: Error }>();
  let count = 0;

  const ask = (name: string, type: DnsRecordType): Promise<DnsAnswer<never>> => {
    count += 1;
    const key = `${type} ${name}`;
    let answer = ours.get(key);
    if (answer === undefined) {
      answer = answerOf(zone, name, type);
      ours.set(key, answer);
    }
    return Promise.resolve(answer);
  };
  const resolver = (name: string, type: string): Promise<unknown> => {
    count += 1;
    const key = `${type} ${name}`;
    let answer = theirs.get(key);
    if (answer === undefined) {
      answer = nodeAnswerOf(answerOf(zone, name.toLowerCase(), type as DnsRecordType));
      theirs.set(key, answer);
    }
    return 'value' in answer ? Promise.resolve(answer.value) : Promise.reject(answer.error);
  };
  return {
    dns: {
      txt: (name) => ask(name, 'TXT'),
      mx: (name) => ask(name, 'MX'),
      a: (name) => ask(name, 'A'),
      aaaa: (name) => ask(name, 'AAAA'),
      cname: (name) => ask(name, 'CNAME'),
      ptr: (ip) => ask(`${ip.split('.').reverse().join('.')}.in-addr.arpa`, 'PTR'),
    },
    resolver,
    takeCount: () => {
      const taken = count;
      count = 0;
      return taken;
    },
  };
}

function answerOf(zone: Map<string, Records>, name: string, type: DnsRecordType): DnsAnswer<never> {
  const base = { name, type, aliases: [] };
  const found = zone.get(name)?.[type as keyof Records];
  if (found !== undefined) return { ...base, kind: 'found', records: found as never[], ttl: 300 };
  const exists = zone.has(name) || [...zone.keys()].some((other) => other.endsWith(`.${name}`));
  return { ...base, kind: 'absent', because: exists ? 'NODATA' : 'NXDOMAIN' };
}

function nodeAnswerOf(answer: DnsAnswer<never>): { value: unknown[] } | { error: Error } {
  if (answer.kind === 'found') {
    const records: unknown[] = answer.records;
    if (answer.type === 'TXT') return { value: records.map((text) => [text]) };
    if (answer.type !== 'MX') return { value: records };
    return {
      value: (records as MxRecord[]).map(({ preference, exchange }) => ({ priority: preference, exchange })),
    };
  }
  const code = answer.kind === 'absent' && answer.because === 'NXDOMAIN' ? 'ENOTFOUND' : 'ENODATA';
  return { error: Object.assign(new Error(`${answer.type} ${answer.name} ${code}`), { code }) };
}

function records(): Record<string, Records> {
  return {
    'example.com': {
      TXT: [
        'v=spf1 include:_spf.example.com include:amazonses.com ip4:192.0.2.0/24 a mx -all',
        'site-verification=1',
      ],
      A: ['192.0.2.10'],
      MX: [
        { preference: 10, exchange: 'mx1.example.com' },
        { preference: 20, exchange: 'mx2.example.com' },
      ],
    },
    '_spf.example.com': { TXT: ['v=spf1 include:_a.example.com include:_b.example.com ~all'] },
    '_a.example.com': { TXT: [`v=spf1 ${networks(40)} ?all`] },
    '_b.example.com': { TXT: ['v=spf1 ip6:2001:db8::/32 exists:%{ir}.%{v}._spf.example.com ~all'] },
    'amazonses.com': { TXT: [`v=spf1 ${networks(14)} ip4:199.255.192.0/22 -all`] },
    'mx1.example.com': { A: ['192.0.2.25'] },
    'mx2.example.com': { A: ['203.0.113.25'] },
    'bounce.example.com': {
      TXT: ['v=spf1 include:amazonses.com ~all'],
      MX: [{ preference: 10, exchange: 'feedback-smtp.eu-west-1.amazonses.com' }],
    },
    'redirected.example.com': { TXT: ['v=spf1 redirect=_spf.example.com'] },
    '_dmarc.example.com': {
      TXT: ['v=DMARC1; p=quarantine; sp=none; np=reject; rua=mailto:d@example.com; adkim=r; aspf=r'],
    },
    '_dmarc.strict.example.com': { TXT: ['v=DMARC1; p=reject; adkim=s; aspf=s; rua=mailto:d@example.com'] },
    'news.example.com': { A: ['192.0.2.11'] },
    '_dmarc.gov': { TXT: ['v=DMARC1; p=reject; psd=y'] },
    'agency.gov': { A: ['192.0.2.12'] },
    'rsa2048._domainkey.example.com': { TXT: [`v=DKIM1; k=rsa; p=${rsa(2048)}`] },
    'rsa1024._domainkey.example.com': { TXT: [`v=DKIM1; p=${rsa(1024)}`] },
    'ed._domainkey.example.com': { TXT: [`v=DKIM1; k=ed25519; p=${ed25519()}`] },
    ...Object.fromEntries(NEW_DOMAINS.flatMap(recordsOfItsOwn)),
  };
}

function recordsOfItsOwn(domain: string, index: number): [string, Records][] {
  const spf = `v=spf1 ip4:198.51.${index}.0/24 include:_spf.${domain} a:mail.${domain} -all`;
  const dmarc = `v=DMARC1; p=quarantine; sp=none; rua=mailto:dmarc@${domain}; adkim=r; aspf=r`;
  return [
    [domain, { TXT: [spf] }],
    [`_spf.${domain}`, { TXT: [`v=spf1 ip4:10.${index}.0.0/16 ip6:2001:db8:${index}::/48 ~all`] }],
    [`mail.${domain}`, { A: ['192.0.2.25'] }],
    [`_dmarc.${domain}`, { TXT: [dmarc] }],
  ];
}

function networks(count: number): string {
  return Array.from({ length: count }, (_, index) => `ip4:198.51.${index}.0/26`).join(' ');
}

function rsa(modulusLength: number): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}

function ed25519(): string {
  const { publicKey } = generateKeyPairSync('ed25519');
  return publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
}
