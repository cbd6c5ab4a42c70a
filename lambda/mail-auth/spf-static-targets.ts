/** What the names in SPF terms are worth: whether they can ever match, exist, or could be taken over. */
import { getDomain } from 'tldts';
import type { DnsAnswer } from '../dns/types.ts';
import { nameExists } from '../dns/types.ts';
import { excerpt } from './names.ts';
import { HUGE_PREFIX, widestPrefix } from './spf-lint.ts';
import { formatNetwork } from './spf-network.ts';
import { isTargetName, MAX_MX_NAMES } from './spf-session.ts';
import {
  addUndecidable,
  confirmed,
  report,
  staticTarget,
  type SpfStaticNode,
  type Walk,
} from './spf-static-walk.ts';
import type { SpfDirective, SpfProblem } from './spf-types.ts';

/** Asks about a term's target: whether it can ever match. */
export async function checkTarget(walk: Walk, node: SpfStaticNode, directive: SpfDirective): Promise<void> {
  if (directive.mechanism === 'ptr') {
    const because = "it depends on the names behind the client's address";
    addUndecidable(walk, node.domain, directive, because);
    return;
  }
  if (directive.mechanism !== 'a' && directive.mechanism !== 'mx' && directive.mechanism !== 'exists') return;
  const target = directive.spec ? staticTarget(walk, node.domain, directive, directive.spec) : node.domain;
  if (target === undefined) return;
  const place = { domain: node.domain, start: directive.start, end: directive.end };
  const term = excerpt(directive.text);
  const answers = isTargetName(target) ? await askTarget(walk, target, directive.mechanism) : [];
  if (answers.includes(undefined)) return;
  if (answers.some((answer) => answer?.kind === 'unknown')) {
    if (walk.analysis.valid) walk.analysis.valid = 'unknown';
    const message = `${excerpt(target)} could not be learned, so "${term}" could not be judged.`;
    report(walk, { code: 'DNS_FAILURE', level: 'warning', message, target, ...place });
    return;
  }
  const found = answers.find((answer) => answer?.kind === 'found');
  if (directive.mechanism === 'mx' && found?.kind === 'found' && found.records.length > MAX_MX_NAMES) {
    const message = `${excerpt(target)} has ${found.records.length} MX records; "mx" may look at ${MAX_MX_NAMES} (section 4.6.4).`;
    report(walk, { code: 'TOO_MANY_MX', level: 'error', message, target, ...place });
  }
  if (found) return;
  // A name that cannot exist is never asked for, so it is no void look-up.
  if (answers.length > 0) walk.analysis.voidTerms++;
  const message = `"${term}" can never match: ${excerpt(target)} has no such records.`;
  report(walk, { code: 'DEAD_TERM', level: 'warning', message, target, ...place });
  if (answers.length > 0 && answers.every((answer) => answer && nameExists(answer) === false)) {
    await reportMissing(walk, target, directive, place);
  }
}

async function askTarget(
  walk: Walk,
  target: string,
  mechanism: 'a' | 'mx' | 'exists',
): Promise<(DnsAnswer<unknown> | undefined)[]> {
  const { dns } = walk;
  if (mechanism === 'mx') return [await confirmed(walk, target, (name) => dns.mx(name))];
  const a = await confirmed<unknown>(walk, target, (name) => dns.a(name));
  if (mechanism === 'exists' || a?.kind !== 'absent' || nameExists(a) === false) return [a];
  return [a, await confirmed<unknown>(walk, target, (name) => dns.aaaa(name))];
}

/** Whoever registers the missing target's domain decides who passes. */
export async function reportMissing(
  walk: Walk,
  target: string,
  term: { text: string },
  place: Pick<SpfProblem, 'domain' | 'start' | 'end'>,
): Promise<void> {
  const message = `${excerpt(target)}, named by "${excerpt(term.text)}", does not exist.`;
  report(walk, { code: 'TARGET_MISSING', level: 'warning', message, target, ...place });
  const registrable = getDomain(target, { allowPrivateDomains: true, validateHostname: false });
  if (!registrable) return;
  const answer = await confirmed(walk, registrable, (name) => walk.dns.txt(name));
  const exists = answer ? nameExists(answer) : 'unknown';
  if (exists === 'unknown') {
    const open = `${excerpt(registrable)} could not be learned, so whether "${excerpt(term.text)}" can be taken over is open.`;
    report(walk, { code: 'DNS_FAILURE', level: 'warning', message: open, target: registrable, ...place });
  } else if (!exists) {
    const risk = `The registrable domain ${excerpt(registrable)} does not exist; whoever registers it can send as this domain.`;
    report(walk, {
      code: 'TARGET_DOMAIN_UNREGISTERED',
      level: 'warning',
      message: risk,
      target: registrable,
      ...place,
    });
  }
}

export function noteHugeNetwork(walk: Walk, directive: SpfDirective): void {
  const prefix = widestPrefix(directive);
  if (prefix === undefined || prefix > HUGE_PREFIX) return;
  const { hugeNetworks } = walk.analysis;
  const text = 'network' in directive ? formatNetwork(directive.network) : excerpt(directive.text);
  if (hugeNetworks.length < 50 && !hugeNetworks.includes(text)) hugeNetworks.push(text);
}
