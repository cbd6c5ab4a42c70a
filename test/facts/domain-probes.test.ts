import { describe, expect, it } from 'vitest';
import { scanSettingsSchema } from '../../lambda/contract.ts';
import type { DnsClient } from '../../lambda/dns/types.ts';
import { gatherDomainFacts, type GatherDomainOptions } from '../../lambda/facts/gather-domain.ts';
import { USUAL_MAIL_FROM_LABELS } from '../../lambda/facts/gather-mail-from-probes.ts';
import type { Dependent } from '../../lambda/facts/types.ts';
import { unlikelyLabel } from '../../lambda/facts/unlikely-label.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';

const SES_MX: Zone[''] = { MX: [[10, 'feedback-smtp.eu-west-1.amazonses.com']] };
const BASE: Zone = { 'example.com': { MX: [[10, 'mx.example.com']] } };

function use(how: Dependent['use']): Dependent {
  return { accountId: '222222222222', region: 'eu-west-1', identity: 'example.com', use: how };
}

async function gather(name: string, zone: Zone, how: Partial<GatherDomainOptions> = {}) {
  const resolver = zoneResolver(zone);
  const facts = await gatherDomainFacts({
    name,
    dependents: [use('FROM')],
    settings: scanSettingsSchema.parse({}),
    dns: resolver,
    usesMailFrom: () => Promise.resolve(false),
    observedAt: '2026-11-21T09:00:00.000Z',
    ...how,
  });
  return { facts, queries: resolver.queries };
}

/** Confirms nothing of what is asked again: the second opinion says something else. */
function disagreeing(zone: Zone): DnsClient {
  const resolver = zoneResolver(zone);
  return {
    ...resolver,
    confirm: ({ name, type }) =>
      Promise.resolve({
        kind: 'unknown',
        because: 'DNS_INCONSISTENT',
        name,
        type,
        aliases: [],
        detail: 'other',
      }),
  };
}

describe('a wildcard', () => {
  const label = unlikelyLabel('example.com');

  it.each<[title: string, zone: Zone, domainkey: object, domain: object]>([
    ['is not there', {}, { kind: 'absent' }, { kind: 'absent' }],
    [
      'stands at _domainkey',
      { '*._domainkey.example.com': { TXT: ['v=DKIM1; p='] } },
      { kind: 'found', records: ['v=DKIM1; p='] },
      { kind: 'absent' },
    ],
    [
      'stands at the domain and reaches _domainkey',
      { '*.example.com': { CNAME: 'parked.example.net' } },
      { kind: 'absent', aliases: ['parked.example.net'] },
      { kind: 'absent', aliases: ['parked.example.net'] },
    ],
    [
      'stands at the domain and does not reach _domainkey, below which there are names',
      { '*.example.com': { TXT: ['v=spf1 -all'] }, '_domainkey.example.com': {} },
      { kind: 'absent' },
      { kind: 'found' },
    ],
    [
      'cannot be told where DNS does not answer',
      { [`${label}._domainkey.example.com`]: 'SERVFAIL' },
      { kind: 'unknown', because: 'SERVFAIL' },
      { kind: 'absent' },
    ],
  ])('%s', async (_title, zone, domainkey, domain) => {
    const { facts } = await gather('example.com', { ...BASE, ...zone });
    expect(facts.from?.wildcards).toMatchObject({ label, domainkey, domain });
    expect(facts.unansweredNames).toEqual([]);
  });

  it('that the second opinion does not see is not known', async () => {
    const zone: Zone = { ...BASE, '*._domainkey.example.com': { TXT: ['x'] } };
    const { facts } = await gather('example.com', zone, { dns: disagreeing(zone) });
    expect(facts.from?.wildcards?.domainkey).toMatchObject({ kind: 'unknown', because: 'DNS_INCONSISTENT' });
  });

  it('is not asked for where nobody sends From the domain', async () => {
    const { facts } = await gather('example.com', BASE, { dependents: [use('DMARC_RECORD')] });
    expect(facts.from?.wildcards).toBeUndefined();
    expect(facts.from?.mailFromProbes).toBeUndefined();
  });
});

