/** From two name servers on the wire to findings: what fails counts when both say it, and costs nothing where all is well. */
import { afterEach, describe, expect, it } from 'vitest';
import { scanSettingsSchema } from '../../lambda/contract.ts';
import { controlPage } from '../../lambda/controls/catalogue.ts';
import { judgeDomain, judgeIdentity } from '../../lambda/controls/judge.ts';
import type { Finding } from '../../lambda/controls/types.ts';
import { createDnsClient } from '../../lambda/dns/client.ts';
import { gatherDomainFacts } from '../../lambda/facts/gather-domain.ts';
import { gatherIdentityFacts } from '../../lambda/facts/gather-identity.ts';
import type { Dependent, DomainFacts, IdentityFacts, SesIdentity } from '../../lambda/facts/types.ts';
import { startDnsServer, type DnsServer } from '../support/dns-server.ts';
import type { Zone } from '../support/zone.ts';
import { KEY, OTHER_KEY } from './keys.ts';

const IDENTITY: SesIdentity = {
  name: 'example.com',
  type: 'DOMAIN',
  domain: 'example.com',
  verificationStatus: 'SUCCESS',
  verifiedForSending: true,
  dkim: {
    signingEnabled: true,
    status: 'SUCCESS',
    tokens: ['t1', 't2', 't3'],
    origin: 'AWS_SES',
    hostedZone: 'dkim.amazonses.com',
    currentKeyBits: 2048,
  },
  mailFrom: { domain: 'bounce.example.com', status: 'SUCCESS', behaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
};

const HEALTHY: Zone = {
  'amazonses.com': { TXT: ['v=spf1 ip4:198.51.100.0/24 ip6:2001:db8:5e5::/48 -all'] },
  't1.dkim.amazonses.com': { TXT: [KEY] },
  't2.dkim.amazonses.com': { TXT: [KEY] },
  't3.dkim.amazonses.com': { TXT: [KEY] },
  't1._domainkey.example.com': { CNAME: 't1.dkim.amazonses.com' },
  't2._domainkey.example.com': { CNAME: 't2.dkim.amazonses.com' },
  't3._domainkey.example.com': { CNAME: 't3.dkim.amazonses.com' },
  'example.com': { MX: [[10, 'mx.example.com']], TXT: ['v=spf1 -all'] },
  '_dmarc.example.com': { TXT: ['v=DMARC1; p=reject; rua=mailto:dmarc@example.com'] },
  'bounce.example.com': {
    MX: [[10, 'feedback-smtp.eu-west-1.amazonses.com']],
    TXT: ['v=spf1 include:amazonses.com ~all'],
  },
};

const servers: DnsServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(zone: Zone): Promise<DnsServer> {
  const server = await startDnsServer(zone);
  servers.push(server);
  return server;
}

/** An address at which nobody answers. */
async function nobody(): Promise<string> {
  const { address, close } = await startDnsServer({});
  await close();
  return address;
}

function clientOf(first: string, second?: string) {
  return createDnsClient({
    servers: [first],
    timeoutMs: 250,
    attempts: 1,
    ...(second ? { secondOpinion: { servers: [second] } } : {}),
  });
}

interface Judged {
  identity: IdentityFacts;
  domain: DomainFacts;
  mailFrom: DomainFacts;
  /** `FAIL DKIM_CNAME_MISSING` by control, of identity and domains together. */
  said: Map<string, string>;
  findings: Finding[];
}

/** Gathers and judges example.com: the identity, the From domain and the MAIL FROM domain. */
async function judge(first: string, second?: string, subject = IDENTITY): Promise<Judged> {
  const dns = clientOf(first, second);
  const settings = scanSettingsSchema.parse({});
  const observedAt = '2026-11-21T09:00:00.000Z';
  const context = { settings, scanStartTime: observedAt, full: true };
  const at = { accountId: '222222222222', region: 'eu-west-1' };
  const { facts: identity } = await gatherIdentityFacts({
    ...at,
    identity: subject,
    describe: () => Promise.resolve('gone'),
    listed: new Set([subject.name]),
    target: { productionAccess: true, inUse: true },
    sharedMailFromRegions: () => Promise.resolve([]),
    receiptDomains: { kind: 'seen', value: [] },
    settings,
    dns,
    observedAt,
  });
  const gatherDomain = (name: string, use: Dependent['use']): Promise<DomainFacts> => {
    const dependents = [{ ...at, identity: subject.name, use }];
    const usesMailFrom = (used: string) => Promise.resolve(used === subject.mailFrom?.domain);
    return gatherDomainFacts({ name, dependents, usesMailFrom, settings, dns, observedAt });
  };
  const domain = await gatherDomain('example.com', 'FROM');
  const mailFrom = await gatherDomain('bounce.example.com', 'MAIL_FROM');
  const ofMailFrom = judgeDomain(mailFrom, context).filter(({ controlId }) => /^(MF|SPF)/.test(controlId));
  const ofDomain = judgeDomain(domain, context).filter(({ controlId }) => !/^(MF|SPF)/.test(controlId));
  const findings = [...judgeIdentity(identity, context), ...ofDomain, ...ofMailFrom].filter(restsOnDns);
  const said = new Map(findings.map(({ controlId, status, reason }) => [controlId, `${status} ${reason}`]));
  return { identity, domain, mailFrom, said, findings };
}

/** Left out is what rests on AWS's word or on what is stored: here nobody gathers either. */
function restsOnDns({ controlId }: Finding): boolean {
  const reasons = controlPage(controlId)?.reasons ?? {};
  if (controlId.startsWith('BULK-')) return false;
  return controlId === 'SCAN-05' || 'DNS_INCONSISTENT' in reasons || 'LEG_UNKNOWN' in reasons;
}

const without = (...names: string[]): Zone =>
  Object.fromEntries(Object.entries(HEALTHY).filter(([name]) => !names.includes(name)));

/** What one resolver may see alone, the control that would fail by it, and what it says when both see it. */
const FAULTS: [title: string, zone: Zone, controlId: string, says: string][] = [
  ['a DKIM name is gone', without('t1._domainkey.example.com'), 'DKIM-05', 'FAIL DKIM_CNAME_MISSING'],
  [
    'a DKIM name is hidden',
    { ...HEALTHY, 't1._domainkey.example.com': { A: ['192.0.2.1'] } },
    'DKIM-05',
    'FAIL DKIM_CNAME_HIDDEN',
  ],
  [
    'a DKIM name points elsewhere',
    { ...HEALTHY, 't1._domainkey.example.com': { CNAME: 't1.dkim.amazonaws.com' } },
    'DKIM-06',
    'FAIL DKIM_CNAME_WRONG_TARGET',
  ],
  [
    'another key stands in place of the alias',
    { ...HEALTHY, 't1._domainkey.example.com': { TXT: [OTHER_KEY] } },
    'DKIM-06',
    'FAIL DKIM_TXT_INSTEAD_OF_CNAME',
  ],
  [
    'a key is revoked',
    { ...HEALTHY, 't1.dkim.amazonses.com': { TXT: ['v=DKIM1; p='] } },
    'DKIM-08',
    'FAIL DKIM_KEY_REVOKED',
  ],
  [
    'the MAIL FROM has no MX',
    { ...HEALTHY, 'bounce.example.com': { TXT: ['v=spf1 include:amazonses.com ~all'] } },
    'MF-03',
    'FAIL MX_MISSING',
  ],
  [
    'the MAIL FROM has two MX',
    {
      ...HEALTHY,
      'bounce.example.com': {
        MX: [
          [10, 'feedback-smtp.eu-west-1.amazonses.com'],
          [20, 'mx.example.com'],
        ],
        TXT: ['v=spf1 include:amazonses.com ~all'],
      },
    },
    'MF-03',
    'FAIL MX_MULTIPLE',
  ],
  [
    'the MAIL FROM’s MX is no host of SES',
    {
      ...HEALTHY,
      'bounce.example.com': { MX: [[10, 'mx.example.com']], TXT: ['v=spf1 include:amazonses.com ~all'] },
    },
    'MF-04',
    'FAIL MX_WRONG_HOST',
  ],
  [
    'the MAIL FROM has no SPF record',
    { ...HEALTHY, 'bounce.example.com': { MX: [[10, 'feedback-smtp.eu-west-1.amazonses.com']] } },
    'SPF-01',
    'FAIL SPF_MISSING',
  ],
  [
    'the MAIL FROM has two SPF records',
    {
      ...HEALTHY,
      'bounce.example.com': {
        MX: [[10, 'feedback-smtp.eu-west-1.amazonses.com']],
        TXT: ['v=spf1 include:amazonses.com ~all', 'v=spf1 -all'],
      },
    },
    'SPF-01',
    'FAIL SPF_MULTIPLE',
  ],
  [
    'SPF does not pass for SES',
    {
      ...HEALTHY,
      'bounce.example.com': {
        MX: [[10, 'feedback-smtp.eu-west-1.amazonses.com']],
        TXT: ['v=spf1 ip4:192.0.2.1 -all'],
      },
    },
    'SPF-03',
    'FAIL SES_NOT_AUTHORIZED',
  ],
  ['there is no DMARC record', without('_dmarc.example.com'), 'DMARC-01', 'FAIL DMARC_MISSING'],
  [
    'the DMARC record is broken',
    { ...HEALTHY, '_dmarc.example.com': { TXT: ['v=DMARC1; p=rejct'] } },
    'DMARC-01',
    'FAIL DMARC_RECORD_NOT_PROCESSED',
  ],
  [
    'there are two DMARC records',
    { ...HEALTHY, '_dmarc.example.com': { TXT: ['v=DMARC1; p=reject', 'v=DMARC1; p=none'] } },
    'DMARC-02',
    'FAIL DMARC_MULTIPLE',
  ],
  [
    'the DMARC policy is none',
    { ...HEALTHY, '_dmarc.example.com': { TXT: ['v=DMARC1; p=none; rua=mailto:dmarc@example.com'] } },
    'DMARC-05',
    'WARN DMARC_POLICY_NONE',
  ],
  [
    'the From domain has a null MX',
    { ...HEALTHY, 'example.com': { MX: [[0, '']] } },
    'IDENT-13',
    'FAIL FROM_NULL_MX',
  ],
];

describe('a healthy domain', () => {
  it('passes everything and asks the second resolver nothing', async () => {
    const [first, second] = [await serve(HEALTHY), await serve({})];
    const { said, identity, domain } = await judge(first.address, second.address);
    expect(second.asked).toEqual([]);
    expect([...said].filter(([, says]) => !/^(PASS|NOT_APPLICABLE) /.test(says))).toEqual([]);
    expect([identity.secondOpinion, domain.secondOpinion]).toEqual(['unused', 'unused']);
    expect(said.get('SCAN-05')).toBe('PASS NOTHING_TO_CONFIRM');
  });

  it('costs the first resolver no question more than without a second opinion', async () => {
    const [alone, paired, second] = [await serve(HEALTHY), await serve(HEALTHY), await serve(HEALTHY)];
    await judge(alone.address);
    await judge(paired.address, second.address);
    const questions = ({ asked }: DnsServer): string[] =>
      asked.map(({ type, name }) => `${type} ${name}`).sort();
    expect(questions(paired)).toEqual(questions(alone));
  });
});

describe.each(FAULTS)('where %s', (_title, broken, controlId, says) => {
  it('and both resolvers say so, it counts', async () => {
    const [first, second] = [await serve(broken), await serve(broken)];
    const { said, findings } = await judge(first.address, second.address);
    expect(said.get(controlId)).toBe(says);
    expect(findings.filter(({ evidence }) => evidence['unconfirmed'])).toEqual([]);
  });

  it('for the first resolver alone, it is unknown, because the two differ', async () => {
    const [first, second] = [await serve(broken), await serve(HEALTHY)];
    const { said, findings } = await judge(first.address, second.address);
    expect(said.get(controlId)).toMatch(/^UNKNOWN /);
    expect(findings.filter(({ status }) => status === 'FAIL' || status === 'WARN')).toEqual([]);
  });

  it('for the second resolver alone, nobody hears of it', async () => {
    const [first, second] = [await serve(HEALTHY), await serve(broken)];
    const { findings } = await judge(first.address, second.address);
    expect(findings.filter(({ status }) => status === 'FAIL' || status === 'WARN')).toEqual([]);
    expect(second.asked).toEqual([]);
  });
});

describe('the disagreement', () => {
  it('is the reason, with both answers, of what could not be judged', async () => {
    const [first, second] = [await serve(without('_dmarc.example.com')), await serve(HEALTHY)];
    const { said, domain } = await judge(first.address, second.address);
    expect(said.get('DMARC-01')).toBe('UNKNOWN DNS_INCONSISTENT');
    expect(said.get('SCAN-05')).toBe('UNKNOWN DNS_INCONSISTENT');
    expect(domain.from?.dmarc).toMatchObject({
      status: 'temperror',
      ownTxt: { kind: 'unknown', because: 'DNS_INCONSISTENT' },
    });
    expect(domain.unansweredNames).toEqual([
      {
        name: '_dmarc.example.com',
        type: 'TXT',
        because: 'DNS_INCONSISTENT',
        secondOpinion: true,
        detail: expect.stringContaining(second.address) as unknown,
      },
    ]);
  });

  it('about an alias leaves open where the name points', async () => {
    const wrong = { ...HEALTHY, 't1._domainkey.example.com': { CNAME: 't1.dkim.amazonaws.com' } };
    const [first, second] = [await serve(wrong), await serve(HEALTHY)];
    const { identity } = await judge(first.address, second.address);
    expect(identity.dkimRecords[0]).toMatchObject({ txt: { because: 'DNS_INCONSISTENT' } });
    expect(identity.dkimRecords[0]?.cnameTarget).toBeUndefined();
    expect(identity.dkimRecords[1]).toMatchObject({ cnameTarget: 't2.dkim.amazonses.com' });
  });
});

describe('a second resolver', () => {
  const broken = without('t1._domainkey.example.com', '_dmarc.example.com');

  it('that is down leaves the first answer standing, and the evidence says so', async () => {
    const first = await serve(broken);
    const { said, findings, identity, domain } = await judge(first.address, await nobody());
    expect(said.get('DKIM-05')).toBe('FAIL DKIM_CNAME_MISSING');
    expect(said.get('DMARC-01')).toBe('FAIL DMARC_MISSING');
    expect(said.get('SCAN-05')).toBe('NOT_APPLICABLE SECOND_OPINION_UNAVAILABLE');
    const open = findings.filter(({ status }) => status === 'FAIL' || status === 'WARN');
    expect(open.map(({ controlId }) => controlId)).toEqual(['DKIM-05', 'ALIGN-04', 'DMARC-01', 'DMARC-05']);
    expect(open.every(({ evidence }) => evidence['unconfirmed'] === true)).toBe(true);
    expect([identity.secondOpinion, domain.secondOpinion]).toEqual(['unreachable', 'unreachable']);
    expect(identity.dkimRecords[0]?.txt).toMatchObject({ kind: 'absent', unconfirmed: true });
    expect(domain.from?.mx).not.toHaveProperty('unconfirmed');
  });

  it('that answers, but not for the name, leaves the name unknown', async () => {
    const mute: Zone = { ...HEALTHY, 't1._domainkey.example.com': 'SERVFAIL' };
    const [first, second] = [await serve(without('t1._domainkey.example.com')), await serve(mute)];
    const { said, identity } = await judge(first.address, second.address);
    expect(said.get('DKIM-05')).toBe('UNKNOWN DNS_SERVFAIL');
    expect(identity.secondOpinion).toBe('reachable');
  });

  it('is not asked about what the first did not learn', async () => {
    const [first, second] = [
      await serve({ ...HEALTHY, '_dmarc.example.com': 'SERVFAIL' }),
      await serve(HEALTHY),
    ];
    const { said } = await judge(first.address, second.address);
    expect(said.get('DMARC-01')).toBe('UNKNOWN DNS_SERVFAIL');
    expect(second.asked).toEqual([]);
  });

  it('that nobody named changes nothing', async () => {
    const { said, findings, identity } = await judge((await serve(broken)).address);
    expect(said.get('DKIM-05')).toBe('FAIL DKIM_CNAME_MISSING');
    expect(findings.filter(({ evidence }) => evidence['unconfirmed'])).toEqual([]);
    expect(identity.secondOpinion).toBe('none');
  });
});

describe('a leg that strict alignment takes away', () => {
  const unsigned = { ...IDENTITY, dkim: { ...IDENTITY.dkim, signingEnabled: false } };
  const strict: Zone = {
    ...HEALTHY,
    '_dmarc.example.com': { TXT: ['v=DMARC1; p=reject; aspf=s; rua=mailto:dmarc@example.com'] },
  };

  it.each([
    ['both resolvers', strict, /^FAIL /],
    ['the first alone', HEALTHY, /^UNKNOWN /],
  ])('for %s', async (_title, second, says) => {
    const { said } = await judge((await serve(strict)).address, (await serve(second)).address, unsigned);
    expect(said.get('ALIGN-01')).toMatch(says);
  });
});

describe('a From domain that does not exist', () => {
  const bare: Zone = Object.fromEntries(
    Object.entries(HEALTHY).filter(([name]) => name.endsWith('amazonses.com')),
  );

  it.each([
    ['both resolvers', bare, 'FAIL DOMAIN_UNREGISTERED'],
    ['the first alone', HEALTHY, 'UNKNOWN DNS_INCONSISTENT'],
  ])('for %s', async (_title, second, says) => {
    const { said } = await judge((await serve(bare)).address, (await serve(second)).address);
    expect(said.get('IDENT-13')).toBe(says);
  });
});
