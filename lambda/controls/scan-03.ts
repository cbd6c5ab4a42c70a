import type { TargetFacts } from '../facts/types.ts';
import { say } from './say.ts';
import { targetCause } from './subjects.ts';
import { notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control } from './types.ts';

type Reason = 'ALL_JUDGED' | 'IDENTITIES_NOT_JUDGED' | NotReadReason;

export const scan03: Control<TargetFacts, Reason> = {
  id: 'SCAN-03',
  revision: 1,
  title: 'Every listed identity was judged',
  subject: 'target',
  tier: 1,
  severity: 'MEDIUM',
  reads: ['ses:GetEmailIdentity', 'ses:ListEmailIdentities'],
  asserts: 'All pages were listed, and each identity listed was judged or had been deleted in between.',
  why: 'A scanner that reads the first page only reports a healthy target while most of it was never looked at.',
  evidence: 'How many identities were listed, judged, and deleted in between.',
  remedy: 'Advice: scan this account and Region again.',
  sources: ['Amazon SES API v2: ListEmailIdentities (NextToken)'],
  reasons: {
    ALL_JUDGED: { statuses: ['PASS'], means: 'As many identities were judged as were listed.' },
    IDENTITIES_NOT_JUDGED: { statuses: ['FAIL'], means: 'Some listed identities were not judged.' },
    ...notReadReasons,
  },
  judge(facts) {
    const early = notRead(scan03, facts);
    if (early) return [early];
    const { listed = 0, judged = 0, vanished = 0, accountId, region } = facts;
    const evidence = { listed, judged, vanished };
    const missing = listed - judged - vanished;
    if (missing <= 0) {
      const summary = `All ${listed} identities were judged`;
      return [say(scan03, { status: 'PASS', reason: 'ALL_JUDGED', summary, evidence })];
    }
    return [
      say(scan03, {
        status: 'FAIL',
        reason: 'IDENTITIES_NOT_JUDGED',
        summary: `${missing} of ${listed} identities were not judged`,
        evidence,
        fix: { text: `Start a scan of account ${accountId} and Region ${region} alone.` },
        ...(facts.outcome === 'PARTIAL' ? { cause: targetCause(facts, 'SCAN-02') } : {}),
      }),
    ];
  },
};
