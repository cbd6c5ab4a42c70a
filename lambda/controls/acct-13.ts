import type { TargetFacts } from '../facts/types.ts';
import { commandFix } from './fixes.ts';
import { permitted, permittedReasons, type PermittedReason } from './permitted.ts';
import { listed, say } from './say.ts';
import { boundedFindings, subKeyOf } from './sub-keys.ts';
import { notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control, Finding } from './types.ts';

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
  revision: 1,
  title: 'Both Regions of a global endpoint are set up alike',
  subject: 'target',
  tier: 3,
  severity: 'MEDIUM',
  reads: ['ses:ListMultiRegionEndpoints', 'ses:GetAccount'],
  permissions: ['multiRegionEndpoints'],
  asserts:
    'Every multi-Region endpoint is ready, and both its Regions hold the same identities with the same DKIM and MAIL FROM.',
  why: 'SES splits the mail over both Regions; DEED copies DKIM only, so what is missing in the second Region fails for half of the mail.',
  evidence:
    'Status and Regions of the endpoint, the gaps, and the pricing plan; one finding an endpoint. A scan does not yet gather what the other Region holds, so that an endpoint that is ready stays UNKNOWN.',
  remedy: 'Creates the missing identity in the other Region, or shows the endpoint.',
  sources: [
    'Amazon SES developer guide: Using global endpoints in Amazon SES',
    'Amazon SES API v2: ListMultiRegionEndpoints',
  ],
  reasons: {
    ENDPOINT_COMPLETE: { statuses: ['PASS'], means: 'The endpoint is ready, and no gap was found.' },
    ENDPOINT_FAILED: { statuses: ['FAIL'], class: 1, means: 'The endpoint could not be created.' },
    ENDPOINT_NOT_READY: { statuses: ['WARN'], means: 'The endpoint is being created or deleted.' },
    IDENTITY_GAP: {
      statuses: ['FAIL'],
      class: 1,
      means: 'The other Region lacks an identity, or holds it with other DKIM or MAIL FROM.',
    },
    IDENTITIES_NOT_COMPARED: {
      statuses: ['UNKNOWN'],
      means: 'The endpoint is ready; what the other Region holds was not compared.',
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
  const { name, status, regions, gaps } = endpoint;
  const common = {
    subKey: subKeyOf(name),
    evidence: {
      endpoint: name,
      status,
      regions,
      gaps: Array.isArray(gaps) ? gaps.map((gap) => ({ ...gap })) : gaps,
      pricingPlan: facts.pricingPlan,
    },
  };
  if (status !== 'READY') {
    const failed = status === 'FAILED';
    return say(acct13, {
      ...common,
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
  if (gaps === undefined || gaps === 'unknown') {
    const summary = `Not judged: the Regions of the global endpoint ${name} were not compared`;
    return say(acct13, { ...common, status: 'UNKNOWN', reason: 'IDENTITIES_NOT_COMPARED', summary });
  }
  const [first] = gaps;
  if (first === undefined) {
    const summary = `The Regions of the global endpoint ${name} are set up alike`;
    return say(acct13, { ...common, status: 'PASS', reason: 'ENDPOINT_COMPLETE', summary });
  }
  return say(acct13, {
    ...common,
    status: 'FAIL',
    reason: 'IDENTITY_GAP',
    summary: `The other Region of the global endpoint ${name} lacks or differs in ${listed(gaps.map(({ identity }) => identity))}`,
    fix: gapFix(facts, first),
  });
}

function gapFix(
  { accountId }: TargetFacts,
  { identity, region, differs }: NonNullable<Exclude<Endpoint['gaps'], 'unknown'>>[number],
): NonNullable<Finding['fix']> {
  const missing = differs === 'MISSING';
  return commandFix(
    { accountId, region },
    'Give the other Region the same identities with the same DKIM (DEED replicates it), MAIL FROM, policies and notifications; the command is for the first gap.',
    ['sesv2', missing ? 'create-email-identity' : 'get-email-identity', '--email-identity', identity],
  );
}
