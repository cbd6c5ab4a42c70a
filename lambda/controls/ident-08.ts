import type { IdentityFacts } from '../facts/types.ts';
import { SETS_READS, setDefaultSet } from './configuration-sets.ts';
import { commandFix } from './fixes.ts';
import { permitted, permittedReasons, type PermittedReason } from './permitted.ts';
import { say } from './say.ts';
import { outsideSettingsScope, settingsScopeReasons, type SettingsScopeReason } from './settings-scope.ts';
import type { Control, Finding } from './types.ts';

type Reason =
  | 'DEFAULT_SET_ASSIGNED'
  | 'NO_DEFAULT_SET'
  | 'DEFAULT_SET_MISSING'
  | 'LIST_INCOMPLETE'
  | PermittedReason
  | SettingsScopeReason;

export const ident08: Control<IdentityFacts, Reason> = {
  id: 'IDENT-08',
  revision: 1,
  title: 'A default configuration set is assigned and exists',
  subject: 'identity',
  tier: 2,
  severity: 'LOW',
  reads: ['ses:GetEmailIdentity', ...SETS_READS],
  permissions: ['configurationSets'],
  asserts: 'The identity names a default configuration set, and that set exists in the Region.',
  why: 'What a set does (required TLS, events, reputation metrics) reaches only mail that names it, unless it is the default. A default that was deleted makes sends fail.',
  evidence: 'The name of the set.',
  remedy: 'Assigns a set; one that was deleted is made again under its name.',
  sources: [
    'Amazon SES developer guide: Understanding default configuration sets',
    'Amazon SES API v2: PutEmailIdentityConfigurationSetAttributes',
  ],
  reasons: {
    DEFAULT_SET_ASSIGNED: { statuses: ['PASS'], means: 'The default configuration set exists.' },
    NO_DEFAULT_SET: { statuses: ['WARN'], means: 'No default configuration set is assigned.' },
    DEFAULT_SET_MISSING: {
      statuses: ['FAIL'],
      class: 1,
      means: 'The identity names a configuration set that does not exist.',
    },
    LIST_INCOMPLETE: {
      statuses: ['UNKNOWN'],
      means: 'The default configuration set was not among those that a scan reads.',
    },
    ...permittedReasons,
    ...settingsScopeReasons,
  },
  judge(facts, context) {
    const outside = outsideSettingsScope<Reason>(ident08, facts, context);
    return [outside ?? judgeDefault(facts)];
  },
};

function judgeDefault(facts: IdentityFacts): Finding<Reason> {
  const set = facts.ses.configurationSet;
  if (set === undefined) {
    const summary = `${facts.name} has no default configuration set`;
    const fix = commandFix(
      facts,
      'Choose a configuration set of this Region (or create one) and make it the default: put its name into the command.',
      setDefaultSet(facts.name, 'my-configuration-set'),
    );
    return say(ident08, { status: 'WARN', reason: 'NO_DEFAULT_SET', summary, fix });
  }
  const read = permitted<NonNullable<SeenSets>, Reason>(
    ident08,
    facts.configurationSets,
    'the configuration sets',
  );
  if ('finding' in read) return read.finding;
  const evidence = { configurationSet: set };
  if (read.seen.missing.includes(set)) {
    return say(ident08, {
      status: 'FAIL',
      reason: 'DEFAULT_SET_MISSING',
      summary: `The default configuration set of ${facts.name}, ${set}, does not exist`,
      evidence,
      fix: commandFix(
        facts,
        'Create the set again with what it did (event destinations, TLS policy), or assign another one.',
        ['sesv2', 'create-configuration-set', '--configuration-set-name', set],
      ),
    });
  }
  if (!read.seen.sets.some(({ name }) => name === set)) {
    const summary = `Not judged: the configuration set ${set} was not read`;
    return say(ident08, { status: 'UNKNOWN', reason: 'LIST_INCOMPLETE', summary, evidence });
  }
  const summary = `${facts.name} has the default configuration set ${set}`;
  return say(ident08, { status: 'PASS', reason: 'DEFAULT_SET_ASSIGNED', summary, evidence });
}

type SeenSets = Extract<NonNullable<IdentityFacts['configurationSets']>, { kind: 'seen' }>['value'];
