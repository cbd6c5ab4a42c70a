import type { IdentityFacts } from '../facts/types.ts';
import { mxState } from './mail-from.ts';
import {
  ownMailFrom,
  ownMailFromReasons,
  renameFix,
  type OwnMailFrom,
  type OwnMailFromReason,
} from './own-mail-from.ts';
import { permitted, permittedReasons, type PermittedReason } from './permitted.ts';
import { listed, say } from './say.ts';
import { domainCause, type Cause } from './subjects.ts';
import type { Control, Finding, JudgeContext } from './types.ts';
import { dnsReasons, dnsUnknown, type DnsReason } from './unknowns.ts';

type Reason =
  | 'MAIL_FROM_ALONE'
  | 'COVERED_BY_RECEIPT_RULE'
  | 'MAIL_FROM_IS_IDENTITY'
  | 'MAIL_FROM_IS_FROM_DOMAIN'
  | 'MAIL_FROM_RECEIVES'
  | 'MAIL_FROM_HAS_OTHER_MX'
  | OwnMailFromReason
  | PermittedReason
  | DnsReason;

export const mf06: Control<IdentityFacts, Reason> = {
  id: 'MF-06',
  revision: 2,
  title: 'The MAIL FROM domain serves nothing else',
  subject: 'identity',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetEmailIdentity', 'ses:ListEmailIdentities', 'ses:DescribeActiveReceiptRuleSet'],
  permissions: ['receiptRules'],
  asserts:
    'The MAIL FROM domain is no identity of the target nor, as far as is stored, of another one; it is no declared From domain, has no second MX and no receipt rule of the target.',
  why: 'AWS wants a name that neither sends nor receives: mail to it goes to SES’s feedback host and is lost, and mail From it mixes with bounces.',
  evidence:
    'The MAIL FROM domain, the identities at it (of another target with its account and Region), and the receipt rules that name it.',
  remedy: 'The records and the command for a MAIL FROM name of its own.',
  sources: ['Amazon SES developer guide: Using a custom MAIL FROM domain'],
  reasons: {
    MAIL_FROM_ALONE: { statuses: ['PASS'], means: 'Nothing else uses the name.' },
    COVERED_BY_RECEIPT_RULE: {
      statuses: ['PASS'],
      means:
        'Nothing uses the name, but a receipt rule for all subdomains covers it; its MX leads elsewhere.',
    },
    MAIL_FROM_IS_IDENTITY: {
      statuses: ['FAIL'],
      means: 'An identity, of this target or stored of another one, is the name or an address at it.',
    },
    MAIL_FROM_IS_FROM_DOMAIN: {
      statuses: ['FAIL'],
      means: 'The settings declare the name as a From domain (`fromDomains`).',
    },
    MAIL_FROM_RECEIVES: { statuses: ['FAIL'], means: 'A receipt rule takes mail for the name.' },
    MAIL_FROM_HAS_OTHER_MX: {
      statuses: ['FAIL'],
      means: 'More than one MX stands there: another system takes mail for the name.',
    },
    ...ownMailFromReasons,
    ...permittedReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const own = ownMailFrom(mf06, facts, context);
    if ('finding' in own) return [own.finding];
    return [seenUse(facts, own.setting, context) ?? judgeUnseen(facts, own.setting)];
  },
};

/** A use that is known, whatever else is not. */
function seenUse(
  facts: IdentityFacts,
  setting: OwnMailFrom,
  context: JudgeContext,
): Finding<Reason> | undefined {
  const { domain } = setting;
  const identities = facts.identitiesAtMailFrom ?? [];
  const evidence = { mailFrom: domain, identities };
  const used = (reason: Reason, summary: string, cause?: Cause): Finding<Reason> =>
    say(mf06, {
      status: 'FAIL',
      reason,
      summary,
      evidence,
      fix: renameFix(facts, setting),
      ...(cause ? { cause } : {}),
    });
  if (identities.length > 0) {
    return used(
      'MAIL_FROM_IS_IDENTITY',
      `The MAIL FROM domain ${domain} is an identity itself (${listed(identities)})`,
    );
  }
  if (context.settings.fromDomains.includes(domain)) {
    return used(
      'MAIL_FROM_IS_FROM_DOMAIN',
      `The MAIL FROM domain ${domain} is declared as a From domain, too`,
    );
  }
  if (facts.receiptDomains?.kind === 'seen' && facts.receiptDomains.value.includes(domain)) {
    return used('MAIL_FROM_RECEIVES', `A receipt rule takes mail for the MAIL FROM domain ${domain}`);
  }
  if (facts.mailFrom && mxState(facts.mailFrom.mx).kind === 'multiple') {
    const summary = `The MAIL FROM domain ${domain} has more than one MX`;
    return used('MAIL_FROM_HAS_OTHER_MX', summary, domainCause(domain, 'MF-03'));
  }
  return undefined;
}

/** Nothing was seen to use the name: whether everything was looked at. */
function judgeUnseen(facts: IdentityFacts, { domain }: OwnMailFrom): Finding<Reason> {
  if (facts.identitiesAtMailFrom === undefined) {
    const summary = `Not judged: which identities lie at ${domain} is not known`;
    return say(mf06, { status: 'UNKNOWN', reason: 'TARGET_UNSEEN', summary });
  }
  const mx = facts.mailFrom && mxState(facts.mailFrom.mx);
  const because = facts.dnsUnusable === undefined ? 'DNS_NOT_ASKED' : 'RESOLVER_UNUSABLE';
  if (mx === undefined) return dnsUnknown(mf06, because, `the MX of ${domain}`);
  if (mx.kind === 'unknown') return dnsUnknown(mf06, mx.because, `the MX of ${domain}`);
  const rules = permitted<string[], Reason>(mf06, facts.receiptDomains, 'the receipt rules');
  if ('finding' in rules) return rules.finding;
  const covering = rules.seen.filter((name) => name.startsWith('.') && domain.endsWith(name));
  const evidence = { mailFrom: domain, identities: [], receiptRules: covering };
  const covered = covering.length > 0;
  return say(mf06, {
    status: 'PASS',
    reason: covered ? 'COVERED_BY_RECEIPT_RULE' : 'MAIL_FROM_ALONE',
    summary: covered
      ? `Nothing else uses the MAIL FROM domain ${domain}, though a receipt rule for ${covering[0]} covers it`
      : `Nothing else uses the MAIL FROM domain ${domain}`,
    evidence,
  });
}
