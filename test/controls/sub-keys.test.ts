import { describe, expect, it } from 'vitest';
import { cs03 } from '../../lambda/controls/cs-03.ts';
import { boundedFindings, MAX_SUB_FINDINGS, subKeyOf } from '../../lambda/controls/sub-keys.ts';
import type { Finding } from '../../lambda/controls/types.ts';
import { before, configurationSet, contextOf, seen, setsFacts, targetFacts } from './facts.ts';

describe('a sub-key', () => {
  it('is the name itself where that is plain', () => {
    expect(subKeyOf('arn:aws:sns:eu-west-1:111111111111:feedback')).toBe(
      'arn:aws:sns:eu-west-1:111111111111:feedback',
    );
  });

  it('is printable and bounded whatever the name, and still told apart', () => {
    const hostile = ['a b', 'a\u0000b', 'x'.repeat(5000), 'x'.repeat(5001), '\ud800', ''];
    const keys = hostile.map(subKeyOf);
    expect(new Set(keys).size).toBe(hostile.length);
    for (const key of keys) expect(key).toMatch(/^[\w@%+=:,./~-]{1,200}$/);
  });
});

/** Sets s00, s01, ...; those in `off` have their metrics off. */
function sets(count: number, off: readonly number[], context = contextOf()): Finding[] {
  const all = Array.from({ length: count }, (_, n) =>
    configurationSet((set) => (set.reputationMetrics = !off.includes(n)), `s${String(n).padStart(2, '0')}`),
  );
  const facts = targetFacts((one) => (one.configurationSets = seen(setsFacts(...all))));
  return cs03.judge(facts, context);
}

describe('findings with a sub-key', () => {
  it('are one each while there are few', () => {
    expect(sets(MAX_SUB_FINDINGS, []).map(({ key }) => key)).toHaveLength(MAX_SUB_FINDINGS);
  });

  it('beyond the bound are counted in one without a sub-key', () => {
    const findings = sets(MAX_SUB_FINDINGS + 5, []);
    expect(findings).toHaveLength(MAX_SUB_FINDINGS + 1);
    expect(findings.at(-1)).toMatchObject({ key: 'CS-03', status: 'PASS', evidence: { more: 5 } });
    expect(findings.at(-1)?.summary).toMatch(/^5 more configuration sets/);
  });

  it('show what is open first', () => {
    const findings = sets(90, [88, 89]);
    expect(findings.filter(({ status }) => status === 'WARN').map(({ key }) => key)).toEqual([
      'CS-03#s88',
      'CS-03#s89',
    ]);
  });

  it('show what was open before next, so that it is told as resolved', () => {
    const stored = before({ 'CS-03#s89': { status: 'WARN', knownStatus: 'WARN' } });
    const healed = sets(90, [], contextOf({ before: stored })).find(({ key }) => key === 'CS-03#s89');
    expect(healed?.status).toBe('PASS');
    expect(sets(90, []).some(({ key }) => key === 'CS-03#s89')).toBe(false);
  });

  it('are counted as open where more are open than the bound', () => {
    const findings = sets(
      90,
      Array.from({ length: 90 }, (_, n) => n),
    );
    expect(findings.at(-1)).toMatchObject({ key: 'CS-03', status: 'WARN', evidence: { more: 50 } });
    expect(findings.at(-1)?.fix?.command).toMatch(/put-configuration-set-reputation-options/);
  });

  it('are said once where a name comes twice', () => {
    const [one] = sets(1, []);
    expect(one && boundedFindings([one, one], contextOf(), 'sets')).toHaveLength(1);
  });
});
