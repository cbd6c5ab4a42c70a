import type { IdentityFacts } from '../facts/types.ts';
import { commandFix, keptTxt, mxRecord, putMailFrom, SES_SPF, txt } from './fixes.ts';
import { pendingAge } from './grace.ts';
import { feedbackHost, mxState, namedRegion } from './mail-from.ts';
import {
  ownMailFrom,
  ownMailFromReasons,
  type OwnMailFrom,
  type OwnMailFromReason,
} from './own-mail-from.ts';
import { say } from './say.ts';
import { mendedSpf } from './spf-fixes.ts';
import { domainCause, identityCause, type Cause } from './subjects.ts';
import type { Control, Finding, Fix, JudgeContext } from './types.ts';
import { dnsReasons, dnsUnknown, type DnsReason } from './unknowns.ts';

type Reason =
  | 'MAIL_FROM_VERIFIED'
  | 'MAIL_FROM_PENDING'
  | 'MAIL_FROM_TEMP_FAILURE'
  | 'MAIL_FROM_FAILED'
  | 'OTHER_REGION_UNSEEN'
  | OwnMailFromReason
  | DnsReason;

export const mf02: Control<IdentityFacts, Reason> = {
  id: 'MF-02',
  revision: 1,
  title: 'SES has verified the MAIL FROM domain',
  subject: 'identity',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetEmailIdentity'],
  asserts: 'The status of the custom MAIL FROM domain is SUCCESS.',
  why: 'In any other state SES falls back to its own MAIL FROM, or refuses to send, as the identity’s setting says.',
  evidence:
    'The MAIL FROM domain, its status, what SES does when the MX fails, and while pending since when.',
  remedy:
    'The records that DNS lacks, and after FAILED the command that sets the MAIL FROM again so that SES looks anew.',
  sources: [
    'Amazon SES API v2: MailFromAttributes.MailFromDomainStatus',
    'Amazon SES developer guide: Using a custom MAIL FROM domain (setup states)',
  ],
  reasons: {
    MAIL_FROM_VERIFIED: { statuses: ['PASS'], means: 'The status is SUCCESS.' },
    MAIL_FROM_PENDING: {
      statuses: ['WARN', 'FAIL'],
      severity: 'MEDIUM',
      means: 'SES is still looking for the MX; a warning within the grace period, a failure after it.',
    },
    MAIL_FROM_TEMP_FAILURE: {
      statuses: ['WARN', 'FAIL'],
      otherSeverities: ['MEDIUM'],
      means:
        'SES could not see the MX lately and uses the fallback; MEDIUM where DNS has it, a failure where live DNS is wrong, too: FAILED within 72 hours.',
    },
    MAIL_FROM_FAILED: {
      statuses: ['FAIL'],
      means: 'SES gave up: the MAIL FROM must be set again once the records are right.',
    },
    OTHER_REGION_UNSEEN: {
      statuses: ['UNKNOWN'],
      means:
        'SES could not see the MX lately; it names another Region, and whether that one uses the MAIL FROM too is not known.',
    },
    ...ownMailFromReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const own = ownMailFrom(mf02, facts, context);
    return ['finding' in own ? own.finding : judgeStatus(facts, own.setting, context)];
  },
};

function judgeStatus(facts: IdentityFacts, setting: OwnMailFrom, context: JudgeContext): Finding<Reason> {
  const { domain, status, behaviorOnMxFailure } = setting;
  const evidence = { mailFrom: domain, status, behaviorOnMxFailure };
  const fallback =
    behaviorOnMxFailure === 'REJECT_MESSAGE'
      ? 'SES refuses to send'
      : 'SES uses its own MAIL FROM, which does not align';
  switch (status) {
    case 'SUCCESS': {
      const summary = `SES has verified the MAIL FROM domain ${domain}`;
      return say(mf02, { status: 'PASS', reason: 'MAIL_FROM_VERIFIED', summary, evidence });
    }
    case 'FAILED':
      return say(mf02, {
        status: 'FAIL',
        reason: 'MAIL_FROM_FAILED',
        summary: `SES gave up on the MAIL FROM domain ${domain} and no longer looks: ${fallback}`,
        evidence,
        fix: setAgainFix(facts, setting),
      });
    case 'TEMPORARY_FAILURE':
      return temporaryFailure(facts, setting, { evidence, fallback });
    default: {
      const graceHours = context.settings.thresholds.pendingGraceHours;
      const age = pendingAge({ controlId: 'MF-02', reason: 'MAIL_FROM_PENDING', graceHours }, context);
      const cause = causeOf(facts);
      return say(mf02, {
        status: age.inGrace ? 'WARN' : 'FAIL',
        reason: 'MAIL_FROM_PENDING',
        summary: `SES waits for the MX of ${domain} for ${Math.floor(age.hours)} hours: until then ${fallback}`,
        evidence: { ...evidence, pendingSince: age.since },
        fix: pendingFix(facts, domain),
        ...(cause ? { cause } : {}),
      });
    }
  }
}

