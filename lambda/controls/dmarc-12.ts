import type { DmarcFacts, DomainFacts } from '../facts/types.ts';
import { parseDmarcRecord } from '../mail-auth/dmarc-record.ts';
import { discoveryUnknown } from './dmarc-policy.ts';
import { fromScope, fromScopeReasons, type FromScopeReason } from './from-domain.ts';
import { listed, say } from './say.ts';
import { domainCause } from './subjects.ts';
import type { Control, Finding } from './types.ts';
import { dnsReasons, dnsUnknown, type DnsReason } from './unknowns.ts';

type Reason =
  | 'ONE_READING'
  | 'DMARC_READINGS_DIFFER'
  | 'DELEGATED_SUBTREE_ALIGNS'
  | 'DEEP_NAME_WITHOUT_RECORD'
  | 'NO_RECORD'
  | FromScopeReason
  | DnsReason;

/** RFC 9989 section 4.10: of a name with more labels the walk leaves some out. */
const MAX_LABELS = 8;

export const dmarc12: Control<DomainFacts, Reason> = {
  id: 'DMARC-12',
  revision: 2,
  title: 'Receivers old and new find the same DMARC policy',
  subject: 'domain',
  tier: 2,
  severity: 'MEDIUM',
  asserts:
    'The tree walk (RFC 9989) and the Public Suffix List (RFC 7489) lead to the same policy; subtrees in other hands are cut off or alignment is strict; a very deep name has its own record.',
  why: 'Receivers move from the one standard to the other over years: until then half of them may enforce what the other half does not.',
  evidence: 'Both readings with record and Organizational Domain, and the delegated subtrees.',
  remedy: 'Advice: psd decides who aligns with whom, so nobody but the owner can say.',
  sources: [
    'RFC 9989 section 4.10.2',
    'RFC 9989 section 5.1.8',
    'RFC 9989 section 11.8',
    'RFC 7489 section 6.6.3',
  ],
  reasons: {
    ONE_READING: { statuses: ['PASS'], means: 'Both standards lead to the same policy.' },
    DMARC_READINGS_DIFFER: { statuses: ['WARN'], means: 'The two standards lead to different policies.' },
    DELEGATED_SUBTREE_ALIGNS: {
      statuses: ['WARN'],
      means:
        'A subtree that settings declare to be in other hands aligns with the domain: no psd=n cuts it off, and alignment is relaxed.',
    },
    DEEP_NAME_WITHOUT_RECORD: {
      statuses: ['WARN'],
      means:
        'The name has more than eight labels and no record of its own: the walk leaves out some of the names above it.',
    },
    NO_RECORD: {
      statuses: ['NOT_APPLICABLE'],
      means: 'By neither standard a record applies; DMARC-01 speaks.',
    },
    ...fromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = fromScope(dmarc12, facts, context);
    if ('finding' in scope) return [scope.finding];
    const { dmarc } = scope.from;
    const { name } = facts;
    const evidence = evidenceOf(dmarc);
    const aligning = subtreesThatAlign(dmarc);
    const deep = name.split('.').length > MAX_LABELS && dmarc.ownRecords.length === 0;
    const differing = readingsDiffer(facts, dmarc, evidence);
    if (differing) return [differing];
    if (aligning.known.length > 0) return [aligns(name, dmarc, aligning.known, evidence)];
    if (deep && dmarc.ownTxt.kind !== 'unknown') return [deepName(name, dmarc, evidence)];
    if (dmarc.status === 'temperror') return [discoveryUnknown(dmarc12, facts, dmarc)];
    const open = unanswered(dmarc, aligning.unknown);
    if (open !== undefined) return [dnsUnknown(dmarc12, open.reason, open.what, evidence)];
    if (dmarc.status === 'none') {
      const summary = `No DMARC record applies to ${name}`;
      return [say(dmarc12, { status: 'NOT_APPLICABLE', reason: 'NO_RECORD', summary })];
    }
    const summary = `Receivers of RFC 7489 and of RFC 9989 find the same DMARC policy for ${name}`;
    return [say(dmarc12, { status: 'PASS', reason: 'ONE_READING', summary, evidence })];
  },
};

/** As published: what `t=y` and `pct` take back is DMARC-10's matter. */
function readingsDiffer(
  facts: DomainFacts,
  dmarc: DmarcFacts,
  evidence: Finding['evidence'],
): Finding<Reason> | undefined {
  const { legacy } = dmarc;
  if (dmarc.status === 'temperror' || legacy === undefined || legacy.status === 'temperror') return undefined;
  if (legacy.policy === dmarc.policy) return undefined;
  const { name } = facts;
  const theirs = legacy.policy ?? 'no policy';
  const ours = dmarc.policy ?? 'no policy';
  const text =
    `Decide which of the two is meant, and publish a record at _dmarc.${name} itself that says so. ` +
    `A record with psd=n makes ${name} its own Organizational Domain for receivers of RFC 9989, which ends alignment with the names above: see first which domains sign and bounce for it (ALIGN-01).`;
  const cause = causeOf(name, dmarc);
  return say(dmarc12, {
    status: 'WARN',
    reason: 'DMARC_READINGS_DIFFER',
    summary: `Receivers differ on the DMARC policy of ${name}: ${ours} by RFC 9989, ${theirs} by RFC 7489`,
    evidence,
    fix: { text },
    ...(cause ? { cause } : {}),
  });
}

