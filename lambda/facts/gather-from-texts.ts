/** TXT of a From domain beside DMARC: its own SPF, DMARC records out of place, SES's verification of old. */
import { confirmFailing } from '../dns/confirming.ts';
import type { DnsClient } from '../dns/types.ts';
import { selectDmarcRecords } from '../mail-auth/dmarc.ts';
import { findSpfNearMisses, parseSpfRecord, selectSpfRecords } from '../mail-auth/spf.ts';
import { selectedTexts, toDnsFact } from './dns-facts.ts';
import type { DnsFact, DomainFacts } from './types.ts';

type FromTexts = Pick<NonNullable<DomainFacts['from']>, 'rootTxt' | 'legacyVerification'>;

/**
 * Two questions at most: the SPF record is read as it stands, what it includes is not followed.
 *
 * @param sends whether mail is From the name itself; otherwise only its DMARC record is inherited
 */
export async function gatherFromTexts(name: string, sends: boolean, dns: DnsClient): Promise<FromTexts> {
  const [rootTxt, legacy] = await Promise.all([
    confirmFailing(
      dns,
      (client) => gatherRootTxt(name, client),
      (fact) => isUntidy(fact, sends),
    ),
    sends ? dns.txt(`_amazonses.${name}`) : undefined,
  ]);
  return { rootTxt, ...(legacy ? { legacyVerification: toDnsFact(legacy) } : {}) };
}

async function gatherRootTxt(name: string, dns: DnsClient): Promise<DnsFact<string>> {
  const answer = await dns.txt(name);
  const texts = answer.kind === 'found' ? answer.records : [];
  const relevant = [...selectSpfRecords(texts), ...findSpfNearMisses(texts), ...selectDmarcRecords(texts)];
  return selectedTexts(answer, relevant);
}

/** What SPF-09 and DMARC-11 would hold against the name: no single valid SPF record, a DMARC record out of place. */
function isUntidy(fact: DnsFact<string>, sends: boolean): boolean {
  if (fact.kind === 'unknown') return false;
  const texts = fact.kind === 'found' ? fact.records : [];
  const [record, second] = selectSpfRecords(texts);
  const valid = record !== undefined && second === undefined && parseSpfRecord(record).valid;
  return (sends && !valid) || selectDmarcRecords(texts).length > 0;
}
