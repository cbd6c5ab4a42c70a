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
import { commandFix, startEasyDkim } from './fixes.ts';
import { outOfSightCause } from './out-of-sight.ts';
import { say } from './say.ts';
import { identityCause, type Cause } from './subjects.ts';
import type { Control, Finding, Fix, JudgeContext } from './types.ts';

type Reason =
  | 'SAME_EVERYWHERE'
  | 'SETTINGS_DIVERGE'
  | 'SETTING_UNKNOWN'
  | 'ONE_TARGET'
  | 'COVERAGE_INCOMPLETE'
  | SenderScopeReason;

const MAX_ROWS = 20;

type Column = 'dkim' | 'keyBits' | 'mailFrom' | 'tls';
const COLUMNS: readonly Column[] = ['dkim', 'keyBits', 'mailFrom', 'tls'];
const COLUMN_NAMES: Record<Column, string> = {
  dkim: 'DKIM',
  keyBits: 'DKIM key length',
  mailFrom: 'MAIL FROM',
  tls: 'TLS policy',
};

/** A value as it is compared; `unknown` may be any, absent is not compared at all. */
interface Row {
  identity: IdentitySummary;
  cells: { [column in Column]?: string };
}

export const ident09: Control<DomainFacts, Reason> = {
  id: 'IDENT-09',
  revision: 1,
  title: 'The domain is set up alike in every account and Region',
  subject: 'domain',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetEmailIdentity', 'ses:ListEmailIdentities', 'ses:GetConfigurationSet'],
  asserts:
    'DKIM signing, key length, what happens when MAIL FROM fails, and the TLS policy of the default configuration set are the same for the domain’s identity in every target.',
  why: 'The same domain that signs here and not there, or with a shorter key, fails receivers now and then, which is the hardest failure to find: it depends on which Region sent.',
  evidence:
    'Which settings diverge, a table of at most 20 targets, and how old the oldest of these facts is.',
  remedy:
    'The command for the target with the weakest setting, where one command does it; else the one that shows it. Which value is right is yours to decide.',
  sources: [
    'Amazon SES developer guide: Verified identities in Amazon SES',
    'Amazon SES developer guide: Using multiple AWS Regions with Amazon SES',
  ],
  reasons: {
    SAME_EVERYWHERE: { statuses: ['PASS'], means: 'All targets agree.' },
    SETTINGS_DIVERGE: {
      statuses: ['WARN'],
      means: 'Targets differ in at least one of the settings; the evidence holds the table.',
    },
    SETTING_UNKNOWN: {
      statuses: ['UNKNOWN'],
      means: 'What is known agrees, but of some target a setting is not known.',
    },
    ONE_TARGET: {
      statuses: ['NOT_APPLICABLE'],
      means: 'The domain is a verified domain identity in at most one target: there is nothing to compare.',
    },
    ...coverageReasons,
    ...senderScopeReasons,
  },
  judge(facts, context) {
    const scope = senderScope(ident09, facts, context);
    if ('finding' in scope) return [scope.finding];
    const compared = inOrder(scope.senders.filter(({ type, verified }) => type === 'DOMAIN' && verified));
    const rows = compared.map((identity) => rowOf(identity, context));
    const diverging = COLUMNS.filter((column) => valuesOf(rows, column).length > 1);
    const oldest = oldestFact(compared, context);
    const evidence = { diverging, targets: tableOf(rows), oldestFact: oldest };
    if (diverging.length > 0) return [divergence(facts.name, rows, diverging, evidence)];
    if (scope.unread > 0) return [unreadFinding(ident09, facts)];
    if (rows.length < 2) {
      const summary = `${facts.name} is a verified domain identity in ${rows.length === 1 ? 'one target' : 'no target'}`;
      return [say(ident09, { status: 'NOT_APPLICABLE', reason: 'ONE_TARGET', summary })];
    }
    const open = COLUMNS.filter((column) => rows.some(({ cells }) => cells[column] === 'unknown'));
    if (open.length > 0) {
      const summary = `Not judged: ${open.map((column) => COLUMN_NAMES[column]).join(' and ')} of ${facts.name} is not known in every target`;
      return [say(ident09, { status: 'UNKNOWN', reason: 'SETTING_UNKNOWN', summary, evidence })];
    }
    if (!absenceCounts(facts, context, ident09.id)) {
      const summary = `Not judged: as far as was seen, ${facts.name} is set up alike`;
      const cause = outOfSightCause(facts.outOfSight);
      return [
        say(ident09, { status: 'UNKNOWN', reason: 'COVERAGE_INCOMPLETE', summary, evidence, ...cause }),
      ];
    }
    const summary = `${facts.name} is set up alike in ${rows.length} targets${asSeenOn(oldest)}`;
    return [say(ident09, { status: 'PASS', reason: 'SAME_EVERYWHERE', summary, evidence })];
  },
};

