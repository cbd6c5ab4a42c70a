/** SPF, DMARC and DKIM keys beside mailauth: the same cases over the same zone. */
import { createRequire } from 'node:module';
import { checkHost } from '../lambda/mail-auth/spf.ts';
import { evaluateDmarc } from '../lambda/mail-auth/dmarc.ts';
import { selectDkimKey } from '../lambda/mail-auth/dkim.ts';
import type { Comparison, Contender, MeasureOptions } from './measure.ts';
import { interleave } from './measure.ts';
import type { BenchZone } from './zones.ts';
import { benchZone, NEW_DOMAINS } from './zones.ts';

interface Mailauth {
  spf(options: object): Promise<{ status: { result: string } }>;
  dmarc(options: object): Promise<{ status: { result: string } } | false>;
  getPublicKey(
    type: string,
    name: string,
    bits: number,
    resolver: unknown,
  ): Promise<{ modulusLength?: number }>;
}

const require = createRequire(import.meta.url);

/** Its parts are CommonJS, and its main file wants a newer Node than 20. */
function loadMailauth(): Mailauth {
  const { spf } = require('mailauth/lib/spf') as Pick<Mailauth, 'spf'>;
  const { dmarc } = require('mailauth/lib/dmarc') as Pick<Mailauth, 'dmarc'>;
  const { getPublicKey } = require('mailauth/lib/tools') as Pick<Mailauth, 'getPublicKey'>;
  return { spf, dmarc, getPublicKey };
}

interface SpfBenchCase {
  domain: string;
  ip: string;
}

const SPF_CASES: readonly SpfBenchCase[] = [
  { domain: 'bounce.example.com', ip: '199.255.192.7' },
  { domain: 'example.com', ip: '198.51.3.9' },
  { domain: 'example.com', ip: '192.0.2.77' },
  { domain: 'example.com', ip: '203.0.113.200' },
  { domain: 'redirected.example.com', ip: '2001:db8::5' },
  { domain: 'nothing.example.org', ip: '192.0.2.1' },
];

/** What we remember of records met before does not help here. */
const NEW_SPF_CASES: readonly SpfBenchCase[] = NEW_DOMAINS.map((domain) => ({ domain, ip: '192.0.2.25' }));

interface DmarcBenchCase {
  from: string;
  spf: string;
  dkim: string[];
}

const DMARC_CASES: readonly DmarcBenchCase[] = [
  { from: 'example.com', spf: 'bounce.example.com', dkim: ['example.com'] },
  { from: 'news.example.com', spf: 'bounce.example.com', dkim: ['example.com', 'amazonses.com'] },
  { from: 'gone.example.com', spf: 'amazonses.com', dkim: ['amazonses.com'] },
  { from: 'strict.example.com', spf: 'bounce.example.com', dkim: ['strict.example.com'] },
  { from: 'agency.gov', spf: 'mail.agency.gov', dkim: ['agency.gov'] },
  { from: 'a.b.c.d.e.f.g.h.i.example.org', spf: 'example.org', dkim: ['b.c.d.e.f.g.h.i.example.org'] },
];

const NEW_DMARC_CASES: readonly DmarcBenchCase[] = NEW_DOMAINS.map((from) => ({
  from,
  spf: `bounce.${from}`,
  dkim: [from],
}));

const DKIM_CASES = ['rsa2048', 'rsa1024', 'ed'].map((selector) => `${selector}._domainkey.example.com`);

interface Job {
  name: string;
  cases: number;
  /** Each hands back its results, which must be the same on both sides. */
  ours(zone: BenchZone): Promise<string[]>;
  theirs(zone: BenchZone): Promise<string[]>;
}

function jobs(mailauth: Mailauth): Job[] {
  return [
    spfJob('SPF check_host', SPF_CASES, mailauth),
    spfJob('SPF, every record new', NEW_SPF_CASES, mailauth),
    dmarcJob('DMARC evaluation', DMARC_CASES, mailauth),
    dmarcJob('DMARC, every record new', NEW_DMARC_CASES, mailauth),
    dkimJob(mailauth),
  ];
}

function spfJob(name: string, cases: readonly SpfBenchCase[], mailauth: Mailauth): Job {
  const shared = { helo: 'mail.example.net' };
  return {
    name,
    cases: cases.length,
    ours: ({ dns }) =>
      eachCase(cases, async ({ domain, ip }) => {
        return (await checkHost({ ip, domain, sender: `a@${domain}`, ...shared }, dns)).result;
      }),
    theirs: ({ resolver }) =>
      eachCase(cases, async ({ domain, ip }) => {
        const options = { sender: `a@${domain}`, ip, ...shared, mta: 'mx.example.net', resolver };
        return (await mailauth.spf(options)).status.result;
      }),
  };
}

function dmarcJob(name: string, cases: readonly DmarcBenchCase[], mailauth: Mailauth): Job {
  return {
    name,
    cases: cases.length,
    ours: ({ dns }) =>
      eachCase(cases, async ({ from, spf, dkim }) => {
        return (await evaluateDmarc({ authorDomain: from, spfDomain: spf, dkimDomains: dkim }, dns)).result;
      }),
    theirs: ({ resolver }) =>
      eachCase(cases, async ({ from, spf, dkim }) => {
        const domains = dkim.map((domain) => ({ domain }));
        const options = {
          headerFrom: `a@${from}`,
          spfDomains: [{ domain: spf }],
          dkimDomains: domains,
          resolver,
        };
        const response = await mailauth.dmarc(options);
        return response === false ? 'none' : response.status.result;
      }),
  };
}

function dkimJob(mailauth: Mailauth): Job {
  return {
    name: 'DKIM key',
    cases: DKIM_CASES.length,
    ours: ({ dns }) =>
      eachCase(DKIM_CASES, async (name) => {
        const answer = await dns.txt(name);
        const selected = selectDkimKey(answer.kind === 'found' ? answer.records : []);
        return selected.kind === 'one' && selected.key.usable ? `${selected.key.keyType}` : 'none';
      }),
    theirs: ({ resolver }) =>
      eachCase(DKIM_CASES, async (name) => {
        const { modulusLength } = await mailauth.getPublicKey('DKIM', name, 1024, resolver);
        return modulusLength === undefined ? 'ed25519' : 'rsa';
      }),
  };
}

async function eachCase<Case>(
  cases: readonly Case[],
  evaluate: (one: Case) => Promise<string>,
): Promise<string[]> {
  const results: string[] = [];
  for (const one of cases) results.push(await evaluate(one));
  return results;
}

/** Measures the three protocols. Throws when the contenders disagree: a faster wrong answer is no gain. */
export async function compareMailAuth(options: MeasureOptions): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const job of jobs(loadMailauth())) comparisons.push(await compareJob(job, options));
  return comparisons;
}

async function compareJob(job: Job, options: MeasureOptions): Promise<Comparison> {
  const zone = benchZone();
  zone.takeCount();
  const ourResults = await job.ours(zone);
  const ourQueries = zone.takeCount() / job.cases;
  const theirResults = await job.theirs(zone);
  const theirQueries = zone.takeCount() / job.cases;
  if (ourResults.join() !== theirResults.join()) {
    throw new Error(`${job.name}: ours says ${ourResults.join()}, mailauth ${theirResults.join()}.`);
  }
  const ours: Contender = { name: 'ours', run: () => job.ours(zone) };
  const theirs: Contender = { name: 'mailauth', run: () => job.theirs(zone) };
  const rates = await interleave(ours, theirs, job.cases, options);
  return { job: job.name, ...rates, ratio: rates.ours / rates.theirs, ourQueries, theirQueries };
}
