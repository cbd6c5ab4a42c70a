/** Why no DMARC record applies to a From domain, and the one fix for it: DMARC-01 says it, BULK-* repeat it. */
import type { ScanSettings } from '../contract.ts';
import type { DmarcFacts, DnsFact } from '../facts/types.ts';
import { isAtOrBelow } from '../mail-auth/names.ts';
import { aliasTarget } from './dmarc-fixes.ts';
import { keptTxt, registrableDomain, startingDmarc, txt } from './fixes.ts';
import { domainCause, type Cause } from './subjects.ts';
import type { Fix } from './types.ts';

/** A name above the From domain whose texts keep a record from applying: they are to be mended, no other is to be added. */
export interface BrokenAbove {
  domain: string;
  /** The control that speaks of them there. */
  controlId: 'DMARC-01' | 'DMARC-02' | 'DMARC-11';
  fault: 'NOT_PROCESSED' | 'MULTIPLE' | 'DANGLING' | 'NEAR_MISS';
}

/**
 * A record that would apply but is not processed, else several that count as none, else what stands in the way at the
 * registrable name. Names of a public suffix are its operator's: a record at or below the registrable name does without.
 *
 * @returns undefined where something applies, or where something is to be mended at the name itself
 */
export function brokenAbove(name: string, dmarc: DmarcFacts): BrokenAbove | undefined {
  const { status, ownRecords, nearMisses, ownTxt, unprocessedAt } = dmarc;
  const ownFault = ownRecords.length > 0 || nearMisses.length > 0 || aliasTarget(ownTxt) !== undefined;
  if (status !== 'none' || ownFault) return undefined;
  const registrable = registrableDomain(name);
  const above = (dmarc.above ?? []).filter(({ domain }) => isAtOrBelow(domain, registrable));
  if (above.some(({ domain }) => domain === unprocessedAt))
    return { domain: unprocessedAt ?? registrable, controlId: 'DMARC-01', fault: 'NOT_PROCESSED' };
  const doubled = above.findLast(({ records }) => records.length > 1);
  if (doubled) return { domain: doubled.domain, controlId: 'DMARC-02', fault: 'MULTIPLE' };
  const start = above.find(({ domain }) => domain === registrable);
  if (start?.txt.kind === 'absent') return { domain: registrable, controlId: 'DMARC-11', fault: 'DANGLING' };
  if (start && start.nearMisses.length > 0)
    return { domain: registrable, controlId: 'DMARC-02', fault: 'NEAR_MISS' };
  return undefined;
}

export interface MissingDmarc {
  reason: 'DMARC_MISSING' | 'DMARC_RECORD_NOT_PROCESSED';
  summary: string;
  fix: Fix;
  cause?: Cause;
}

/** Of a From domain to which no record applies. */
export function missingDmarc(name: string, dmarc: DmarcFacts, settings: ScanSettings): MissingDmarc {
  const above = brokenAbove(name, dmarc);
  if (above) return missingFromAbove(name, dmarc, above, settings);
  const [own, second] = dmarc.ownRecords;
  if (own !== undefined && second === undefined) {
    return {
      reason: 'DMARC_RECORD_NOT_PROCESSED',
      summary: `The DMARC record of ${name} has no valid policy and no report address: receivers act as if there were none`,
      fix: replaceFix(name, own, dmarc.ownTxt, settings),
    };
  }
  const { ownTxt } = dmarc;
  if (ownTxt.kind === 'absent' && ownTxt.aliases.length > 0) {
    return {
      reason: 'DMARC_MISSING',
      summary: `No DMARC record applies to ${name}: _dmarc.${name} is an alias that leads nowhere`,
      fix: { text: `Replace the alias at _dmarc.${name}, as DMARC-11 says.` },
      cause: domainCause(name, 'DMARC-11'),
    };
  }
  const meant = second !== undefined || dmarc.nearMisses.length > 0;
  const summary = `No DMARC record applies to ${name}: anybody can send as it, and bulk mail from it is refused`;
  if (!meant) return { reason: 'DMARC_MISSING', summary, fix: startFix(name, dmarc, settings) };
  const fix = { text: `Put the texts at _dmarc.${name} right, as DMARC-02 says.` };
  return { reason: 'DMARC_MISSING', summary, fix, cause: domainCause(name, 'DMARC-02') };
}

