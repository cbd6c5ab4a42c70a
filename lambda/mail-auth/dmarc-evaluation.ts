/** DMARC for one message: discovery and the alignment of its authenticated identifiers, with shared questions. */
import type { DnsClient } from '../dns/types.ts';
import { isAlignedWith } from './alignment.ts';
import { discoverDmarcBy } from './dmarc-discovery.ts';
import type { DmarcDiscovery, DmarcPolicy } from './dmarc-types.ts';
import { createRecordLookup } from './dmarc-walk.ts';

/** Each identifier may cost a walk of eight questions; a message with more signatures than this is hostile. */
const MAX_DKIM_DOMAINS = 10;

export interface DmarcQuery {
  authorDomain: string;
  /** The MAIL FROM domain, when SPF passed for it. */
  spfDomain?: string;
  /** The `d=` of every signature that verified; at most ten are looked at. */
  dkimDomains?: readonly string[];
}

export interface IdentifierAlignment {
  domain: string;
  aligned: boolean | 'unknown';
}

export interface DmarcEvaluation {
  discovery: DmarcDiscovery;
  spf?: IdentifierAlignment;
  dkim: IdentifierAlignment[];
  /** `none`: DMARC does not apply. `temperror`: DNS left open what the result depends on. */
  result: 'pass' | 'fail' | 'none' | 'temperror';
  /** What the Domain Owner asks for on `fail`. */
  policy?: DmarcPolicy;
}

/** Evaluates RFC 9989 for one message. Asks for every name once, however many identifiers share it. */
export async function evaluateDmarc(query: DmarcQuery, dns: DnsClient): Promise<DmarcEvaluation> {
  const lookup = createRecordLookup(dns);
  const discovery = await discoverDmarcBy(query.authorDomain, dns, lookup);
  if (discovery.record === undefined) {
    return { discovery, dkim: [], result: discovery.status === 'temperror' ? 'temperror' : 'none' };
  }
  const { authorDomain, organizationalDomain = 'unknown', aspf, adkim } = discovery;
  const author = { domain: authorDomain, organizationalDomain };
  const alignments: IdentifierAlignment[] = [];
  let spf: IdentifierAlignment | undefined;
  if (query.spfDomain !== undefined) {
    const domain = query.spfDomain;
    spf = { domain, aligned: await isAlignedWith(domain, author, aspf, lookup) };
    alignments.push(spf);
  }
  const dkim: IdentifierAlignment[] = [];
  for (const domain of (query.dkimDomains ?? []).slice(0, MAX_DKIM_DOMAINS)) {
    dkim.push({ domain, aligned: await isAlignedWith(domain, author, adkim, lookup) });
  }
  alignments.push(...dkim);
  const evaluation: DmarcEvaluation = {
    discovery,
    dkim,
    ...verdict(discovery, alignments, (query.dkimDomains?.length ?? 0) > MAX_DKIM_DOMAINS),
  };
  if (spf !== undefined) evaluation.spf = spf;
  return evaluation;
}

function verdict(
  discovery: DmarcDiscovery,
  alignments: readonly IdentifierAlignment[],
  cutShort: boolean,
): Pick<DmarcEvaluation, 'result' | 'policy'> {
  const policy = discovery.appliedPolicy === undefined ? {} : { policy: discovery.appliedPolicy };
  if (alignments.some(({ aligned }) => aligned === true)) return { result: 'pass', ...policy };
  const open =
    discovery.status === 'temperror' || cutShort || alignments.some(({ aligned }) => aligned === 'unknown');
  return open ? { result: 'temperror' } : { result: 'fail', ...policy };
}
