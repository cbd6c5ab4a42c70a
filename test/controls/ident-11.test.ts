import { domainToASCII } from 'node:url';
import { ident11 } from '../../lambda/controls/ident-11.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import { contextOf, identityFacts } from './facts.ts';
import { describeControl } from './paired.ts';

/** The identity written so; the target's other names look like `lookAlikes`. */
const named = (unicode: string, lookAlikes?: string[]): IdentityFacts =>
  identityFacts((facts) => {
    facts.name = unicode;
    Object.assign(facts.ses, { name: unicode, domain: domainToASCII(unicode) || unicode });
    if (lookAlikes) facts.lookAlikes = lookAlikes;
  });
const CYRILLIC_A = 'ex\u0430mple.com';
const owning = (...ownedDomains: string[]) => contextOf({ settings: { ownedDomains } });

describeControl(ident11, [
  { when: 'the name is ASCII', facts: identityFacts(), says: { status: 'PASS', reason: 'ASCII_NAME' } },
  {
    when: 'the name is of one script and looks like no other',
    facts: named('例え.jp', []),
    context: owning('example.com'),
    says: { status: 'PASS', reason: 'DISTINCT_NAME' },
  },
  {
    when: 'a label mixes scripts, but looks like no other',
    facts: named('toys-\u044f-us.com', []),
    says: { status: 'PASS', reason: 'MIXED_SCRIPTS', evidence: { scripts: ['Latin', 'Cyrillic'] } },
  },
  {
    when: 'a Cyrillic letter imitates an owned domain',
    facts: named(CYRILLIC_A, []),
    context: owning('example.com'),
    says: {
      status: 'WARN',
      reason: 'LOOK_ALIKE',
      severity: 'LOW',
      summary: 'xn--exmple-4nf.com looks like example.com to a reader (it mixes Latin and Cyrillic letters)',
      evidence: { unicode: CYRILLIC_A, looksLike: ['example.com'] },
    },
  },
  {
    when: 'a subdomain of such a name',
    facts: named(`login.${CYRILLIC_A}`, []),
    context: owning('example.com'),
    says: { status: 'WARN', reason: 'LOOK_ALIKE', severity: 'LOW' },
  },
  {
    when: 'it imitates another domain identity of the target',
    facts: named(CYRILLIC_A, ['example.com']),
    says: { status: 'WARN', reason: 'LOOK_ALIKE', severity: 'LOW' },
  },
  {
    when: 'one of two owned domains imitates the other on purpose',
    facts: named(CYRILLIC_A, ['example.com']),
    context: owning('example.com', 'xn--exmple-4nf.com'),
    says: { status: 'PASS', reason: 'MIXED_SCRIPTS' },
  },
  {
    when: 'what it could be taken for is not known',
    facts: named(CYRILLIC_A),
    says: { status: 'UNKNOWN', reason: 'NAMES_UNSEEN' },
  },
  {
    when: 'the name has no A-label form',
    facts: named('exa mple..com', []),
    says: { status: 'UNKNOWN', reason: 'NAME_NOT_CONVERTIBLE' },
  },
]);