/** Several records end the older search, but not the walk; a broken np is no tag of the older standard. */
function causeOf(name: string, { ownRecords, recordDomain, problems }: DmarcFacts): Finding['cause'] {
  if (ownRecords.length > 1) return domainCause(name, 'DMARC-02');
  const broken = problems.some((code) => BROKEN_POLICY.has(code));
  return broken ? domainCause(recordDomain ?? name, 'DMARC-04') : undefined;
}

const BROKEN_POLICY: ReadonlySet<string> = new Set(['P_INVALID', 'SP_INVALID', 'NP_INVALID', 'P_MISSING']);

/** The modes are those of the record that applies, wherever it stands. */
function subtreesThatAlign({ delegated = [], status, adkim, aspf }: DmarcFacts): {
  known: string[];
  unknown: string[];
} {
  const strict = status === 'found' && adkim === 's' && aspf === 's';
  if (strict) return { known: [], unknown: [] };
  return {
    known: delegated.filter(({ cut }) => cut === false).map(({ subtree }) => subtree),
    unknown: delegated.filter(({ cut }) => cut === 'unknown').map(({ subtree }) => subtree),
  };
}

function aligns(
  name: string,
  { recordDomain = name }: DmarcFacts,
  subtrees: string[],
  evidence: Finding['evidence'],
): Finding<Reason> {
  const names = listed(subtrees);
  return say(dmarc12, {
    status: 'WARN',
    reason: 'DELEGATED_SUBTREE_ALIGNS',
    summary: `Mail authenticated as ${names}, which is in other hands, aligns with From ${name}`,
    evidence,
    fix: {
      text:
        `Either have a DMARC record with psd=n published at ${names}, which ends alignment across the cut, ` +
        `or set adkim=s and aspf=s in the record of ${recordDomain}. Both end alignment for mail that relies on it: see in the aggregate reports which streams do.`,
    },
  });
}

function deepName(name: string, dmarc: DmarcFacts, evidence: Finding['evidence']): Finding<Reason> {
  return say(dmarc12, {
    status: 'WARN',
    reason: 'DEEP_NAME_WITHOUT_RECORD',
    summary: `${name} has more than ${MAX_LABELS} labels and no DMARC record of its own: receivers leave out names above it in their search`,
    evidence,
    fix: {
      text: `Publish ${sameRecord(dmarc)} as TXT at _dmarc.${name}, or send from a shorter name.`,
    },
  });
}

/** The record that says at the name itself what it inherits today; `psd` and the tags for subdomains stay where they are. */
function sameRecord({ record, policy }: DmarcFacts): string {
  if (record === undefined || policy === undefined) return 'a DMARC record (DMARC-01 says which)';
  const { tags } = parseDmarcRecord(record);
  const parts = [
    `v=DMARC1; p=${policy}`,
    ...(tags.adkim === 's' ? ['adkim=s'] : []),
    ...(tags.aspf === 's' ? ['aspf=s'] : []),
    ...(tags.t === 'y' ? ['t=y'] : []),
    ...(tags.rua.length > 0 ? [`rua=${tags.rua.join(',')}`] : []),
  ];
  return `“${parts.join('; ')}”, which it inherits today,`;
}

function unanswered(
  { legacy }: DmarcFacts,
  subtrees: string[],
): { reason: 'DNS_UNANSWERED' | 'DNS_NOT_ASKED'; what: string } | undefined {
  if (legacy === undefined) return { reason: 'DNS_NOT_ASKED', what: 'the policy by RFC 7489' };
  if (legacy.status === 'temperror')
    return { reason: 'DNS_UNANSWERED', what: legacy.errorAt ?? 'the policy by RFC 7489' };
  return subtrees.length > 0
    ? { reason: 'DNS_UNANSWERED', what: `_dmarc of ${listed(subtrees)}` }
    : undefined;
}

function evidenceOf(dmarc: DmarcFacts): Finding['evidence'] {
  const { legacy, delegated = [] } = dmarc;
  const reading = (
    policy: string | undefined,
    record: string | undefined,
    organization: string | undefined,
  ): string =>
    `${policy ?? 'none found'} from ${record ?? 'no record'}, Organizational Domain ${organization ?? 'unknown'}`;
  return {
    rfc9989: reading(dmarc.policy, dmarc.recordDomain, dmarc.organizationalDomain),
    rfc7489: legacy ? reading(legacy.policy, legacy.recordDomain, legacy.organizationalDomain) : 'not asked',
    delegated: delegated.map(
      ({ subtree, cut }) => `${subtree}: ${cut === 'unknown' ? 'unknown' : cut ? 'cut off' : 'not cut off'}`,
    ),
  };
}
