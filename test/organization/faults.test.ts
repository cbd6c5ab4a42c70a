import { describe, expect, it } from 'vitest';
import { scanSettingsSchema } from '../../lambda/contract.ts';
import { EXAMPLE_CORP_SETTINGS, organizationOf } from '../../local/organization/build-world.ts';
import { easyDkimTokens } from '../../local/organization/dkim-keys.ts';
import { FAULTS, type IdentityFaultName } from '../../local/organization/faults/index.ts';
import { domain } from '../../local/organization/vocabulary.ts';
import { furtherShows, type Look } from './further-shows.ts';
import { dnsOf, identityIn, NOW, worldOf, worldWith } from './support.ts';

const D = 'fault.example';
const REGION = 'eu-south-1';
const [T1, T2, T3] = easyDkimTokens('222222222222', REGION, D) as [string, string, string];
const ZONE = 'dkim.eu-south-1.amazonses.com';

/** These lie in what the description says, not in a patch of SES or DNS: they are looked for in the real world below. */
const SITUATIONS = new Set<string>([
  'mail-from-shared',
  'dmarc-strict-inherited',
  'address-without-domain',
  'freemail-in-production',
  'freemail-as-recipient',
  'shadow-account',
  'tracking-domain-dangling',
]);

const tokenAt = (token: string): string => `${token}._domainkey.${D}`;
const MF = `bounce.${D}`;