describe('a prepared MAIL FROM', () => {
  const probes = async (zone: Zone, how: Partial<GatherDomainOptions> = {}) =>
    (await gather('example.com', { ...BASE, ...zone }, how)).facts.from?.mailFromProbes;

  it.each(USUAL_MAIL_FROM_LABELS)('is found at %s', async (label) => {
    expect(await probes({ [`${label}.example.com`]: SES_MX })).toEqual({
      hits: [{ name: `${label}.example.com`, region: 'eu-west-1', used: false }],
      unanswered: [],
    });
  });

  it.each<[title: string, zone: Zone]>([
    ['another host’s MX', { 'mail.example.com': { MX: [[10, 'mx.example.com']] } }],
    [
      'two MX',
      {
        'mail.example.com': {
          MX: [
            [10, 'feedback-smtp.eu-west-1.amazonses.com'],
            [20, 'mx.example.com'],
          ],
        },
      },
    ],
    [
      'an alias to a MAIL FROM elsewhere',
      { 'mail.example.com': { CNAME: 'b.example.net' }, 'b.example.net': SES_MX },
    ],
    ['a wildcard', { '*.example.com': SES_MX }],
  ])('is not seen in %s', async (_title, zone) => {
    expect(await probes(zone)).toEqual({ hits: [], unanswered: [] });
  });

  it('tells whether an identity uses it', async () => {
    const asked: string[] = [];
    const found = await probes(
      { 'ses.example.com': SES_MX },
      {
        usesMailFrom: (name) => {
          asked.push(name);
          return Promise.resolve(true);
        },
      },
    );
    expect(found?.hits).toEqual([{ name: 'ses.example.com', region: 'eu-west-1', used: true }]);
    expect(asked).toEqual(['ses.example.com']);
  });

  it('whose MX the second opinion does not see counts as unanswered', async () => {
    const zone: Zone = { ...BASE, 'ses.example.com': SES_MX };
    const { facts } = await gather('example.com', zone, { dns: disagreeing(zone) });
    expect(facts.from?.mailFromProbes).toEqual({
      hits: [],
      unanswered: [{ name: 'ses.example.com', because: 'DNS_INCONSISTENT' }],
    });
  });

  it('is not known where a name does not answer, and SCAN-04 hears nothing of it', async () => {
    const { facts } = await gather('example.com', { ...BASE, 'em.example.com': 'TIMEOUT' });
    expect(facts.from?.mailFromProbes?.unanswered).toEqual([{ name: 'em.example.com', because: 'TIMEOUT' }]);
    expect(facts.unansweredNames).toEqual([]);
  });

  it('is not asked for where the resolver is unusable', async () => {
    const { facts, queries } = await gather('example.com', BASE, { dnsUnusable: 'no answer' });
    expect(queries).toEqual([]);
    expect(facts.from?.mailFromProbes?.hits).toEqual([]);
  });
});

describe('the MX of a MAIL FROM domain that has none', () => {
  const misplaced = async (zone: Zone) =>
    (await gather('bounce.example.com', zone, { dependents: [use('MAIL_FROM')] })).facts.mailFrom
      ?.misplacedMx;
  const DOUBLED = 'bounce.example.com.example.com';

  it('is found where the provider appended the zone', async () => {
    expect(await misplaced({ [DOUBLED]: SES_MX })).toEqual([
      { name: DOUBLED, preference: 10, exchange: 'feedback-smtp.eu-west-1.amazonses.com' },
    ]);
  });

  it.each<[title: string, zone: Zone]>([
    ['is there already', { 'bounce.example.com': SES_MX, [DOUBLED]: SES_MX }],
    ['is a wildcard’s', { '*.example.com.example.com': SES_MX }],
    ['is another host’s', { [DOUBLED]: { MX: [[10, 'mx.example.com']] } }],
    ['is nowhere', {}],
  ])('is not named where it %s', async (_title, zone) => {
    expect(await misplaced(zone)).toBeUndefined();
  });
});
