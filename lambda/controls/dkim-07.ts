import type { IdentityFacts } from '../facts/types.ts';
import { misplacedRecords, mistakeRemedies, unansweredProbe, type MisplacedRecord } from './dkim-mistakes.ts';
import { easyTokens, easyTokensReasons, type EasyTokensReason } from './dkim-scope.ts';
import { inState, type TokenView } from './dkim-tokens.ts';
import { listed, say } from './say.ts';
import type { Control } from './types.ts';
import { dnsReason, dnsUnknown } from './unknowns.ts';

type Reason = 'RECORD_MISPLACED' | 'NO_MISTAKE_SEEN' | 'NOTHING_MISSING' | EasyTokensReason;

export const dkim07: Control<IdentityFacts, Reason> = {
  id: 'DKIM-07',
  revision: 1,
  title: 'Where a missing DKIM record went',
  subject: 'identity',
  tier: 2,
  severity: 'INFO',
  asserts: 'Each missing Easy DKIM record was looked for at the names where the usual mistakes put it.',
  why: 'Most records that SES does not find were published, but under another name: saying which mistake it was saves the search.',
  evidence: 'The records found at wrong names, with the mistake each shows, and how many names were asked.',
  remedy: 'None of its own: DKIM-05 gives the records to publish and names the mistake.',
  sources: [
    'Amazon SES developer guide: Easy DKIM in Amazon SES',
    'Amazon SES developer guide: Domain and Email address verification problems',
    'RFC 4592 section 3.3 (wildcards, which are told apart)',
  ],
  reasons: {
    RECORD_MISPLACED: {
      statuses: ['PASS'],
      means:
        'A missing record stands under a wrong name: the zone appended twice, _domainkey or its underscore missing, or at the domain above or below.',
    },
    NO_MISTAKE_SEEN: {
      statuses: ['PASS'],
      means: 'A record is missing, and none of the usual names has it.',
    },
    NOTHING_MISSING: {
      statuses: ['NOT_APPLICABLE'],
      means: 'Every name holds something; DKIM-05, DKIM-06 and DKIM-08 judge it.',
    },
    ...easyTokensReasons,
  },
  judge(facts, context) {
    const own = easyTokens(dkim07, facts, context);
    if ('finding' in own) return [own.finding];
    const missing = inState(own.tokens, 'MISSING', 'HIDDEN').filter(isProbed);
    const unknown = inState(own.tokens, 'UNKNOWN')[0];
    if (missing.length === 0 && unknown) {
      return [dnsUnknown(dkim07, unknown.because ?? 'DNS_NOT_ASKED', unknown.name)];
    }
    if (missing.length === 0) {
      const summary = `No DKIM record of ${facts.name} is missing`;
      return [say(dkim07, { status: 'NOT_APPLICABLE', reason: 'NOTHING_MISSING', summary })];
    }
    return [judgeProbes(facts, missing)];
  },
};

/** A record that a proxy hides is not looked for elsewhere: it is known where it is. */
function isProbed({ record }: TokenView): boolean {
  return record?.hasAddress !== true;
}

function judgeProbes(facts: IdentityFacts, missing: TokenView[]): ReturnType<typeof dkim07.judge>[number] {
  const misplaced = misplacedRecords(facts);
  const asked = (facts.dkimProbes ?? []).reduce((sum, probe) => sum + probe.asked, 0);
  if (misplaced.length > 0) {
    const names = misplaced.map(({ record }) => record.name);
    return say(dkim07, {
      status: 'PASS',
      reason: 'RECORD_MISPLACED',
      summary: `A missing DKIM record stands at ${listed(names)}: ${misplaced[0]?.wrong}`,
      evidence: { asked, found: misplaced.map(evidenceOf), remedy: mistakeRemedies(misplaced) },
    });
  }
  const silent = unansweredProbe(facts);
  if (silent) return dnsUnknown(dkim07, dnsReason(silent.because), silent.name, { asked });
  const probed = new Set(facts.dkimProbes?.map(({ token }) => token) ?? []);
  const unasked = missing.find(({ token }) => !probed.has(token.toLowerCase()));
  if (unasked) return dnsUnknown(dkim07, 'DNS_NOT_ASKED', `the usual wrong names of ${unasked.name}`);
  return say(dkim07, {
    status: 'PASS',
    reason: 'NO_MISTAKE_SEEN',
    summary: `None of ${asked} usual wrong names holds a missing DKIM record of ${facts.name}`,
    evidence: { asked },
  });
}

function evidenceOf({ record, wrong }: MisplacedRecord): { [key: string]: string } {
  return { name: record.name, type: record.type, value: record.value, wrong };
}
