import type { RegionComparison, RegionGap, TargetFacts } from '../facts/types.ts';
import { commandFix } from './fixes.ts';
import { permitted, permittedReasons, type PermittedReason } from './permitted.ts';
import { regionGapFix } from './region-gap-fix.ts';
import { say } from './say.ts';
import { boundedFindings, subKeyOf } from './sub-keys.ts';
import { notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control, Finding, Json } from './types.ts';

type Reason =
  | 'ENDPOINT_COMPLETE'
  | 'ENDPOINT_FAILED'
  | 'ENDPOINT_NOT_READY'
  | 'IDENTITY_GAP'
  | 'IDENTITIES_NOT_COMPARED'
  | 'NO_ENDPOINT'
  | PermittedReason
  | NotReadReason;
type Endpoint = Extract<NonNullable<TargetFacts['multiRegionEndpoints']>, { kind: 'seen' }>['value'][number];

export const acct13: Control<TargetFacts, Reason> = {
  id: 'ACCT-13',
  revision: 2,
  title: 'Both Regions of a global endpoint are set up alike',
  subject: 'target',
  tier: 3,
  severity: 'MEDIUM',
  reads: [
    'ses:ListMultiRegionEndpoints',
    'ses:GetAccount',
    'ses:ListEmailIdentities',
    'ses:GetIdentityDkimAttributes',
    'ses:GetIdentityMailFromDomainAttributes',
    'ses:GetEmailIdentity',
  ],
  permissions: ['multiRegionEndpoints'],
  asserts:
    'Every multi-Region endpoint is ready, and both its Regions hold the same identities, verified alike, with the same DKIM and MAIL FROM.',
  why: 'SES splits the mail over both Regions; DEED copies DKIM only, so what is missing in the second Region fails for half of the mail.',
  evidence:
    'Status and Regions of the endpoint, at most 20 gaps with the number of all, what was not compared and why, and the pricing plan; one finding an endpoint.',
  remedy:
    'For the first gap: creates the identity in the Region that lacks it, as a DEED replica where the other Region has an Easy DKIM key, replicates or switches on its DKIM, or sets its MAIL FROM. Policies, configuration set and notifications are left to you.',
  sources: [
    'Amazon SES developer guide: Using global endpoints in Amazon SES',
    'Amazon SES developer guide: Using Deterministic Easy DKIM (DEED) in Amazon SES',
    'Amazon SES API v2: ListMultiRegionEndpoints',
    'Amazon SES API v1: GetIdentityDkimAttributes, GetIdentityMailFromDomainAttributes',
  ],
  reasons: {
    ENDPOINT_COMPLETE: {
      statuses: ['PASS'],
      means: 'The endpoint is ready, everything was compared, and no gap was found.',
    },
    ENDPOINT_FAILED: { statuses: ['FAIL'], class: 1, means: 'The endpoint could not be created.' },
    ENDPOINT_NOT_READY: { statuses: ['WARN'], means: 'The endpoint is being created or deleted.' },
    IDENTITY_GAP: {
      statuses: ['FAIL'],
      class: 1,
      means:
        'One Region lacks an identity of the other, has not verified it, or holds it with other DKIM or MAIL FROM; also where the rest could not be compared.',
    },
    IDENTITIES_NOT_COMPARED: {
      statuses: ['UNKNOWN'],
      means:
        'The endpoint is ready and no gap was seen, but not everything could be compared: the other Region is outside the scan, denied, throttled, or beyond the bounds.',
    },
    NO_ENDPOINT: { statuses: ['NOT_APPLICABLE'], means: 'There is no multi-Region endpoint.' },
    ...permittedReasons,
    ...notReadReasons,
  },
  judge(facts, context) {
    const early = notRead<Reason>(acct13, facts);
    if (early) return [early];
    const read = permitted<Endpoint[], Reason>(acct13, facts.multiRegionEndpoints, 'the global endpoints');
    if ('finding' in read) return [read.finding];
    if (read.seen.length === 0) {
      const summary = 'There is no multi-Region endpoint';
      const evidence = { pricingPlan: facts.pricingPlan };
      return [say(acct13, { status: 'NOT_APPLICABLE', reason: 'NO_ENDPOINT', summary, evidence })];
    }
    return boundedFindings(
      read.seen.map((endpoint) => judgeEndpoint(facts, endpoint)),
      context,
      'endpoints',
    );
  },
};

