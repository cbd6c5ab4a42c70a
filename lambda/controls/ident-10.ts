import { isAtOrBelow } from '../mail-auth/names.ts';
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
  unreadFinding,
  type SenderScopeReason,
} from './across-targets.ts';
import { commandFix } from './fixes.ts';
import { outOfSightCause } from './out-of-sight.ts';
import { listed, say } from './say.ts';
import type { Control, Finding, Fix } from './types.ts';

type Reason =
  'OWNERS_ONLY' | 'ACCOUNT_NOT_OWNER' | 'NOT_CONFIGURED' | 'COVERAGE_INCOMPLETE' | SenderScopeReason;

const MAX_ROWS = 20;

export const ident10: Control<DomainFacts, Reason> = {
  id: 'IDENT-10',
  revision: 2,
  title: 'Only the accounts that own the domain can send as it',
  subject: 'domain',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:ListEmailIdentities', 'ses:GetEmailIdentity'],
  asserts:
    'Every account that holds a verified identity of the domain is on the list of its owners (setting `domainOwners`).',
  why: 'An identity forgotten in another account sends as the domain, with DKIM that receivers trust, and nobody who answers for the domain looks at it.',
  evidence:
    'The owners and the domain that names them, at most 20 identities with their places (those of strangers where there are any), and how old the oldest of these facts is.',
  remedy:
    'Advice: ask the account, then complete the list or have the identity deleted. The command only shows the identity.',
  sources: ['Amazon SES developer guide: Verified identities in Amazon SES'],
  reasons: {
    OWNERS_ONLY: {
      statuses: ['PASS'],
      means: 'Only accounts on the list hold verified identities of the domain.',
    },
    ACCOUNT_NOT_OWNER: {
      statuses: ['WARN'],
      means: 'An account that is not on the list holds a verified identity of the domain.',
    },
    NOT_CONFIGURED: {
      statuses: ['NOT_APPLICABLE'],
      means: 'The setting `domainOwners` names neither the domain nor one above it.',
    },
    ...coverageReasons,
    ...senderScopeReasons,
  },
  judge(facts, context) {
    const owned = ownersOf(facts.name, context.settings.domainOwners);
    if (owned === undefined) {
      const summary = `The settings name no owners of ${facts.name}`;
      return [say(ident10, { status: 'NOT_APPLICABLE', reason: 'NOT_CONFIGURED', summary })];
    }
    const scope = senderScope(ident10, facts, context);
    if ('finding' in scope) return [scope.finding];
    const verified = inOrder(scope.senders.filter((sender) => sender.verified));
    const strangers = verified.filter(({ accountId }) => !owned.owners.includes(accountId));
    const oldest = oldestFact(strangers.length > 0 ? strangers : verified, context);
    const evidence = {
      owners: owned.owners.slice(0, MAX_ROWS),
      ownersOf: owned.domain,
      identities: rows(strangers.length > 0 ? strangers : verified),
      oldestFact: oldest,
    };
    if (strangers.length > 0) return [shadow(facts.name, strangers, evidence)];
    if (scope.unread > 0) return [unreadFinding(ident10, facts)];
    if (!absenceCounts(facts, context, ident10.id)) {
      const summary = `Not judged: as far as was seen, only owners of ${facts.name} hold identities of it`;
      const cause = outOfSightCause(facts.outOfSight);
      return [
        say(ident10, { status: 'UNKNOWN', reason: 'COVERAGE_INCOMPLETE', summary, evidence, ...cause }),
      ];
    }
    const summary = `Only owners of ${facts.name} hold verified identities of it${asSeenOn(oldest)}`;
    return [say(ident10, { status: 'PASS', reason: 'OWNERS_ONLY', summary, evidence })];
  },
};

/** The nearest entry at or above the domain. */
function ownersOf(
  name: string,
  settings: { [domain: string]: string[] },
): { domain: string; owners: string[] } | undefined {
  const [domain] = Object.keys(settings)
    .filter((candidate) => isAtOrBelow(name, candidate))
    .sort((left, right) => right.length - left.length);
  return domain === undefined ? undefined : { domain, owners: settings[domain] ?? [] };
}

function rows(identities: readonly IdentitySummary[]): { place: string; identity: string }[] {
  return identities.slice(0, MAX_ROWS).map((one) => ({ place: placeOf(one), identity: one.name }));
}

function shadow(
  name: string,
  strangers: readonly IdentitySummary[],
  evidence: Finding['evidence'],
): Finding<Reason> {
  const accounts = [...new Set(strangers.map(({ accountId }) => accountId))];
  const one = accounts.length === 1;
  return say(ident10, {
    status: 'WARN',
    reason: 'ACCOUNT_NOT_OWNER',
    summary: `${one ? 'An account' : `${accounts.length} accounts`} not on the list of owners can send as ${name}${asSeenOn(String(evidence['oldestFact']))}`,
    evidence,
    fix: fixFor(strangers, accounts),
  });
}

/** A look first: the scanner proposes no command that deletes. */
function fixFor(strangers: readonly IdentitySummary[], accounts: readonly string[]): Fix {
  const text =
    `Ask whoever runs ${listed(accounts, 5)} what sends as this domain. If it should, add the account to the setting domainOwners; ` +
    'if not, move the stream to an owner and delete the identity there. The command shows what it is used with.';
  const [first] = strangers;
  if (first === undefined) return { text };
  return commandFix(first, text, ['sesv2', 'get-email-identity', '--email-identity', first.name]);
}
