/**
 * One MAIL FROM domain may serve several Regions while its MX names one of them; SES hands bounces to the Region that
 * sent. Asked of SES in the Region that the MX names, not of our own table: in a first scan that may not know it yet.
 */
import type { Scan } from '../contract.ts';
import { TimeBudgetExceeded } from '../ses/pacing.ts';
import type { SesReader } from '../ses/reader.ts';

const FEEDBACK_HOST = /^feedback-smtp\.([a-z0-9-]{1,40})\.amazonses\.com$/;

export interface SharedMailFromQuestion {
  /** Host of the one MX at the MAIL FROM domain. */
  exchange: string;
  mailFromDomain: string;
  /** The identity whose MAIL FROM this is. */
  identityName: string;
  region: string;
  scan: Scan;
  makeReader: (region: string) => SesReader;
}

/** @returns the other Region when the same identity uses the same MAIL FROM there; `unknown` when it cannot be asked. */
export async function sharedMailFromRegions(question: SharedMailFromQuestion): Promise<string[] | 'unknown'> {
  const named = FEEDBACK_HOST.exec(question.exchange)?.[1];
  if (!named || named === question.region || !question.scan.regions.includes(named)) return [];
  try {
    const other = await question.makeReader(named).describeIdentity(question.identityName);
    return other !== 'gone' && other.mailFrom?.domain === question.mailFromDomain ? [named] : [];
  } catch (error) {
    // That Region may be denied or throttled while this one is not; its own coverage says so.
    if (error instanceof TimeBudgetExceeded) throw error;
    return 'unknown';
  }
}
