/** MX records of SES at names where a MAIL FROM domain usually stands: prepared, but perhaps never set (MF-09). */
import { getDomain } from 'tldts';
import { confirmAnswer } from '../dns/second-opinion.ts';
import type { DnsAnswer, DnsClient, MxRecord } from '../dns/types.ts';
import { fitsDns } from '../mail-auth/names.ts';
import type { DomainFacts } from './types.ts';
import { unlikelyLabel } from './unlikely-label.ts';

type MailFromProbes = NonNullable<NonNullable<DomainFacts['from']>['mailFromProbes']>;

/** Those of AWS's own examples and of the field; other names are only found in the zone itself (DANG-02). */
export const USUAL_MAIL_FROM_LABELS = [
  'bounce',
  'bounces',
  'mail',
  'mailfrom',
  'mail-from',
  'ses',
  'email',
  'em',
] as const;

/** @see https://docs.aws.amazon.com/ses/latest/dg/mail-from.html */
const FEEDBACK_HOST = /^feedback-smtp\.([a-z]{2,4}(?:-[a-z]{2,9}){1,3}-\d)\.amazonses\.com$/;

/**
 * @param usesMailFrom whether an identity that the store knows uses the name as MAIL FROM; `unknown` where nobody can say
 * @param quiet asks without anybody counting what stays unanswered: these are names that no mail needs
 * @param dns for the second opinion on what is found
 */
export async function gatherMailFromProbes(
  domain: string,
  usesMailFrom: (name: string) => Promise<boolean | 'unknown'>,
  quiet: DnsClient,
  dns: DnsClient,
): Promise<MailFromProbes> {
  const names = USUAL_MAIL_FROM_LABELS.map((label) => `${label}.${domain}`).filter(fitsDns);
  const answers = await Promise.all(names.map((name) => quiet.mx(name)));
  const unanswered = answers.flatMap((answer) =>
    answer.kind === 'unknown' ? [{ name: answer.name, because: answer.because }] : [],
  );
  const found = answers.filter((answer) => feedbackRegion(answer) !== undefined);
  if (found.length === 0) return { hits: [], unanswered };
  const wildcard = feedbackRegion(await quiet.mx(`${unlikelyLabel(domain)}.${domain}`));
  if (wildcard !== undefined) return { hits: [], unanswered };
  const hits: MailFromProbes['hits'] = [];
  for (const answer of found) {
    const used = await usesMailFrom(answer.name);
    const confirmed = used === true ? answer : await confirmAnswer(dns, answer);
    const region = feedbackRegion(confirmed);
    if (region !== undefined) hits.push({ name: answer.name, region, used });
    else if (confirmed.kind === 'unknown') unanswered.push({ name: answer.name, because: confirmed.because });
  }
  return { hits, unanswered };
}

/** The Region of the one MX at the name itself. */
function feedbackRegion(answer: DnsAnswer<MxRecord>): string | undefined {
  if (answer.kind !== 'found' || answer.records.length !== 1 || answer.aliases.length > 0) return undefined;
  return FEEDBACK_HOST.exec(answer.records[0]?.exchange ?? '')?.[1];
}

/**
 * The MX of SES at the doubled names that a DNS provider makes when it appends the zone to a whole name; for a MAIL FROM
 * domain without MX.
 */
export async function gatherMisplacedMx(
  name: string,
  quiet: DnsClient,
): Promise<{ name: string; exchange: string; preference: number }[]> {
  const registrable = getDomain(name, { extractHostname: false, validateHostname: false }) ?? name;
  const zones = [...new Set([registrable, name.slice(name.indexOf('.') + 1)])];
  const answers = await Promise.all(zones.map((zone) => quiet.mx(`${name}.${zone}`)));
  const found: { name: string; exchange: string; preference: number }[] = [];
  for (const answer of answers) {
    if (answer.kind !== 'found' || feedbackRegion(answer) === undefined) continue;
    const wildcard = await quiet.mx(`${unlikelyLabel(name)}${answer.name.slice(name.indexOf('.'))}`);
    if (feedbackRegion(wildcard) !== undefined) continue;
    found.push(...answer.records.map((record) => ({ name: answer.name, ...record })));
  }
  return found;
}
