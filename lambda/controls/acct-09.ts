import type { TargetFacts } from '../facts/types.ts';
import { nameOfArn } from './feedback-paths.ts';
import { commandFix } from './fixes.ts';
import { permitted, permittedReasons, type PermittedReason } from './permitted.ts';
import { say } from './say.ts';
import { boundedFindings, subKeyOf } from './sub-keys.ts';
import { domainCause, identityCause, targetCause, type Cause } from './subjects.ts';
import { notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control, Finding } from './types.ts';
import { unseenReason } from './unknowns.ts';

type Reason = 'NO_HIGH_RECOMMENDATION' | 'HIGH_RECOMMENDATION' | 'VDM_OFF' | PermittedReason | NotReadReason;
type Recommendations = Extract<NonNullable<TargetFacts['recommendations']>, { kind: 'seen' }>['value'];

export const acct09: Control<TargetFacts, Reason> = {
  id: 'ACCT-09',
  revision: 1,
  title: 'No open recommendation of high impact',
  subject: 'target',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetAccount', 'ses:ListRecommendations'],
  permissions: ['recommendations'],
  asserts: 'The advisor of the Virtual Deliverability Manager has no open recommendation of high impact.',
  why: 'It is Amazon’s own word on what harms delivery; where our own controls judge the same they say what to do.',
  evidence: 'Type, resource and text of the recommendation; one finding each.',
  remedy: 'Names our own finding of the same thing, and the command that lists the recommendations.',
  sources: [
    'Amazon SES API v2: ListRecommendations',
    'Amazon SES developer guide: Virtual Deliverability Manager advisor',
  ],
  reasons: {
    NO_HIGH_RECOMMENDATION: { statuses: ['PASS'], means: 'No recommendation of high impact is open.' },
    HIGH_RECOMMENDATION: { statuses: ['WARN'], means: 'A recommendation of high impact is open.' },
    VDM_OFF: {
      statuses: ['NOT_APPLICABLE'],
      means: 'The Virtual Deliverability Manager is off: it recommends nothing.',
    },
    ...permittedReasons,
    ...notReadReasons,
  },
  judge(facts, context) {
    const early = notRead<Reason>(acct09, facts);
    if (early) return [early];
    const { vdmEnabled } = facts;
    if (vdmEnabled?.kind !== 'seen') {
      const reason = unseenReason(vdmEnabled) ?? 'TARGET_UNSEEN';
      const summary = 'Not judged: whether the Virtual Deliverability Manager is on could not be read';
      return [say(acct09, { status: 'UNKNOWN', reason, summary, evidence: { detail: vdmEnabled?.detail } })];
    }
    if (!vdmEnabled.value) {
      const summary = 'The Virtual Deliverability Manager is off';
      return [say(acct09, { status: 'NOT_APPLICABLE', reason: 'VDM_OFF', summary })];
    }
    const read = permitted<Recommendations, Reason>(acct09, facts.recommendations, 'the recommendations');
    if ('finding' in read) return [read.finding];
    const high = read.seen.filter(({ impact }) => impact === 'HIGH');
    if (high.length > 0) {
      return boundedFindings(
        high.map((one) => open(facts, one)),
        context,
        'recommendations',
      );
    }
    const summary = 'No recommendation of high impact is open';
    const evidence = { ofLowImpact: read.seen.length };
    return [say(acct09, { status: 'PASS', reason: 'NO_HIGH_RECOMMENDATION', summary, evidence })];
  },
};

function open(facts: TargetFacts, recommendation: Recommendations[number]): Finding<Reason> {
  const { type, description, resource, created } = recommendation;
  const name = identityOf(resource);
  const cause = ownFinding(facts, recommendation, name);
  const ours = cause
    ? ` Our own control ${cause.controlId} of ${whose(cause, name)}${ALSO[type] ?? ''} judges the same matter and says how.`
    : '';
  return say(acct09, {
    subKey: subKeyOf(`${type}:${name ?? resource}`),
    status: 'WARN',
    reason: 'HIGH_RECOMMENDATION',
    summary: `Amazon SES recommends (${type}, ${name ?? nameOfArn(resource)}): ${description}`,
    evidence: { type, resource, description, created, ownControl: cause?.controlId },
    fix: commandFix(facts, `Follow the recommendation; it closes by itself.${ours}`, [
      'sesv2',
      'list-recommendations',
      '--filter',
      'STATUS=OPEN,IMPACT=HIGH',
    ]),
    ...(cause ? { cause } : {}),
  });
}

/** Beside the control that is most often at fault: SES's words do not tell which of these it is. */
const ALSO: { [type: string]: string } = {
  DKIM: ', or else DKIM-01 or DKIM-05 there,',
  SPF: ', or else SPF-01 or SPF-03 of its MAIL FROM domain,',
};

/** `arn:aws:ses:eu-west-1:111111111111:identity/example.com` is of example.com. */
function identityOf(resource: string): string | undefined {
  const at = resource.indexOf(':identity/');
  return at < 0 ? undefined : resource.slice(at + ':identity/'.length) || undefined;
}

/** Our control on the same matter; it is shown as the cause where it is open, too. */
function ownFinding(
  facts: TargetFacts,
  { type, description }: Recommendations[number],
  name: string | undefined,
): Cause | undefined {
  if (type === 'BOUNCE') return targetCause(facts, 'ACCT-06');
  if (type === 'COMPLAINT' || type === 'FEEDBACK_3P') return targetCause(facts, 'ACCT-07');
  if (name === undefined) return undefined;
  const domain = name.slice(name.lastIndexOf('@') + 1).toLowerCase();
  const at = { accountId: facts.accountId, region: facts.region, name };
  switch (type) {
    case 'DKIM':
      return identityCause(at, /2048|key length/i.test(description) ? 'DKIM-04' : 'DKIM-02');
    case 'SPF':
      return identityCause(at, 'MF-01');
    case 'DMARC':
      return domainCause(domain, 'DMARC-01');
    case 'IP_LISTING':
    case 'BIMI':
    default:
      return undefined;
  }
}

function whose({ subject }: Cause, name: string | undefined): string {
  return subject.kind === 'identity' || subject.kind === 'domain' ? subject.name : (name ?? 'this Region');
}
