/** What holds for the controls on notifications, configuration sets, policies and account settings over all facts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedFinding, MAX_EVIDENCE_BYTES } from '../../lambda/controls/bounds.ts';
import { acct04 } from '../../lambda/controls/acct-04.ts';
import { acct05 } from '../../lambda/controls/acct-05.ts';
import { acct06 } from '../../lambda/controls/acct-06.ts';
import { acct07 } from '../../lambda/controls/acct-07.ts';
import { acct08 } from '../../lambda/controls/acct-08.ts';
import { acct09 } from '../../lambda/controls/acct-09.ts';
import { acct10 } from '../../lambda/controls/acct-10.ts';
import { acct11 } from '../../lambda/controls/acct-11.ts';
import { acct12 } from '../../lambda/controls/acct-12.ts';
import { acct13 } from '../../lambda/controls/acct-13.ts';
import { cs01 } from '../../lambda/controls/cs-01.ts';
import { cs02 } from '../../lambda/controls/cs-02.ts';
import { cs03 } from '../../lambda/controls/cs-03.ts';
import { cs04 } from '../../lambda/controls/cs-04.ts';
import { cs05 } from '../../lambda/controls/cs-05.ts';
import { evt01 } from '../../lambda/controls/evt-01.ts';
import { evt02 } from '../../lambda/controls/evt-02.ts';
import { evt03 } from '../../lambda/controls/evt-03.ts';
import { evt04 } from '../../lambda/controls/evt-04.ts';
import { evt05 } from '../../lambda/controls/evt-05.ts';
import { evt06 } from '../../lambda/controls/evt-06.ts';
import { evt07 } from '../../lambda/controls/evt-07.ts';
import { ident04 } from '../../lambda/controls/ident-04.ts';
import { ident07 } from '../../lambda/controls/ident-07.ts';
import { ident08 } from '../../lambda/controls/ident-08.ts';
import { ip01 } from '../../lambda/controls/ip-01.ts';
import type { Control, Finding, JudgeContext } from '../../lambda/controls/types.ts';
import type { IdentityFacts, TargetFacts } from '../../lambda/facts/types.ts';
import { arbitraryContext } from './arbitrary.ts';
import { arbitrarySettingsIdentity, arbitrarySettingsTarget } from './arbitrary-settings.ts';
import { contextOf, servfail, UNSEEN } from './facts.ts';

const OF_IDENTITY: Control<IdentityFacts>[] = [evt01, evt02, evt03, evt06, evt07, ident04, ident07, ident08];
const OF_TARGET: Control<TargetFacts>[] = [
  ...[acct04, acct05, acct06, acct07, acct08, acct09, acct10, acct11, acct12, acct13],
  ...[cs01, cs02, cs03, cs04, cs05, evt04, evt05, ip01],
];

function judgeAll<Facts>(controls: Control<Facts>[], facts: Facts, context: JudgeContext): Finding[] {
  return controls.flatMap((control) => control.judge(facts, context)).map(boundedFinding);
}

function expectSound<Facts>(controls: Control<Facts>[], facts: Facts, context: JudgeContext): void {
  const findings = judgeAll(controls, facts, context);
  expect(judgeAll(controls, structuredClone(facts), structuredClone(context))).toEqual(findings);
  expect(new Set(findings.map(({ key }) => key)).size).toBe(findings.length);
  for (const { key, controlId, status, reason, evidence, fix } of findings) {
    const control = controls.find(({ id }) => id === controlId);
    expect(control?.reasons[reason]?.statuses, `${key} ${reason}`).toContain(status);
    expect(key).toMatch(/^[A-Z]+-\d\d(?:#[\w@%+=:,./~-]{1,200})?$/);
    expect(Buffer.byteLength(JSON.stringify(evidence))).toBeLessThanOrEqual(MAX_EVIDENCE_BYTES);
    expect(fix !== undefined, `${key} ${status}`).toBe(status === 'FAIL' || status === 'WARN');
  }
}

/** Each finding says what it said with the fact, or UNKNOWN. */
function expectOnlyForgets<Facts>(
  controls: Control<Facts>[],
  facts: Facts,
  forget: (facts: Facts) => void,
): void {
  const whole = new Map(judgeAll(controls, facts, contextOf()).map((finding) => [finding.key, finding]));
  const less = structuredClone(facts);
  forget(less);
  for (const { key, status } of judgeAll(controls, less, contextOf())) {
    const before = whole.get(key);
    if (before && status !== 'UNKNOWN') expect(`${key} ${status}`).toBe(`${key} ${before.status}`);
  }
}