const SHOWS: Record<string, [Look, unknown][]> = {
  'identity-failed': [
    [
      (_, ses) => [ses.verificationStatus, ses.verifiedForSending, ses.dkim?.status],
      ['FAILED', false, 'FAILED'],
    ],
    [(dns) => dns(tokenAt(T1), 'TXT'), 'NXDOMAIN'],
    [(dns, ses) => [ses.mailFrom, dns(MF, 'MX')], [undefined, 'NXDOMAIN']],
  ],
  'address-link-unclicked': [
    [(_, ses) => [ses.verificationStatus, ses.verifiedForSending], ['PENDING', false]],
  ],
  'dkim-cname-missing': [
    [(_, ses) => ses.dkim?.status, 'SUCCESS'],
    [
      (dns) => [T1, T2, T3].map((t) => dns(tokenAt(t), 'CNAME')),
      ['NXDOMAIN', [`${T2}.${ZONE}`], [`${T3}.${ZONE}`]],
    ],
  ],
  'dkim-cname-wrong-target': [
    [(dns) => dns(tokenAt(T2), 'CNAME'), [`${T2}.dkim.amazonaws.com`]],
    [(dns) => dns(tokenAt(T2), 'TXT'), 'NXDOMAIN'],
  ],
  'dkim-wrong-zone': [
    [
      (dns) => [T1, T3].map((t) => dns(tokenAt(t), 'CNAME')),
      [[`${T1}.dkim.amazonses.com`], [`${T3}.dkim.amazonses.com`]],
    ],
    [
      (dns, ses) => [dns(tokenAt(T1), 'TXT'), ses.dkim?.status, ses.dkim?.hostedZone],
      ['NXDOMAIN', 'FAILED', ZONE],
    ],
  ],
  'dkim-cname-doubled-zone': [
    [(dns) => dns(`${tokenAt(T1)}.${D}`, 'CNAME'), [`${T1}.${ZONE}`]],
    [(dns) => dns(tokenAt(T1), 'CNAME'), 'NXDOMAIN'],
  ],
  'dkim-cname-chain': [
    [(dns) => dns(tokenAt(T3), 'CNAME'), [`dkim-alias.${D}`]],
    [(dns) => dns(tokenAt(T3), 'TXT')[0]?.slice(0, 4), 'p=MI'],
  ],
  'dkim-flattened': [
    [(dns) => [dns(tokenAt(T1), 'TXT'), dns(tokenAt(T1), 'A')], ['NODATA', ['203.0.113.200']]],
  ],
  'dkim-key-copied': [
    [(dns) => dns(tokenAt(T1), 'CNAME'), 'NODATA'],
    [(dns) => dns(tokenAt(T1), 'TXT')[0] === dns(`${T1}.${ZONE}`, 'TXT')[0], true],
  ],
  'dkim-disabled': [[(_, ses) => [ses.dkim?.signingEnabled, ses.dkim?.status], [false, 'SUCCESS']]],
  'dkim-not-started': [
    [(_, ses) => ses.dkim, { signingEnabled: false, status: 'NOT_STARTED', origin: 'AWS_SES' }],
    [
      (dns) => [dns(tokenAt(T1), 'CNAME'), dns(`_amazonses.${D}`, 'TXT')],
      ['NXDOMAIN', [`legacy-verification-of-${D}`]],
    ],
  ],
  'dkim-pending': [
    [(_, ses) => ses.dkim?.status, 'PENDING'],
    [(_, ses) => NOW.getTime() - Date.parse(ses.dkim?.lastKeyGeneration ?? ''), 12 * 3_600_000],
    [(dns) => dns(tokenAt(T1), 'TXT').length, 1],
  ],
  'dkim-failed': [
    [(_, ses) => [ses.verificationStatus, ses.dkim?.status], ['SUCCESS', 'FAILED']],
    [(dns) => [T1, T2, T3].map((t) => dns(tokenAt(t), 'TXT')), ['NXDOMAIN', 'NXDOMAIN', 'NXDOMAIN']],
  ],
  'dkim-reverify': [
    [
      (dns, ses) => [ses.dkim?.status, ...[T1, T2, T3].map((t) => dns(tokenAt(t), 'TXT').length)],
      ['FAILED', 1, 1, 1],
    ],
  ],
  'dkim-lost': [
    [(_, ses) => ses.dkim?.status, 'SUCCESS'],
    [(dns) => [T1, T2, T3].map((t) => dns(tokenAt(t), 'TXT')), ['NXDOMAIN', 'NXDOMAIN', 'NXDOMAIN']],
  ],
  'dkim-1024': [
    [(_, ses) => [ses.dkim?.currentKeyLength, ses.dkim?.nextKeyLength], ['RSA_1024_BIT', 'RSA_1024_BIT']],
    [(dns) => dns(tokenAt(T1), 'TXT')[0]?.length, 218],
  ],
  'byodkim-revoked': [[(dns) => dns(tokenAt('own'), 'TXT'), ['v=DKIM1; k=rsa; p=']]],
  'mail-from-absent': [[(dns, ses) => [ses.mailFrom, dns(MF, 'MX')], [undefined, 'NXDOMAIN']]],
  'mail-from-failed': [
    [(dns, ses) => [ses.mailFrom?.status, dns(MF, 'MX'), dns(MF, 'TXT').length], ['FAILED', 'NODATA', 1]],
  ],
  'mail-from-pending': [[(dns, ses) => [ses.mailFrom?.status, dns(MF, 'MX').length], ['PENDING', 1]]],
  'mail-from-stray-region': [
    [
      (dns, ses) => [ses.mailFrom?.status, dns(MF, 'MX')],
      ['SUCCESS', ['10 feedback-smtp.sa-east-1.amazonses.com']],
    ],
  ],
  'mail-from-two-mx': [
    [(dns) => dns(MF, 'MX'), [`10 feedback-smtp.${REGION}.amazonses.com`, `20 mail.${D}`]],
  ],
  'mail-from-mx-amazonaws': [
    [
      (dns, ses) => [ses.mailFrom?.status, dns(MF, 'MX')],
      ['FAILED', [`10 feedback-smtp.${REGION}.amazonaws.com`]],
    ],
  ],
  'mail-from-mx-outside': [
    [(dns, ses) => [ses.mailFrom?.status, dns(MF, 'MX')], ['SUCCESS', ['10 mx.mail-relay.example']]],
  ],
  'spf-doubled': [[(dns) => dns(MF, 'TXT'), ['v=spf1 include:amazonses.com ~all', 'v=spf1 mx -all']]],
  'spf-near-miss': [[(dns) => dns(MF, 'TXT'), ['v-spf1 include:amazonses.com ~all']]],
  'spf-without-ses': [[(dns) => dns(MF, 'TXT'), ['v=spf1 ip4:203.0.113.250 -all']]],
  'spf-partial': [[(dns) => dns(MF, 'TXT'), ['v=spf1 ip4:192.0.2.0/24 -all']]],
  'spf-pass-all': [[(dns) => dns(MF, 'TXT'), ['v=spf1 include:amazonses.com +all']]],
  'spf-neutral-all': [[(dns) => dns(MF, 'TXT'), ['v=spf1 include:amazonses.com ?all']]],
  'dmarc-absent': [[(dns) => dns(`_dmarc.${D}`, 'TXT'), 'NXDOMAIN']],
  'dmarc-none': [[(dns) => dns(`_dmarc.${D}`, 'TXT'), [`v=DMARC1; p=none; rua=mailto:dmarc@${D}`]]],
  'dmarc-doubled': [
    [(dns) => dns(`_dmarc.${D}`, 'TXT').slice(-2), ['v=DMARC1; p=none', 'v=DMARC1; p=quarantine']],
  ],
  'dmarc-near-miss': [[(dns) => dns(`_dmarc.${D}`, 'TXT'), [`v=dmarc1; p=reject; rua=mailto:dmarc@${D}`]]],
  'dmarc-strict': [
    [(dns) => dns(`_dmarc.${D}`, 'TXT'), [`v=DMARC1; p=reject; rua=mailto:dmarc@${D}; adkim=s; aspf=s`]],
  ],
  'from-null-mx': [[(dns) => dns(D, 'MX'), ['0 ']]],
  'from-unresolvable': [[(dns) => [dns(D, 'MX'), dns(D, 'A')], ['NODATA', 'NODATA']]],
  'zone-servfail': [
    [
      (dns) => [dns(D, 'MX'), dns(`_dmarc.${D}`, 'TXT'), dns(tokenAt(T1), 'TXT')],
      ['SERVFAIL', 'SERVFAIL', 'SERVFAIL'],
    ],
    [(dns) => dns(`_dmarc.example`, 'TXT'), 'NXDOMAIN'],
  ],
  ...furtherShows(D),
};

