/** What the probes for missing DKIM records found (DKIM-07), in words; DKIM-05's fix says the same. */
import type { DkimMistake, DkimProbeFacts, IdentityFacts } from '../facts/types.ts';
import type { DnsRecordToPublish } from './types.ts';

/** A record of a missing token that stands where nobody looks. */
export interface MisplacedRecord {
  token: string;
  mistake: DkimMistake;
  record: DnsRecordToPublish;
  /** What is wrong with the name, and with the target where that shows, as the end of a sentence. */
  wrong: string;
}

const MISTAKES: Record<DkimMistake, { wrong: string; remedy: string }> = {
  ZONE_APPENDED: {
    wrong: 'the DNS provider appended the zone to the whole name',
    remedy: 'Enter the name without the zone at its end: the provider adds it.',
  },
  DOMAINKEY_MISSING: {
    wrong: '_domainkey is missing in the name',
    remedy: 'Enter the whole name, ._domainkey included.',
  },
  UNDERSCORE_MISSING: {
    wrong: 'the underscore of _domainkey is missing in the name',
    remedy: 'Enter the underscore; a DNS provider that refuses it cannot hold DKIM records.',
  },
  PARENT_ZONE: {
    wrong: 'it is named for the domain above',
    remedy: 'Enter the subdomain as part of the name, after ._domainkey.',
  },
  CHILD_ZONE: {
    wrong: 'it is named for the MAIL FROM domain',
    remedy: 'Enter the name of the identity, not that of the MAIL FROM domain.',
  },
};

/** Every record of the identity's missing tokens that was found elsewhere. */
export function misplacedRecords({ ses, dkimProbes = [] }: IdentityFacts): MisplacedRecord[] {
  return dkimProbes.flatMap(({ token, hits }) =>
    hits.map(({ mistake, name, type, value }) => {
      const target = targetMistake(token, ses.dkim.hostedZone, { type, value });
      return {
        token,
        mistake,
        record: { name, type, value },
        wrong: MISTAKES[mistake].wrong + (target ? `, and ${target}` : ''),
      };
    }),
  );
}

/** How to enter the names, one sentence for each mistake among the records. */
export function mistakeRemedies(records: readonly MisplacedRecord[]): string {
  return [...new Set(records.map(({ mistake }) => MISTAKES[mistake].remedy))].join(' ');
}

/** Which of the missing tokens nobody could be asked about. */
export function unansweredProbe({ dkimProbes = [] }: IdentityFacts): DkimProbeFacts['unanswered'] {
  return dkimProbes.find(({ unanswered }) => unanswered !== undefined)?.unanswered;
}

/** What else is wrong with the record, beside its name. */
function targetMistake(
  token: string,
  zone: string,
  { type, value }: { type: 'CNAME' | 'TXT'; value: string },
): string | undefined {
  if (type === 'TXT') return 'it is a TXT instead of a CNAME';
  const target = value.toLowerCase().replace(/\.$/, '');
  const expected = `${token.toLowerCase()}.${zone}`;
  if (target === expected) return undefined;
  if (target.startsWith(`${expected}.`)) return 'the provider appended the zone to its target, too';
  if (target.endsWith('.amazonaws.com')) return 'its target says amazonaws.com instead of amazonses.com';
  if (target.endsWith('.amazonses.com')) return `its target is in another zone than ${zone}`;
  return 'it has another target than SES’s';
}
