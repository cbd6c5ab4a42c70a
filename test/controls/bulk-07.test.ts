import { bulk07 } from '../../lambda/controls/bulk-07.ts';
import type { DomainFacts } from '../../lambda/facts/types.ts';
import { domainWith, LAST_WEEK, summary, volume } from './domain-identities.ts';
import { before, contextOf, mailFromDomainFacts } from './facts.ts';
import { describeControl } from './paired.ts';

const sending = (sent: (number | undefined)[], change?: (facts: DomainFacts) => void): DomainFacts =>
  domainWith([summary()], (facts) => {
    facts.volume = volume(sent);
    change?.(facts);
  });
const gaps = (facts: DomainFacts): void => {
  facts.coverageComplete = false;
};
const narrowed = (knownReason?: string) =>
  contextOf({ full: false, ...(knownReason ? { before: before({ 'BULK-07': { knownReason } }) } : {}) });
const declared = (bulkDomains: { [domain: string]: boolean }) => contextOf({ settings: { bulkDomains } });

describeControl(bulk07, [
  {
    when: 'its targets together reach the number',
    facts: sending([3000, 2000]),
    says: {
      status: 'PASS',
      reason: 'BULK_BY_VOLUME',
      evidence: { bulk: true, registrable: 'example.com', threshold: 5000, atMost: 5000, targets: 2 },
    },
  },
  {
    when: 'one message is missing',
    facts: sending([3000, 1999]),
    says: {
      status: 'PASS',
      reason: 'BELOW_BULK_VOLUME',
      evidence: { bulk: false, atMost: 5000, oldestFact: 'this scan' },
    },
  },
  {
    when: 'what was seen reaches it although a target was not',
    facts: sending([6000, undefined], gaps),
    says: { status: 'PASS', reason: 'BULK_BY_VOLUME', evidence: { unknownTargets: 1 } },
  },
  {
    when: 'it sends less now, but once sent that much',
    facts: sending([10], (facts) => (facts.volume = volume([10], (one) => (one.bulkSince = LAST_WEEK)))),
    says: { status: 'PASS', reason: 'BULK_BEFORE', evidence: { bulkSince: LAST_WEEK } },
  },
  {
    when: 'the number of one target is not known, and the others are below',
    facts: sending([100, undefined]),
    says: { status: 'UNKNOWN', reason: 'VOLUME_UNKNOWN', evidence: { unknownTargets: 1 } },
  },
  {
    when: 'a target was never read',
    facts: sending([100], (facts) => (facts.volume = volume([100], (one) => (one.unread = 1)))),
    says: { status: 'UNKNOWN', reason: 'VOLUME_UNKNOWN' },
  },
  {
    when: 'it is below, and the scan did not see everything: what was never seen is not counted',
    facts: sending([100], gaps),
    says: {
      status: 'PASS',
      reason: 'BELOW_BULK_VOLUME',
      summary: 'example.com sends less than bulk, with all its targets that were seen together',
      evidence: { everythingSeen: false },
    },
  },
  {
    when: 'a target that holds an identity under it was last read a week ago',
    facts: sending([100], (facts) => facts.volume?.targets.forEach((one) => (one.observedAt = LAST_WEEK))),
    says: { status: 'UNKNOWN', reason: 'VOLUME_UNKNOWN' },
  },
  {
    when: 'the scan is narrowed and looked elsewhere, and a full one found it below',
    facts: sending([100], (facts) => facts.volume?.targets.forEach((one) => (one.observedAt = LAST_WEEK))),
    context: narrowed('BELOW_BULK_VOLUME'),
    says: { status: 'PASS', reason: 'BELOW_BULK_VOLUME', evidence: { oldestFact: LAST_WEEK } },
  },
  {
    when: 'the scan is narrowed, and one that saw everything found it below',
    facts: sending([100], gaps),
    context: narrowed('BELOW_BULK_VOLUME'),
    says: { status: 'PASS', reason: 'BELOW_BULK_VOLUME' },
  },
  {
    when: 'the scan is narrowed, and none saw everything',
    facts: sending([100], gaps),
    context: narrowed(),
    says: { status: 'UNKNOWN', reason: 'VOLUME_UNKNOWN' },
  },
  {
    when: 'a full scan lost a target that was below before',
    facts: sending([100], (facts) => facts.volume?.targets.forEach((one) => (one.observedAt = LAST_WEEK))),
    context: contextOf({ before: before({ 'BULK-07': { knownReason: 'BELOW_BULK_VOLUME' } }) }),
    says: { status: 'UNKNOWN', reason: 'VOLUME_UNKNOWN' },
  },
  {
    when: 'no volume is known at all',
    facts: sending([], (facts) => delete facts.volume),
    says: { status: 'UNKNOWN', reason: 'VOLUME_UNKNOWN' },
  },
  {
    when: 'the settings say that it is bulk',
    facts: sending([undefined], gaps),
    context: declared({ 'example.com': true }),
    says: { status: 'PASS', reason: 'BULK_DECLARED' },
  },
  {
    when: 'the settings say that it is not, whatever its targets send',
    facts: sending([90_000]),
    context: declared({ 'example.com': false }),
    says: { status: 'PASS', reason: 'NOT_BULK_DECLARED', evidence: { bulk: false } },
  },
  {
    when: 'the nearest word of the settings counts',
    facts: sending([10], (facts) => (facts.name = 'news.example.com')),
    context: declared({ 'example.com': false, 'news.example.com': true }),
    says: { status: 'PASS', reason: 'BULK_DECLARED' },
  },
  {
    when: 'nothing is known of its identities',
    facts: sending([10], (facts) => delete facts.identities),
    says: { status: 'UNKNOWN', reason: 'IDENTITIES_UNREAD' },
  },
  {
    when: 'it is a MAIL FROM domain alone',
    facts: mailFromDomainFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_A_FROM_DOMAIN' },
  },
]);