function judgeEndpoint(facts: TargetFacts, endpoint: Endpoint): Finding<Reason> {
  const { name, status, regions, comparison } = endpoint;
  const evidence = { endpoint: name, status, regions, pricingPlan: facts.pricingPlan };
  if (status === 'READY') return judgeComparison(facts, name, evidence, comparison);
  const failed = status === 'FAILED';
  return say(acct13, {
    subKey: subKeyOf(name),
    evidence,
    status: failed ? 'FAIL' : 'WARN',
    reason: failed ? 'ENDPOINT_FAILED' : 'ENDPOINT_NOT_READY',
    summary: `The global endpoint ${name} is ${status}`,
    fix: commandFix(facts, 'Look at the endpoint; one that failed is created anew.', [
      'sesv2',
      'get-multi-region-endpoint',
      '--endpoint-name',
      name,
    ]),
  });
}

/** A gap that was seen counts whatever else was not compared; only PASS needs all. */
function judgeComparison(
  { accountId }: TargetFacts,
  name: string,
  about: { [key: string]: Json | undefined },
  comparison: RegionComparison | undefined,
): Finding<Reason> {
  const { gaps, gapCount, uncompared } = comparison ?? { gaps: [], gapCount: 0, uncompared: ['anything'] };
  const common = {
    subKey: subKeyOf(name),
    evidence: {
      ...about,
      ...(gapCount > 0 ? { gapCount, gaps: gaps.map(gapEvidence) } : {}),
      ...(uncompared.length > 0 ? { uncompared } : {}),
    },
  };
  const [first] = gaps;
  if (comparison && first) {
    const more = gapCount > 2 ? `, and ${gapCount - 2} more` : '';
    return say(acct13, {
      ...common,
      status: 'FAIL',
      reason: 'IDENTITY_GAP',
      summary: `The Regions of the global endpoint ${name} differ: ${gaps.slice(0, 2).map(inWords).join('; ')}${more}`,
      fix: regionGapFix(accountId, comparison, first),
    });
  }
  const [missed] = uncompared;
  if (missed !== undefined) {
    const more = uncompared.length > 1 ? `, and ${uncompared.length - 1} more` : '';
    const summary = `Not judged: of the Regions of the global endpoint ${name} was not compared: ${missed}${more}`;
    return say(acct13, { ...common, status: 'UNKNOWN', reason: 'IDENTITIES_NOT_COMPARED', summary });
  }
  const summary = `The Regions of the global endpoint ${name} are set up alike`;
  return say(acct13, { ...common, status: 'PASS', reason: 'ENDPOINT_COMPLETE', summary });
}

function inWords({ identity, region, differs }: RegionGap): string {
  switch (differs) {
    case 'MISSING':
      return `${region} lacks ${identity}`;
    case 'UNVERIFIED':
      return `${region} has not verified ${identity}`;
    case 'DKIM':
      return `${region} has other DKIM for ${identity}`;
    case 'MAIL_FROM':
      return `${region} has another MAIL FROM for ${identity}`;
  }
}

function gapEvidence(gap: RegionGap): { [key: string]: Json } {
  const { identity, region, differs } = gap;
  const settings = gap.differs === 'DKIM' || gap.differs === 'MAIL_FROM' ? settingsOf(gap) : {};
  return { identity, region, differs, ...settings };
}

function settingsOf(gap: Extract<RegionGap, { found: object }>): { found: string; wanted: string } {
  if (gap.differs === 'MAIL_FROM') {
    const words = ({ domain, status }: (typeof gap)['found']): string =>
      domain === undefined ? 'none' : `${domain}, ${status}`;
    return { found: words(gap.found), wanted: words(gap.wanted) };
  }
  const words = ({ enabled, status }: (typeof gap)['found']): string =>
    `signing ${enabled ? 'on' : 'off'}, ${status}`;
  return { found: words(gap.found), wanted: words(gap.wanted) };
}