function temporaryFailure(
  facts: IdentityFacts,
  setting: OwnMailFrom,
  { evidence, fallback }: { evidence: Finding['evidence']; fallback: string },
): Finding<Reason> {
  const { domain } = setting;
  if (facts.dnsUnusable !== undefined || facts.mailFrom === undefined) {
    const reason = facts.dnsUnusable === undefined ? 'DNS_NOT_ASKED' : 'RESOLVER_UNUSABLE';
    return dnsUnknown(mf02, reason, `the MX of ${domain}`, evidence);
  }
  const mx = mxState(facts.mailFrom.mx);
  if (mx.kind === 'unknown') return dnsUnknown(mf02, mx.because, `the MX of ${domain}`, evidence);
  const named = mx.kind === 'ses' ? regionOf(mx.region, facts, facts.mailFrom) : undefined;
  if (mx.kind === 'ses' && named === 'unseen') {
    const summary = `Not judged: the MX of ${domain} names ${feedbackHost(mx.region)}, and whether that Region uses the same MAIL FROM is not known`;
    return say(mf02, { status: 'UNKNOWN', reason: 'OTHER_REGION_UNSEEN', summary, evidence });
  }
  if (named === 'own' || named === 'shared') {
    return say(mf02, {
      status: 'WARN',
      reason: 'MAIL_FROM_TEMP_FAILURE',
      severity: 'MEDIUM',
      summary: `SES could not see the MX of ${domain} lately, though DNS has it: for now ${fallback}`,
      evidence,
      fix: {
        text: 'Wait for SES to look again; if it stays, see whether the name servers answer from everywhere.',
      },
    });
  }
  const cause = causeOf(facts);
  return say(mf02, {
    status: 'FAIL',
    reason: 'MAIL_FROM_TEMP_FAILURE',
    summary: `SES no longer sees its MX at ${domain}: the fallback is in force (${fallback}), and within 72 hours SES gives up`,
    evidence,
    fix: { text: 'Mend the records before SES gives up.', ...recordsFor(facts, domain) },
    ...(cause ? { cause } : {}),
  });
}

function regionOf(
  named: string,
  facts: IdentityFacts,
  { alsoUsedInRegions }: NonNullable<IdentityFacts['mailFrom']>,
): ReturnType<typeof namedRegion> {
  return namedRegion(named, facts.region, alsoUsedInRegions);
}

/** The MX in DNS, where that is what SES waits for. After FAILED there is none: setting it again is an act of its own. */
function causeOf(facts: IdentityFacts): Cause | undefined {
  if (facts.mailFrom === undefined) return undefined;
  const mx = mxState(facts.mailFrom.mx);
  switch (mx.kind) {
    case 'missing':
    case 'multiple':
      return domainCause(facts.mailFrom.domain, 'MF-03');
    case 'alias':
    case 'null':
    case 'other':
      return identityCause(facts, 'MF-04');
    case 'ses':
      // Nobody shares the name with the Region that the MX names.
      return regionOf(mx.region, facts, facts.mailFrom) === 'stray'
        ? identityCause(facts, 'MF-04')
        : undefined;
    case 'unknown':
      return undefined;
  }
}

/**
 * Those that SES looks for and DNS lacks. An MX that stands is kept where it is SES's, of whichever Region (MF-04 judges
 * that); one of several, or one that leads elsewhere, is MF-03's and MF-04's to replace.
 */
function recordsFor(facts: IdentityFacts, domain: string): Pick<Fix, 'publish' | 'keep' | 'unseen'> {
  if (facts.mailFrom === undefined) {
    return { publish: [mxRecord(domain, facts.region), txt(domain, SES_SPF)], unseen: true };
  }
  const { mx, spf, alsoUsedInRegions } = facts.mailFrom;
  // Where Regions share the name one MX serves all of them: MF-03 chooses alike.
  const shared = alsoUsedInRegions === 'unknown' ? [] : alsoUsedInRegions;
  const [region = facts.region] = [facts.region, ...shared].sort();
  const publish = [
    ...(mxState(mx).kind === 'missing' ? [mxRecord(domain, region)] : []),
    ...(spf.txt.kind !== 'unknown' && spf.records.length === 0 ? [txt(domain, mendedSpf(spf))] : []),
  ];
  if (publish.length === 0) return {};
  const nearMisses = spf.nearMisses.map((text) => txt(domain, text));
  return { publish, ...keptTxt(domain, spf.txt, publish, nearMisses) };
}

function pendingFix(facts: IdentityFacts, domain: string): Fix {
  const records = recordsFor(facts, domain);
  const text = records.publish
    ? 'Publish the records; SES looks for them for 72 hours.'
    : 'Wait: SES looks for the records for 72 hours. See that MF-03, MF-04 and SPF-01 have nothing against them.';
  return { text, ...records };
}

function setAgainFix(facts: IdentityFacts, { domain, behaviorOnMxFailure }: OwnMailFrom): Fix {
  return commandFix(
    facts,
    'See that the records are published, then set the MAIL FROM again so that SES looks anew.',
    putMailFrom(facts.name, domain, behaviorOnMxFailure),
    recordsFor(facts, domain),
  );
}
