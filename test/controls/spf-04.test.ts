import { spf04 } from '../../lambda/controls/spf-04.ts';
import type { SpfFacts } from '../../lambda/facts/types.ts';
import { mailFromDomainFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { placeOf, ses, sesUnknown, spfDomain, spfProblem, spfScopeCases, spfTxt } from './record-cases.ts';

const LONG = 'v=spf1 include:a.example ip4:203.0.113.7 mx include:amazonses.com -all';
const SHORT = 'v=spf1 include:amazonses.com ip4:203.0.113.7 -all';
const costs = (lookups: number, worst: number, change?: (spf: SpfFacts) => void) =>
  spfDomain(LONG, (spf) => {
    Object.assign(spf, { lookups, worstCase: { lookups: worst, exact: true } });
    change?.(spf);
  });
const unknownPath = (worst: number) => costs(0, worst, sesUnknown);

describeControl(spf04, [
  {
    when: 'it takes one term',
    facts: mailFromDomainFacts(),
    says: { status: 'PASS', reason: 'LOOKUPS_WITHIN_LIMIT', evidence: { sesPath: 1, worstCase: 1 } },
  },
  {
    when: 'it takes eight on the SES path and ten at worst',
    facts: costs(8, 10),
    says: { status: 'PASS', reason: 'LOOKUPS_WITHIN_LIMIT' },
  },
  {
    when: 'SES’s networks need an eleventh: what is free of cost stays',
    facts: costs(11, 12, (spf) => ses(spf, 'permerror', 'TOO_MANY_LOOKUPS')),
    says: {
      status: 'FAIL',
      reason: 'SPF_TOO_MANY_LOOKUPS',
      severity: 'HIGH',
      publish: [spfTxt(SHORT)],
      remove: [spfTxt(LONG)],
    },
  },
  {
    when: 'SES’s networks need nine',
    facts: costs(9, 9),
    says: {
      status: 'WARN',
      reason: 'SPF_NEAR_LIMIT',
      severity: 'MEDIUM',
      summary: 'SPF of bounce.example.com needs 9 of the 10 DNS terms allowed for SES’s networks',
      publish: [spfTxt(SHORT)],
    },
  },
  {
    when: 'a sender that matches nothing needs eleven',
    facts: costs(1, 11),
    says: {
      status: 'WARN',
      reason: 'SPF_WORST_CASE_OVER_LIMIT',
      severity: 'MEDIUM',
      publish: [spfTxt(SHORT)],
    },
  },
  {
    when: 'an mx term with more than ten hosts ends the evaluation for SES',
    facts: costs(2, 3, (spf) => ses(spf, 'permerror', 'TOO_MANY_MX')),
    says: { status: 'FAIL', reason: 'SPF_TOO_MANY_MX', severity: 'HIGH' },
  },
  {
    when: 'an mx term with more than ten hosts stands behind SES’s include',
    facts: costs(1, 3, (spf) => {
      spf.problems = [spfProblem('TOO_MANY_MX', { target: 'big.example', places: [placeOf(LONG, 'mx')] })];
    }),
    says: {
      status: 'WARN',
      reason: 'SPF_TOO_MANY_MX',
      severity: 'MEDIUM',
      summary: /big\.example/,
      publish: [spfTxt('v=spf1 include:amazonses.com include:a.example ip4:203.0.113.7 -all')],
    },
  },
  {
    when: 'SES’s networks are unknown and the worst case is harmless',
    facts: unknownPath(8),
    says: { status: 'PASS', reason: 'LOOKUPS_WITHIN_LIMIT' },
  },
  {
    when: 'SES’s networks are unknown and the worst case may or may not be met by them',
    facts: unknownPath(9),
    says: { status: 'UNKNOWN', reason: 'SES_NETWORKS_UNKNOWN' },
  },
  {
    when: 'SES’s networks are unknown and the worst case is over the limit: a warning or a failure',
    facts: unknownPath(12),
    says: { status: 'UNKNOWN', reason: 'SES_NETWORKS_UNKNOWN' },
  },
  {
    when: 'a term on the SES path did not answer, and the rest alone could be too much',
    facts: costs(9, 12, (spf) => ses(spf, 'temperror')),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'an included record did not answer, which may cost anything',
    facts: costs(1, 2, (spf) =>
      Object.assign(spf, { unread: ['a.example'], worstCase: { lookups: 2, exact: false } }),
    ),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'a part of it depends on the sender, and SES’s networks pass',
    facts: costs(1, 2, (spf) =>
      Object.assign(spf, {
        undecidable: ['include:%{i}.a.example'],
        worstCase: { lookups: 2, exact: false },
      }),
    ),
    says: { status: 'PASS', reason: 'LOOKUPS_WITHIN_LIMIT' },
  },
  {
    when: 'nobody counted the worst case',
    facts: costs(1, 1, (spf) => delete spf.problems),
    says: { status: 'UNKNOWN', reason: 'DNS_NOT_ASKED' },
  },
  ...spfScopeCases<'NO_SINGLE_RECORD' | 'NOT_A_MAIL_FROM_DOMAIN' | 'DNS_SERVFAIL'>(),
]);