const patches = Object.keys(FAULTS.identity).filter((name) => !SITUATIONS.has(name));

describe.each(patches)('the fault %s', (name) => {
  const fault = name as IdentityFaultName;
  const world = worldWith(
    [domain(D, { faults: [fault], ...(fault.startsWith('byodkim') && { byodkim: 'own' }) })],
    REGION,
    {
      optedInRegions: [REGION],
    },
  );

  it('shows in SES and DNS as it is described', () => {
    const looks = SHOWS[name] ?? [];
    expect(looks.length).toBeGreaterThan(0);
    const ses = identityIn(world, '222222222222', REGION, D);
    for (const [look, expected] of looks) expect(look(dnsOf(world), ses, world)).toEqual(expected);
  });
});

describe('every fault', () => {
  const used = ([1, 2] as const).flatMap((week) =>
    organizationOf({ week }).accounts.flatMap(({ faults = [], targets }) => [
      ...faults,
      ...Object.values(targets).flatMap((target) => [
        ...(target.faults ?? []),
        ...target.identities.flatMap((identity) => identity.faults ?? []),
      ]),
    ]),
  );

  it.each(Object.values(FAULTS).flatMap((group) => Object.entries(group)))(
    '%s is told in a sentence and happens in the organization',
    (name, { about }) => {
      expect(about).toMatch(/^[A-Z].*\.$/);
      expect(used).toContain(name);
    },
  );
});

