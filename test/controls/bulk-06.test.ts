import { describe, expect, it } from 'vitest';
import { ATTESTATION_TOPICS, type Attestation } from '../../lambda/contract.ts';
import { bulk06 } from '../../lambda/controls/bulk-06.ts';
import { domainWith, summary } from './domain-identities.ts';
import { contextOf, mailFromDomainFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { bulk } from './readiness-cases.ts';

const TOPIC = 'SPAM_RATE';
const key = `BULK-06#${TOPIC}`;
const little = domainWith([summary()]);
const attested = (...attestations: Partial<Attestation>[]) =>
  contextOf({
    settings: {
      attestations: attestations.map((one) => ({
        domain: 'example.com',
        topic: TOPIC,
        owner: 'mail team',
        expires: '2027-05-01',
        ...one,
      })),
    },
  });

describeControl(bulk06, [
  {
    when: 'an owner vouches for it',
    facts: bulk(),
    context: attested({}),
    says: {
      key,
      status: 'PASS',
      reason: 'ATTESTED',
      summary: 'Mail team vouches that the spam rate in Postmaster Tools stays below 0.1 %',
      evidence: { owner: 'mail team', expires: '2027-05-01', topic: TOPIC },
    },
  },
  {
    when: 'an attestation of the domain above holds below it',
    facts: domainWith([summary()], (facts) => (facts.name = 'news.example.com')),
    context: attested({}),
    says: { key, status: 'PASS', reason: 'ATTESTED' },
  },
  {
    when: 'it ends in two weeks',
    facts: bulk(),
    context: attested({ expires: '2026-12-05' }),
    says: {
      key,
      status: 'PASS',
      reason: 'ATTESTATION_ABOUT_TO_LAPSE',
      summary: /, but only until 2026-12-05$/,
    },
  },
  {
    when: 'it ends a day later than that',
    facts: bulk(),
    context: attested({ expires: '2026-12-06' }),
    says: { key, status: 'PASS', reason: 'ATTESTED' },
  },
  {
    when: 'it ends today: it holds through the day',
    facts: bulk(),
    context: attested({ expires: '2026-11-21' }),
    says: { key, status: 'PASS', reason: 'ATTESTATION_ABOUT_TO_LAPSE' },
  },
  {
    when: 'it ended yesterday, however little the domain sends',
    facts: little,
    context: attested({ expires: '2026-11-20' }),
    says: {
      key,
      status: 'WARN',
      reason: 'ATTESTATION_LAPSED',
      severity: 'MEDIUM',
      fixText: /attestations, with domain example\.com, topic SPAM_RATE.*mail team vouched for it last/,
    },
  },
  {
    when: 'it ended, and a newer one holds',
    facts: bulk(),
    context: attested({ expires: '2026-11-20' }, { expires: '2027-01-31' }),
    says: { key, status: 'PASS', reason: 'ATTESTED', evidence: { expires: '2027-01-31' } },
  },
  {
    when: 'nobody ever vouched, and the domain sends in bulk',
    facts: bulk(),
    context: attested({ topic: 'YAHOO_CFL' }, { domain: 'other.example' }),
    says: { key, status: 'WARN', reason: 'NEVER_ATTESTED', severity: 'MEDIUM' },
  },
  {
    when: 'nobody ever vouched, and the domain sends little',
    facts: little,
    says: { key, status: 'PASS', reason: 'NEVER_ATTESTED' },
  },
  {
    when: 'nobody ever vouched, and whether it sends in bulk is not known',
    facts: domainWith([summary()], (facts) => delete facts.volume),
    says: { key, status: 'UNKNOWN', reason: 'VOLUME_UNKNOWN' },
  },
  {
    when: 'nothing is known of its identities',
    facts: domainWith([summary()], (facts) => delete facts.identities),
    says: { status: 'UNKNOWN', reason: 'IDENTITIES_UNREAD' },
  },
  {
    when: 'it is a MAIL FROM domain alone',
    facts: mailFromDomainFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_A_FROM_DOMAIN' },
  },
]);

describe('BULK-06', () => {
  it('says one word on each topic', () => {
    const keys = bulk06.judge(little, contextOf()).map((finding) => finding.key);
    expect(keys).toEqual(ATTESTATION_TOPICS.map((topic) => `BULK-06#${topic}`));
  });
});