const ABOVE: Record<Exclude<BrokenAbove['fault'], 'NOT_PROCESSED'>, { what: string; todo: string }> = {
  MULTIPLE: { what: 'holds several records, which count as none', todo: 'Put the texts right' },
  DANGLING: { what: 'is an alias that leads nowhere', todo: 'Replace the alias' },
  NEAR_MISS: { what: 'holds a text that meant to be a record and is none', todo: 'Put the text right' },
};

/** A record beside what is broken there would be discarded with it, or could not stand there. */
function missingFromAbove(
  name: string,
  dmarc: DmarcFacts,
  { domain, controlId, fault }: BrokenAbove,
  settings: ScanSettings,
): MissingDmarc {
  const cause = domainCause(domain, controlId);
  if (fault === 'NOT_PROCESSED') {
    const there = dmarc.above?.find((one) => one.domain === domain);
    return {
      reason: 'DMARC_RECORD_NOT_PROCESSED',
      summary: `The DMARC record of ${domain}, which would apply to ${name}, has no valid policy and no report address: receivers act as if there were none`,
      fix: replaceFix(domain, there?.records[0] ?? '', there?.txt, settings),
      cause,
    };
  }
  const { what, todo } = ABOVE[fault];
  return {
    reason: 'DMARC_MISSING',
    summary: `No DMARC record applies to ${name}: _dmarc.${domain} ${what}`,
    fix: { text: `${todo} at _dmarc.${domain}, as ${controlId} says of ${domain}.` },
    cause,
  };
}

function replaceFix(
  name: string,
  record: string,
  there: DnsFact<string> | undefined,
  { reportMailbox }: ScanSettings,
): Fix {
  const node = `_dmarc.${name}`;
  const start = startingDmarc(name, reportMailbox, [record]);
  const target = there && aliasTarget(there);
  if (target !== undefined) {
    return {
      text: `${node} is an alias of ${target}, so the record is changed there: publish “${start.value}” in place of “${record}”.`,
    };
  }
  const remove = [txt(node, record)];
  return {
    text: 'Replace the record by the one given; raise the policy later, when the reports show that all mail aligns.',
    publish: [start],
    remove,
    ...(there ? keptTxt(node, there, remove) : {}),
  };
}

/** At the registrable name, so that every subdomain inherits it. */
function startFix(name: string, dmarc: DmarcFacts, { reportMailbox }: ScanSettings): Fix {
  const at = startingPlace(name, dmarc);
  const node = `_dmarc.${at}`;
  const start = startingDmarc(at, reportMailbox);
  const reports = reportMailbox ? '' : ' Set reportMailbox in the settings to have a report address in it.';
  const there = at === name ? dmarc.ownTxt : dmarc.above?.find(({ domain }) => domain === at)?.txt;
  const target = there && aliasTarget(there);
  if (target !== undefined) {
    return {
      text: `${node} is an alias of ${target}, where no DMARC record stands: publish “${start.value}” there, or in place of the alias; it only asks for reports and changes no delivery.${reports}`,
    };
  }
  return {
    text: `Publish the DMARC record; it only asks for reports and changes no delivery.${reports}`,
    publish: [start],
    ...(there ? keptTxt(node, there) : {}),
    // The walk found nothing there.
    ...(!there && dmarc.queries.includes(node) ? { keep: [] } : {}),
  };
}

/** Beneath a record of the suffix's operator that is not processed only the name's own counts (RFC 9989 section 4.10.1). */
function startingPlace(name: string, { unprocessedAt }: DmarcFacts): string {
  return unprocessedAt === undefined ? registrableDomain(name) : name;
}