describe('the controls on settings', () => {
  it('judge any identity: the same twice, clean keys, bounded, with a fix where something is open', () => {
    fc.assert(
      fc.property(arbitrarySettingsIdentity, arbitraryContext, (facts, context) =>
        expectSound(OF_IDENTITY, facts, context),
      ),
      { numRuns: 300 },
    );
  });

  it('judge any target so', () => {
    fc.assert(
      fc.property(arbitrarySettingsTarget, arbitraryContext, (facts, context) =>
        expectSound(OF_TARGET, facts, context),
      ),
      { numRuns: 300 },
    );
  });
});

const FORGET_OF_IDENTITY: { [what: string]: (facts: IdentityFacts) => void } = {
  'its notifications': (facts) => {
    if (facts.notifications?.kind !== 'off') facts.notifications = UNSEEN;
  },
  'the configuration sets': (facts) => {
    if (facts.configurationSets?.kind !== 'off') facts.configurationSets = UNSEEN;
  },
  'the parent’s notifications': (facts) => {
    if (facts.parent && facts.parent.notifications?.kind !== 'off') facts.parent.notifications = UNSEEN;
  },
  'its policies': (facts) => delete facts.ses.policies,
  'whether its domain receives mail': (facts) => (facts.fromReceives = 'unknown'),
  'what is known of the organization': (facts) => delete facts.organization,
  'whether the target is in the sandbox': (facts) => (facts.target.productionAccess = 'unknown'),
};

const READS = [
  ...([
    'configurationSets',
    'topics',
    'streams',
    'reputation',
    'reputationAlarms',
    'recommendations',
  ] as const),
  ...(['dedicatedIps', 'reputationEntities', 'multiRegionEndpoints'] as const),
  ...(['sendStatistics', 'vdmEnabled', 'suppressedReasons', 'account'] as const),
];

describe('an error is never an answer', () => {
  it.each(Object.entries(FORGET_OF_IDENTITY))('an identity without %s', (_what, forget) => {
    fc.assert(
      fc.property(arbitrarySettingsIdentity, (facts) => expectOnlyForgets(OF_IDENTITY, facts, forget)),
      { numRuns: 120 },
    );
  });

  it.each(READS)('a target without %s', (key) => {
    const forget = (facts: TargetFacts): void => {
      if (facts[key]?.kind !== 'off') facts[key] = UNSEEN;
    };
    fc.assert(
      fc.property(arbitrarySettingsTarget, (facts) => expectOnlyForgets(OF_TARGET, facts, forget)),
      { numRuns: 60 },
    );
  });

  it('a target without DNS', () => {
    const forget = (facts: TargetFacts): void => {
      if (facts.dedicatedIps?.kind === 'seen')
        facts.dedicatedIps.value.forEach((one) => (one.names = servfail()));
      if (facts.configurationSets?.kind === 'seen') {
        for (const { tracking } of facts.configurationSets.value.sets)
          if (tracking) tracking.cname = servfail();
      }
    };
    fc.assert(
      fc.property(arbitrarySettingsTarget, (facts) => expectOnlyForgets(OF_TARGET, facts, forget)),
      { numRuns: 120 },
    );
  });
});
