/** Steps of a plan out of merged names and commands, each with what is wrong now and how to see that it worked. */
import { beginsSomething, checkOf } from './commands.ts';
import type { PlannedCommand } from './merge-commands.ts';
import { compareText, refId, refOf, uniqueRefs } from './names.ts';
import type { MergedName } from './record-sets.ts';
import type { FindingRef, OpenFinding, RecordSetChange, Step } from './types.ts';

type DnsStep = Extract<Step, { kind: 'dns' }>;

/** One step for the DKIM records of a domain, one for each other name. DMARC comes last. */
export function dnsSteps(
  names: readonly MergedName[],
  findings: readonly OpenFinding[],
): { before: DnsStep[]; last: DnsStep[] } {
  const topics = new Map<string, { order: number; title: string; names: MergedName[] }>();
  for (const one of names) {
    const topic = topicOf(one);
    const group = topics.get(topic.title) ?? { ...topic, names: [] };
    group.names.push(one);
    topics.set(topic.title, group);
  }
  const steps = [...topics.values()]
    .sort((left, right) => left.order - right.order || compareText(left.title, right.title))
    .map(({ order, title, names: grouped }) => ({ order, step: dnsStep(title, grouped, findings) }));
  return {
    before: steps.filter(({ order }) => order < DMARC).map(({ step }) => step),
    last: steps.filter(({ order }) => order === DMARC).map(({ step }) => step),
  };
}

const LEFTOVERS = 3;
const DMARC = 4;

function topicOf({ name, changes }: MergedName): { order: number; title: string } {
  const at = name.indexOf('._domainkey.');
  if (name.startsWith('_dmarc.')) {
    return { order: DMARC, title: `DMARC record of ${name.slice('_dmarc.'.length)}` };
  }
  // What was published under a wrong name goes when it stands under the right one.
  if (changes.every(({ values }) => values.length === 0)) {
    return { order: LEFTOVERS, title: 'Records under wrong names' };
  }
  if (at >= 0) return { order: 0, title: `DKIM records of ${name.slice(at + '._domainkey.'.length)}` };
  const tracking = changes.some(({ type, values }) => type === 'CNAME' && values.length > 0);
  return tracking
    ? { order: 2, title: `Tracking domain ${name}` }
    : { order: 1, title: `MAIL FROM domain ${name}` };
}

function dnsStep(title: string, names: readonly MergedName[], findings: readonly OpenFinding[]): DnsStep {
  const changes = names.flatMap((one) => one.changes);
  const serves = uniqueRefs(names.flatMap((one) => one.findings));
  return {
    kind: 'dns',
    title,
    changes,
    wrong: wrongOf(serves, findings),
    notes: [],
    heals: [],
    serves,
    check: changes.map(digLine),
  };
}

function digLine({ name, type, values }: RecordSetChange): string {
  const shown = values.map((value) => (type === 'TXT' ? `"${value}"` : `${value}.`));
  return `dig +short ${type} ${name}  (expected: ${shown.length > 0 ? shown.join(' and ') : 'nothing'})`;
}

/** The findings' own sentences, each once. */
function wrongOf(refs: readonly FindingRef[], findings: readonly OpenFinding[]): string[] {
  return [...new Set(among(refs, findings).map(({ finding }) => finding.summary))];
}

/** What the fixes of the findings say, each once. */
export function notesOf(refs: readonly FindingRef[], findings: readonly OpenFinding[]): string[] {
  const texts = among(refs, findings).map(({ finding }) => finding.fix?.text ?? '');
  return [...new Set(texts)].filter((text) => text !== '');
}

function among(refs: readonly FindingRef[], findings: readonly OpenFinding[]): OpenFinding[] {
  const ids = new Set(refs.map(refId));
  return findings.filter((one) => ids.has(refId(refOf(one))));
}

/** SES is told only when everybody sees the records: it looks for 72 hours, and gives up again. */
export function waitStep(): Step {
  return {
    kind: 'wait',
    title: 'Wait until DNS answers with the records',
    wrong: [],
    heals: [],
    serves: [],
    notes: [
      'Resolvers may remember for some time that there was nothing: as long as the last field of the zone’s SOA says, or the TTL of the old record.',
    ],
    check: ['what the steps above give'],
  };
}

const TITLES: { [operation: string]: string } = {
  'sesv2 create-email-identity': 'Create the identity',
  'ses verify-email-identity': 'Send the verification link again to',
  'sesv2 put-email-identity-dkim-signing-attributes': 'Set up Easy DKIM of',
  'ses verify-domain-dkim': 'Restart the DKIM verification of',
  'sesv2 put-email-identity-dkim-attributes': 'Set DKIM signing of',
  'sesv2 put-email-identity-mail-from-attributes': 'Set the MAIL FROM domain of',
};

export function commandStep(planned: PlannedCommand, findings: readonly OpenFinding[]): Step {
  const { accountId, command, findings: refs } = planned;
  const { identity, region, operation, text } = command;
  const title = `${TITLES[operation] ?? `Run ${operation}${identity === undefined ? '' : ' for'}`} ${identity ?? ''}`;
  return {
    kind: 'command',
    title: title.trim(),
    accountId,
    region,
    ...(identity === undefined ? {} : { identity }),
    command: text,
    begins: beginsSomething(command),
    wrong: wrongOf(refs, findings),
    notes: [],
    heals: [],
    serves: uniqueRefs(refs),
    check: checkOf(command),
  };
}