function rowOf(identity: IdentitySummary, { settings }: JudgeContext): Row {
  const { dkim, mailFrom, configurationSet, tlsPolicy } = identity;
  const signs = dkim.kind === 'own' || dkim.kind === 'inherited';
  return {
    identity,
    cells: {
      dkim: dkimCell(dkim),
      // Without a signature there is no key to compare.
      ...(signs ? { keyBits: dkim.keyBits === undefined ? 'unknown' : String(dkim.keyBits) } : {}),
      mailFrom: mailFrom?.behaviorOnMxFailure ?? 'DEFAULT',
      ...(settings.permissions.configurationSets
        ? { tls: configurationSet === undefined ? 'NO_SET' : (tlsPolicy ?? 'unknown') }
        : {}),
    },
  };
}

function dkimCell({ kind, status }: IdentitySummary['dkim']): string {
  switch (kind) {
    case 'own':
    case 'inherited':
      return 'SIGNED';
    case 'unsigned':
      return 'SWITCHED_OFF';
    case 'none':
      return status;
    case 'unproven':
      return 'unknown';
  }
}

function valuesOf(rows: readonly Row[], column: Column): string[] {
  const known = rows.flatMap(({ cells }) => cells[column] ?? []).filter((value) => value !== 'unknown');
  return [...new Set(known)];
}

function tableOf(rows: readonly Row[]): Finding['evidence'][] {
  return rows.slice(0, MAX_ROWS).map(({ identity, cells }) => ({ target: placeOf(identity), ...cells }));
}

function divergence(
  name: string,
  rows: readonly Row[],
  diverging: Column[],
  evidence: Finding['evidence'],
): Finding<Reason> {
  const [first = 'dkim'] = diverging;
  const weakest = weakestIn(rows, first);
  const cause = weakest && causeOf(weakest, diverging);
  const what = diverging.map(
    (column) => `${COLUMN_NAMES[column]} (${valuesOf(rows, column).sort().join(', ')})`,
  );
  return say(ident09, {
    status: 'WARN',
    reason: 'SETTINGS_DIVERGE',
    summary: `${name} differs between ${rows.length} targets in ${what.join(', ')}${asSeenOn(String(evidence['oldestFact']))}`,
    evidence,
    ...(weakest ? { fix: fixFor(weakest, first) } : {}),
    ...(cause ? { cause } : {}),
  });
}

/** Best last, so that the first found is what has to be mended. */
const STRENGTH: Record<Column, (value: string) => number> = {
  dkim: (value) => (value === 'SIGNED' ? 1 : 0),
  keyBits: (value) => Number(value),
  mailFrom: (value) => (value === 'DEFAULT' ? 0 : 1),
  tls: (value) => ['NO_SET', 'OPTIONAL', 'REQUIRE'].indexOf(value),
};

function weakestIn(rows: readonly Row[], column: Column): IdentitySummary | undefined {
  const strength = ({ cells }: Row): number => {
    const value = cells[column];
    return value === undefined || value === 'unknown' ? Number.POSITIVE_INFINITY : STRENGTH[column](value);
  };
  return [...rows].sort((left, right) => strength(left) - strength(right))[0]?.identity;
}

/** Where another control speaks of the one setting that differs, this finding follows from it. */
function causeOf(weakest: IdentitySummary, diverging: readonly Column[]): Cause | undefined {
  const [only, second] = diverging;
  if (second !== undefined) return undefined;
  switch (only) {
    case 'dkim':
      return summaryCause(weakest, weakest.dkim.cause);
    case 'keyBits':
      return (weakest.dkim.keyBits ?? 0) < 2048 ? identityCause(weakest, 'DKIM-04') : undefined;
    case 'mailFrom':
      return weakest.mailFrom ? undefined : identityCause(weakest, 'MF-01');
    default:
      return undefined;
  }
}

function fixFor(weakest: IdentitySummary, column: Column): Fix {
  const { name, domain, configurationSet } = weakest;
  const text = `Give every target in the table the same ${COLUMN_NAMES[column]}, the stricter one where nothing speaks against it, or note why one differs. Begin with ${placeOf(weakest)}.`;
  const words = commandWords(weakest, column);
  if (words) return commandFix(weakest, text, words);
  if (column === 'tls' && configurationSet === undefined)
    return commandFix(weakest, `${text} It needs a default configuration set first.`, [
      'sesv2',
      'list-configuration-sets',
    ]);
  return commandFix(weakest, text, ['sesv2', 'get-email-identity', '--email-identity', name || domain]);
}

/** Undefined where no single command does it: another's key, a MAIL FROM whose records have to be published first. */
function commandWords(weakest: IdentitySummary, column: Column): string[] | undefined {
  const { name, domain, dkim, configurationSet } = weakest;
  if (column === 'dkim' && dkim.kind === 'unsigned') {
    return ['sesv2', 'put-email-identity-dkim-attributes', '--email-identity', name, '--signing-enabled'];
  }
  const easy = dkim.origin === 'AWS_SES' && dkim.kind !== 'inherited';
  if (easy && (column === 'keyBits' || (column === 'dkim' && dkim.status === 'NOT_STARTED'))) {
    return startEasyDkim(domain);
  }
  if (column === 'tls' && configurationSet !== undefined) {
    return [
      'sesv2',
      'put-configuration-set-delivery-options',
      '--configuration-set-name',
      configurationSet,
      '--tls-policy',
      'REQUIRE',
    ];
  }
  return undefined;
}
