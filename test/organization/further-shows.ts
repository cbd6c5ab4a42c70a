/** How the faults round an identity show in the World: for faults.test.ts, beside those that it tells itself. */
import type { World, WorldIdentity, WorldTarget } from '../../local/organization/types.ts';
import type { dnsOf } from './support.ts';

export type Look = (dns: ReturnType<typeof dnsOf>, ses: WorldIdentity, world: World) => unknown;

const ACCOUNT = '222222222222';
const REGION = 'eu-south-1';

function targetIn(world: World): WorldTarget {
  const target = world.accounts.find(({ id }) => id === ACCOUNT)?.targets[REGION];
  if (!target) throw new Error('The test world has lost its target.');
  return target;
}

/** The identity's default configuration set, where it is there. */
const setOf = (ses: WorldIdentity, world: World) =>
  targetIn(world).configurationSets.find(({ name }) => name === ses.configurationSet);
const statementOf = (ses: WorldIdentity): unknown => {
  const [policy = '{}'] = Object.values(ses.policies ?? {});
  return (JSON.parse(policy) as { Statement: { Principal: unknown }[] }).Statement[0]?.Principal;
};

/** @param d the From domain; its MAIL FROM domain is `bounce.<d>` */
export function furtherShows(d: string): Record<string, [Look, unknown][]> {
  return { ...spf(d), ...dmarc(d), ...configurationSets(d), ...surroundings(d) };
}

function spf(d: string): Record<string, [Look, unknown][]> {
  const record: Look = (dns) => dns(`bounce.${d}`, 'TXT');
  return {
    'spf-syntax-error': [[record, ['v=spf1 ipv4:203.0.113.250 include:amazonses.com ~all']]],
    'spf-too-many-lookups': [
      [(dns) => dns(`bounce.${d}`, 'TXT')[0]?.match(/include:/g)?.length, 12],
      [(dns) => dns(`_spf11.bounce.${d}`, 'TXT'), ['v=spf1 ip4:203.0.113.220 -all']],
    ],
    'spf-void-lookups': [
      [record, [`v=spf1 a:relay1.${d} a:relay2.${d} a:relay3.${d} include:amazonses.com ~all`]],
      [(dns) => [1, 2, 3].map((n) => dns(`relay${n}.${d}`, 'A')), ['NXDOMAIN', 'NXDOMAIN', 'NXDOMAIN']],
    ],
    'spf-include-unregistered': [
      [record, ['v=spf1 include:amazonses.com include:spf.bankrupt-vendor.example ~all']],
      [(dns) => dns('bankrupt-vendor.example', 'SOA'), 'NXDOMAIN'],
    ],
    'spf-ptr': [[record, ['v=spf1 include:amazonses.com ptr ~all']]],
    'spf-without-dedicated-ip': [
      [(_, __, world) => targetIn(world).dedicatedIps?.map(({ ip }) => ip), ['203.0.113.100']],
      [record, ['v=spf1 include:amazonses.com ~all']],
      [(dns) => dns('100.113.0.203.in-addr.arpa', 'PTR').length, 1],
    ],
    'from-without-spf': [[(dns) => [dns(d, 'TXT'), dns(d, 'MX')], ['NODATA', [`10 mail.${d}`]]]],
  };
}

function dmarc(d: string): Record<string, [Look, unknown][]> {
  const record: Look = (dns) => dns(`_dmarc.${d}`, 'TXT');
  const analyst = 'reports.dmarc-analyst.example';
  const consent: Look = (dns) => dns(`${d}._report._dmarc.${analyst}`, 'TXT');
  const rua = `rua=mailto:dmarc@${d}`;
  return {
    'dmarc-report-host-without-mx': [
      [record, [`v=DMARC1; p=reject; rua=mailto:dmarc@reports.${d}`]],
      [(dns) => [dns(`reports.${d}`, 'MX'), dns(`reports.${d}`, 'A')], ['NXDOMAIN', 'NXDOMAIN']],
    ],
    'dmarc-reports-unauthorized': [
      [record, [`v=DMARC1; p=reject; rua=mailto:x7@${analyst}`]],
      [(dns) => dns(analyst, 'MX'), [`10 mx.${analyst}`]],
      [consent, 'NXDOMAIN'],
    ],
    'dmarc-reports-authorized': [
      [record, [`v=DMARC1; p=reject; rua=mailto:x7@${analyst}`]],
      [consent, ['v=DMARC1']],
    ],
    'dmarc-testing': [[record, [`v=DMARC1; p=reject; ${rua}; t=y`]]],
    'dmarc-sampled': [[record, [`v=DMARC1; p=reject; ${rua}; pct=50`]]],
    'dmarc-tag-doubled': [[record, [`v=DMARC1; p=reject; p=quarantine; ${rua}`]]],
    'dmarc-subdomains-weaker': [[record, [`v=DMARC1; p=reject; sp=none; ${rua}`]]],
    'dmarc-failure-reports': [[record, [`v=DMARC1; p=reject; ${rua}; ruf=mailto:forensics@${d}`]]],
  };
}

