import type { DomainFacts } from '../facts/types.ts';
import { oldestFact, senderScope, senderScopeReasons, type SenderScopeReason } from './across-targets.ts';
import { bulkStand, type BulkStand } from './bulk-volume.ts';
import { say } from './say.ts';
import type { Control, Finding, Status } from './types.ts';

type Reason = BulkStand['because'] | SenderScopeReason;

export const bulk07: Control<DomainFacts, Reason> = {
  id: 'BULK-07',
  revision: 1,
  title: 'Whether the domain sends in bulk',
  subject: 'domain',
  tier: 2,
  severity: 'INFO',
  reads: ['ses:GetAccount', 'ses:ListEmailIdentities'],
  asserts:
    'It is known whether the registrable domain sends so much (`thresholds.bulkVolume` a day) that the rules for bulk senders apply.',
  why: 'Gmail and Outlook.com ask more of bulk senders. SES counts by account and Region, not by domain: the sum over every target with an identity under the registrable domain is an upper bound. Once a bulk sender, always one.',
  evidence:
    'What decides (`bulk`), the registrable domain, an upper bound of its volume in 24 hours (rounded up) with the threshold, and how many targets are counted or unknown.',
  remedy: 'none',
  sources: [
    'Google: Email sender guidelines FAQ (answer 14229414)',
    'Amazon SES API v2: GetAccount, SendQuota.SentLast24Hours',
  ],
  reasons: {
    BULK_BY_VOLUME: { statuses: ['PASS'], means: 'Its targets sent that much in the last 24 hours.' },
    BULK_BEFORE: {
      statuses: ['PASS'],
      means: 'Its targets send less now, but once sent that much: the status is permanent.',
    },
    BULK_DECLARED: { statuses: ['PASS'], means: 'The setting `bulkDomains` says so.' },
    NOT_BULK_DECLARED: { statuses: ['PASS'], means: 'The setting `bulkDomains` says that it does not.' },
    BELOW_BULK_VOLUME: {
      statuses: ['PASS'],
      means:
        'All targets known to hold an identity under it send less together; targets never seen are not counted.',
    },
    VOLUME_UNKNOWN: {
      statuses: ['UNKNOWN'],
      means: 'What is known is less, but a target that holds an identity under it was not read.',
    },
    ...senderScopeReasons,
  },
  judge(facts, context) {
    const scope = senderScope(bulk07, facts, context);
    if ('finding' in scope) return [scope.finding];
    const stand = bulkStand(facts, context);
    const status: Status = stand.bulk === 'unknown' ? 'UNKNOWN' : 'PASS';
    const { volume } = facts;
    const evidence: Finding['evidence'] = {
      bulk: stand.bulk,
      registrable: stand.registrable ?? null,
      threshold: context.settings.thresholds.bulkVolume,
      atMost: roundedUp(stand.atMost),
      targets: (volume?.targets.length ?? 0) + (volume?.unread ?? 0),
      unknownTargets: stand.unknownTargets,
      everythingSeen: facts.coverageComplete === true,
      oldestFact: oldestFact(volume?.targets ?? [], context),
      ...(volume?.bulkSince ? { bulkSince: volume.bulkSince } : {}),
    };
    return [say(bulk07, { status, reason: stand.because, summary: sentence(facts, stand), evidence })];
  },
};

/** To one digit, so that the noise of a day does not rewrite the subject: 4,321 is told as 5,000. */
function roundedUp(count: number): number {
  const unit = 10 ** Math.max(0, String(Math.trunc(count)).length - 1);
  return Math.ceil(count / unit) * unit;
}

function sentence(facts: DomainFacts, { because, registrable = facts.name }: BulkStand): string {
  switch (because) {
    case 'BULK_BY_VOLUME':
      return `${registrable} may send in bulk, by what its targets sent in a day`;
    case 'BULK_BEFORE':
      return `${registrable} sends less than bulk now, but counts as a bulk sender since it once did`;
    case 'BULK_DECLARED':
      return `${registrable} is declared a bulk sender by the settings`;
    case 'NOT_BULK_DECLARED':
      return `${registrable} is declared no bulk sender by the settings`;
    case 'BELOW_BULK_VOLUME':
      return `${registrable} sends less than bulk, with all its targets ${facts.coverageComplete ? '' : 'that were seen '}together`;
    case 'VOLUME_UNKNOWN':
      return `Not judged: what ${registrable} sends is not known of every target`;
  }
}
