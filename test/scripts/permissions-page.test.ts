/** What docs/permissions.md says of the groups is what the controls do; that it is fresh, `.ci/run` checks. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgeTarget } from '../../lambda/controls/judge.ts';
import { contextOf, targetFacts } from '../controls/facts.ts';

const page = readFileSync(new URL('../../docs/permissions.md', import.meta.url), 'utf8');
const rowOf = (action: string): string =>
  page.split('\n').find((line) => line.startsWith(`| \`${action}\``)) ?? '';

describe('the page of permissions', () => {
  it('does not call needed what the reputation controls do without', () => {
    expect(rowOf('cloudwatch:GetMetricData')).toMatch(
      /\| Used by ACCT-06, ACCT-07; switched off, they are judged by `ses:GetSendStatistics` +\|$/,
    );
    const judged = judgeTarget(
      targetFacts((facts) => (facts.reputation = { kind: 'off' })),
      contextOf(),
    ).filter(({ controlId }) => controlId === 'ACCT-06' || controlId === 'ACCT-07');
    expect(judged.map(({ status }) => status)).toEqual(['PASS', 'PASS']);
  });

  it('calls needed what a control says NOT_PERMITTED_BY_SETTINGS without (the catalogue’s own test holds that it does)', () => {
    expect(rowOf('cloudwatch:DescribeAlarms')).toMatch(/\| ACCT-11 +\|$/);
  });
});