function configurationSets(d: string): Record<string, [Look, unknown][]> {
  const own = d.replace('.', '-');
  const set =
    (read: (set: NonNullable<ReturnType<typeof setOf>>) => unknown): Look =>
    (_, ses, world) => {
      const found = setOf(ses, world);
      return found && [found.name, read(found)];
    };
  const topicOfSet: Look = (_, ses, world) => {
    const arn = setOf(ses, world)?.eventDestinations[0]?.snsTopicArn;
    const topic = targetIn(world).topics?.find((one) => one.arn === arn);
    return [arn, topic?.subscriptions.map(({ confirmed }) => confirmed)];
  };
  const streamOfSet: Look = (_, ses, world) => {
    const [, name] = setOf(ses, world)?.eventDestinations[1]?.firehose?.streamArn.split('/') ?? [];
    return [name, targetIn(world).streams?.find((one) => one.name === name)?.status];
  };
  const arn = `arn:aws:sns:${REGION}:${ACCOUNT}:${own}-events`;
  return {
    'set-tls-optional': [[set(({ tlsPolicy }) => tlsPolicy), [own, 'OPTIONAL']]],
    'set-paused': [[set(({ sendingEnabled }) => sendingEnabled), [own, false]]],
    'set-without-reputation-metrics': [
      [set(({ reputationMetricsEnabled }) => reputationMetricsEnabled), [own, false]],
    ],
    'set-suppresses-nothing': [[set(({ suppressedReasons }) => suppressedReasons), [own, []]]],
    'set-inherits-suppression': [[set((found) => 'suppressedReasons' in found), [own, false]]],
    'complaints-unwired': [
      [(_, __, world) => targetIn(world).configurationSets.length, 1],
      [
        set(({ eventDestinations }) => eventDestinations[0]?.matchingEventTypes),
        ['default', ['BOUNCE', 'REJECT', 'DELIVERY_DELAY', 'RENDERING_FAILURE']],
      ],
    ],
    'topic-unconfirmed': [[topicOfSet, [arn, [false]]]],
    'topic-missing': [[topicOfSet, [arn, undefined]]],
    'destination-disabled': [
      [set(({ eventDestinations }) => eventDestinations.map(({ enabled }) => enabled)), [own, [true, false]]],
    ],
    'events-to-stream': [[streamOfSet, [`${own}-events`, 'ACTIVE']]],
    'stream-missing': [[streamOfSet, [`${own}-events`, undefined]]],
    'default-set-deleted': [
      [(_, ses, world) => [ses.configurationSet, setOf(ses, world)], ['last-year', undefined]],
    ],
    'policy-public': [[(_, ses) => statementOf(ses), '*']],
    'policy-foreign': [
      [(_, ses) => statementOf(ses), { AWS: 'arn:aws:iam::909090909090:root' }],
      [(_, __, world) => world.accounts.some(({ id }) => id === '909090909090'), false],
    ],
  };
}

function surroundings(d: string): Record<string, [Look, unknown][]> {
  const keyBits = (text: string | undefined): number =>
    Buffer.from(/p=([A-Za-z0-9+/=]+)/.exec(text ?? '')?.[1] ?? '', 'base64').length > 200 ? 2048 : 1024;
  return {
    'dkim-wildcard': [
      [(dns) => keyBits(dns(`nobody-made-this._domainkey.${d}`, 'TXT')[0]), 2048],
      [(dns) => dns(`nobody-made-this.${d}`, 'TXT'), 'NXDOMAIN'],
    ],
    'byodkim-1024': [
      [(dns, ses) => [keyBits(dns(`own._domainkey.${d}`, 'TXT')[0]), ses.dkim?.origin], [1024, 'EXTERNAL']],
    ],
    'dkim-1024-in-one-region': [[(_, ses) => ses.dkim?.currentKeyLength, 'RSA_1024_BIT']],
    'verification-record-left': [
      [(dns, ses) => [dns(`_amazonses.${d}`, 'TXT').length, ses.dkim?.status], [1, 'SUCCESS']],
    ],
    'mail-from-not-activated': [
      [
        (dns, ses) => [ses.mailFrom, dns(`bounce.${d}`, 'MX')],
        [undefined, [`10 feedback-smtp.${REGION}.amazonses.com`]],
      ],
    ],
    'identity-stale': [
      [
        (_, { verificationStatus, verificationInfo }) => [verificationStatus, verificationInfo?.lastSuccess],
        ['FAILED', undefined],
      ],
      [(dns) => dns(`bounce.${d}`, 'MX'), 'NXDOMAIN'],
    ],
    'child-weaker': [[(_, ses) => [ses.mailFrom, ses.configurationSet], [undefined, undefined]]],
    'child-unsigned': [[(_, ses) => [ses.dkim?.signingEnabled, ses.mailFrom?.status], [false, 'SUCCESS']]],
  };
}
