import type { DomainFacts, IdentitySummary } from '../facts/types.ts';
import {
  absenceCounts,
  asSeenOn,
  coverageReasons,
  inOrder,
  oldestFact,
  placeOf,
  senderScope,
  senderScopeReasons,
  summaryCause,
  unreadFinding,
  type SenderScopeReason,
} from './across-targets.ts';
import { commandFix, restartDkim, startEasyDkim } from './fixes.ts';
import { outOfSightCause } from './out-of-sight.ts';
import { listed, say } from './say.ts';
import type { Control, Finding, Fix } from './types.ts';

type Reason =
  | 'SIGNED_IN_EVERY_REGION'
  | 'REGION_WITHOUT_DKIM'
  | 'SIGNING_UNPROVEN'
  | 'ONE_REGION'
  | 'SELF_SIGNED'
  | 'COVERAGE_INCOMPLETE'
  | SenderScopeReason;

const MAX_ROWS = 20;

export const dkim13: Control<DomainFacts, Reason> = {
  id: 'DKIM-13',
  revision: 1,
  title: 'The domain is signed in every Region where it is an identity',
  subject: 'domain',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetEmailIdentity', 'ses:ListEmailIdentities'],
  asserts:
    'In every Region where the domain is an identity, SES signs for it: with keys of its own, as a DEED replica, or with those of the domain above.',
  why: 'DKIM is set up Region by Region. A stream moved to another Region, or failing over to it, loses its signatures, and with them DMARC.',
  evidence:
    'The Regions, for at most 20 targets how DKIM stands there, those without, and how old the oldest of these facts is.',
  remedy:
    'The command for the first Region without DKIM: enable it, set it up or restart it. A key of your own and a replica are only shown, never replaced.',
  sources: [
    'Amazon SES developer guide: Using Deterministic Easy DKIM (DEED) in Amazon SES',
    'Amazon SES developer guide: Easy DKIM in Amazon SES',
  ],
  reasons: {
    SIGNED_IN_EVERY_REGION: { statuses: ['PASS'], means: 'SES signs for the domain in all its Regions.' },
    REGION_WITHOUT_DKIM: {
      statuses: ['WARN'],
      means: 'In at least one of its Regions SES does not sign for the domain.',
    },
    SIGNING_UNPROVEN: {
      statuses: ['UNKNOWN'],
      means: 'In some Region it is not proven whether SES signs for the domain.',
    },
    ONE_REGION: {
      statuses: ['NOT_APPLICABLE'],
      means:
        'The domain is an identity in at most one Region, those left out that wait for their first verification; DKIM-01 and DKIM-02 judge it there.',
    },
    SELF_SIGNED: {
      statuses: ['NOT_APPLICABLE'],
      means: 'The setting `selfSigned` says that mail of the domain is signed before it reaches SES.',
    },
    ...coverageReasons,
    ...senderScopeReasons,
  },
  judge(facts, context) {
    if (context.settings.selfSigned.some(({ domain }) => domain === facts.name)) {
      const summary = `Mail of ${facts.name} is signed before it reaches SES`;
      return [say(dkim13, { status: 'NOT_APPLICABLE', reason: 'SELF_SIGNED', summary })];
    }
    const scope = senderScope(dkim13, facts, context);
    if ('finding' in scope) return [scope.finding];
    const domains = inOrder(scope.senders.filter((one) => one.type === 'DOMAIN' && !waits(one)));
    const regions = [...new Set(domains.map(({ region }) => region))].sort();
    const oldest = oldestFact(domains, context);
    const evidence = { regions, targets: tableOf(domains), oldestFact: oldest };
    const unsigned = domains.filter(({ dkim }) => dkim.kind === 'none' || dkim.kind === 'unsigned');
    if (regions.length > 1 && unsigned.length > 0) return [missing(facts.name, unsigned, evidence)];
    if (scope.unread > 0) return [unreadFinding(dkim13, facts)];
    if (regions.length < 2) {
      const summary = `${facts.name} is a domain identity in ${regions[0] ?? 'no Region'}${regions.length === 1 ? ' alone' : ''}`;
      return [say(dkim13, { status: 'NOT_APPLICABLE', reason: 'ONE_REGION', summary })];
    }
    if (domains.some(({ dkim }) => dkim.kind === 'unproven')) {
      const summary = `Not judged: whether SES signs for ${facts.name} in every Region is not proven`;
      return [say(dkim13, { status: 'UNKNOWN', reason: 'SIGNING_UNPROVEN', summary, evidence })];
    }
    if (!absenceCounts(facts, context, dkim13.id)) {
      const summary = `Not judged: as far as was seen, SES signs for ${facts.name} in every Region`;
      const cause = outOfSightCause(facts.outOfSight);
      return [say(dkim13, { status: 'UNKNOWN', reason: 'COVERAGE_INCOMPLETE', summary, evidence, ...cause })];
    }
    const summary = `SES signs for ${facts.name} in ${listed(regions, 5)}${asSeenOn(oldest)}`;
    return [say(dkim13, { status: 'PASS', reason: 'SIGNED_IN_EVERY_REGION', summary, evidence })];
  },
};

/** SES looks for its records for the first time, and lets nothing be sent: DKIM-02 speaks of it, with its grace period. */
function waits({ verified, dkim }: IdentitySummary): boolean {
  return !verified && dkim.status === 'PENDING';
}

function tableOf(identities: readonly IdentitySummary[]): Finding['evidence'][] {
  return identities.slice(0, MAX_ROWS).map((one) => {
    const { kind, status, origin } = one.dkim;
    return { target: placeOf(one), dkim: kind, status, origin };
  });
}

function missing(
  name: string,
  unsigned: readonly IdentitySummary[],
  evidence: Finding['evidence'],
): Finding<Reason> {
  const regions = [...new Set(unsigned.map(({ region }) => region))].sort();
  const [first] = unsigned;
  const cause = first && summaryCause(first, first.dkim.cause);
  return say(dkim13, {
    status: 'WARN',
    reason: 'REGION_WITHOUT_DKIM',
    summary: `SES does not sign for ${name} in ${listed(regions, 5)}${asSeenOn(String(evidence['oldestFact']))}`,
    evidence: { without: unsigned.slice(0, MAX_ROWS).map(placeOf), ...evidence },
    ...(first ? { fix: fixFor(first) } : {}),
    ...(cause ? { cause } : {}),
  });
}

function fixFor(identity: IdentitySummary): Fix {
  const text =
    `Set DKIM up in each Region named, beginning with ${placeOf(identity)}: Easy DKIM needs three CNAME records of the Region’s own, ` +
    'a DEED replica (origin AWS_SES_<parent Region>) shares those of the parent Region and needs none.';
  return commandFix(identity, text, commandWords(identity));
}

function commandWords({ name, domain, dkim }: IdentitySummary): string[] {
  if (dkim.kind === 'unsigned' && dkim.status === 'SUCCESS')
    return ['sesv2', 'put-email-identity-dkim-attributes', '--email-identity', name, '--signing-enabled'];
  // Both commands would turn a key of one's own, or a replica, into Easy DKIM of this Region.
  if (dkim.origin !== 'AWS_SES') return ['sesv2', 'get-email-identity', '--email-identity', name];
  return dkim.status === 'NOT_STARTED' ? startEasyDkim(domain) : restartDkim(domain);
}