describe('faults of targets, accounts and situations', () => {
  const world = worldOf(1);
  const account = (id: string) => world.accounts.find((one) => one.id === id);

  it('sandbox, paused sending, probation', () => {
    expect(account('888888888888')?.targets['eu-west-1']).toMatchObject({
      productionAccess: false,
      max24HourSend: 200,
    });
    expect(account('141414141414')?.targets['us-east-2']?.sendingEnabled).toBe(false);
    expect(account('333333333333')?.targets['eu-west-2']?.enforcementStatus).toBe('PROBATION');
  });

  it('quota, reputation, suppression, alarms, VDM, tenants, endpoints: each in a Region of its own', () => {
    const marketing = account('191919191919')?.targets ?? {};
    const healthy = account('141414141414')?.targets['us-east-1'];
    expect(marketing['us-east-1']).toMatchObject({ max24HourSend: 2_000, sentLast24Hours: 1_700 });
    const rates = (target = healthy) =>
      target?.metrics?.map(({ name, points }) => [name.replace('Reputation.', ''), points.at(-1)?.value]);
    expect(rates()).toEqual([
      ['BounceRate', 0.0025],
      ['ComplaintRate', 0.0001],
    ]);
    expect(rates(marketing['us-west-2'])?.[0]).toEqual(['BounceRate', 0.06]);
    expect(marketing['us-west-2']?.sendStatistics[0]).toMatchObject({ deliveryAttempts: 1_200, bounces: 72 });
    expect(rates(marketing['eu-west-1'])?.[1]).toEqual(['ComplaintRate', 0.0021]);
    expect(healthy?.suppressedReasons).toEqual(['BOUNCE', 'COMPLAINT']);
    expect(marketing['eu-north-1']).not.toHaveProperty('suppressedReasons');
    expect(healthy?.alarms?.map(({ metric, threshold }) => [metric, threshold])).toEqual([
      ['Reputation.BounceRate', 0.05],
      ['Reputation.ComplaintRate', 0.001],
    ]);
    expect(marketing['ap-south-1']?.alarms).toEqual([]);
    const vdm = marketing['us-east-2'];
    expect([healthy?.vdm, vdm?.vdm, vdm?.recommendations?.length]).toEqual([undefined, true, 3]);
    const states = marketing['ap-northeast-2']?.reputationEntities?.map(({ sendingStatus }) => sendingStatus);
    expect(states).toEqual(['ENABLED', 'DISABLED']);
    const [endpoint] = marketing['ca-central-1']?.multiRegionEndpoints ?? [];
    expect(endpoint).toMatchObject({ status: 'FAILED', regions: ['ca-central-1', 'us-east-1'] });
    const regions = ['eu-central-1', 'eu-west-3'];
    expect(marketing['eu-central-1']?.multiRegionEndpoints).toMatchObject([{ status: 'READY', regions }]);
    const names = regions.map((region) => marketing[region]?.identities.map(({ name }) => name));
    expect(names).toEqual([['alpen.example', 'donau.example'], ['alpen.example']]);
  });

  it('dedicated addresses: with reverse DNS that leads back, and one without', () => {
    const dns = dnsOf(world);
    const host = 'e113-10.smtp-out.us-west-2.amazonses.com';
    expect(account('333333333333')?.targets['us-west-2']?.dedicatedIps?.[0]?.ip).toBe('203.0.113.10');
    expect([dns('10.113.0.203.in-addr.arpa', 'PTR'), dns(host, 'A')]).toEqual([[host], ['203.0.113.10']]);
    expect(account('191919191919')?.targets['ap-southeast-1']?.dedicatedIps).toHaveLength(3);
    expect(dns('20.113.0.203.in-addr.arpa', 'PTR')).toBe('NXDOMAIN');
    expect(dns('21.113.0.203.in-addr.arpa', 'PTR')).toHaveLength(1);
    expect(dns('bounce.merlion.example', 'TXT')).toEqual([
      'v=spf1 include:amazonses.com ip4:203.0.113.100 ~all',
    ]);
  });

  it('tracking domains: one that leads to the Region’s host, and one whose CNAME is gone', () => {
    const dns = dnsOf(world);
    const media = account('202020202020')?.targets ?? {};
    const domains = (region: string) =>
      media[region]?.configurationSets.flatMap((set) => set.customRedirectDomain ?? []);
    expect(domains('eu-central-1')).toEqual(['click.kino.example']);
    expect(dns('click.kino.example', 'CNAME')).toEqual(['r.eu-central-1.awstrack.me']);
    expect(dns('click.kino.example', 'A')).toHaveLength(1);
    expect(domains('us-east-1')).toEqual(['click.tickets.example']);
    expect(dns('click.tickets.example', 'CNAME')).toBe('NXDOMAIN');
  });

  it('one domain in two accounts, with tokens of its own in each; the settings name one as owner', () => {
    const tokens = [
      identityIn(world, '212121212121', 'eu-west-2', 'wren.example').dkim?.tokens,
      identityIn(world, '232323232323', 'us-east-1', 'wren.example').dkim?.tokens,
    ].flat();
    expect(new Set(tokens).size).toBe(6);
    expect(EXAMPLE_CORP_SETTINGS.domainOwners).toEqual({ 'wren.example': ['212121212121'] });
    expect(scanSettingsSchema.safeParse(EXAMPLE_CORP_SETTINGS).success).toBe(true);
  });

  it('one domain with keys of two lengths in two Regions', () => {
    const lengths = ['eu-west-2', 'eu-west-1'].map(
      (region) => identityIn(world, '212121212121', region, 'robin.example').dkim?.currentKeyLength,
    );
    expect(lengths).toEqual(['RSA_2048_BIT', 'RSA_1024_BIT']);
  });

  it('a policy for an account of the organization', () => {
    const { policies } = identityIn(world, '202020202020', 'us-east-1', 'soundtrack.example');
    expect(Object.values(policies ?? {})[0]).toContain('"AWS":"arn:aws:iam::222222222222:root"');
  });

  it('a suspended account, one without the role, one with a denied Region', () => {
    expect(account('161616161616')?.state).toBe('SUSPENDED');
    expect(account('121212121212')).toMatchObject({ state: 'ACTIVE', roles: [] });
    expect(account('444444444444')?.deniedRegions).toEqual([{ region: 'us-west-1' }]);
  });

  it('a MAIL FROM domain that two Regions share: one MX, which names one of them', () => {
    const uses = ['us-east-1', 'eu-central-1'].map(
      (region) => identityIn(world, '444444444444', region, 'billing.example').mailFrom?.domain,
    );
    expect(uses).toEqual(['bounce.billing.example', 'bounce.billing.example']);
    expect(dnsOf(world)('bounce.billing.example', 'MX')).toEqual([
      '10 feedback-smtp.us-east-1.amazonses.com',
    ]);
  });

  it("a subdomain signed by its parent under the parent's strict alignment", () => {
    expect(
      identityIn(world, '151515151515', 'sa-east-1', 'news.strict.example').dkim?.tokens,
    ).toBeUndefined();
    expect(dnsOf(world)('_dmarc.strict.example', 'TXT')[0]).toContain('adkim=s; aspf=s');
    expect(dnsOf(world)('_dmarc.news.strict.example', 'TXT')).toBe('NXDOMAIN');
  });

  it('addresses without their domain: one of a partner, one of gmail.com in production and one in the sandbox', () => {
    const production = account('777777777777')?.targets['us-east-1'];
    const names = production?.identities.map(({ name }) => name) ?? [];
    expect(names).toEqual(expect.arrayContaining(['desk@partner.example', 'example.support@gmail.com']));
    expect(names).not.toEqual(expect.arrayContaining(['partner.example']));
    expect(production?.productionAccess).toBe(true);
    const sandbox = account('888888888888')?.targets['eu-west-1']?.identities.map(({ name }) => name);
    expect(sandbox).toContain('example.tester@gmail.com');
  });
});
