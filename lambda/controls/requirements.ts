/**
 * What mailbox providers ask of a sender (BULK-01 to -05 name their pages), each judged over all identities that may send
 * as the domain: one that fails is enough to fail.
 */
import type { ScanSettings } from '../contract.ts';
import type { DomainFacts, IdentitySummary, SummaryCause } from '../facts/types.ts';
import { parseReportUri } from '../mail-auth/dmarc-uri.ts';
import { mxRecord, newMailFromName, putMailFrom, SES_SPF, txt, awsCommand } from './fixes.ts';
import { missingDmarc } from './dmarc-missing.ts';
import { domainCause, identityCause, targetCause, type Cause } from './subjects.ts';
import type { Fix, ReasonSpec, Status } from './types.ts';

type From = NonNullable<DomainFacts['from']>;
type Tri = boolean | 'unknown';

export interface Asked {
  facts: DomainFacts;
  from: From;
  /** Verified identities that send as the domain, in order. */
  senders: readonly IdentitySummary[];
  settings: ScanSettings;
}

export interface Unmet {
  met: Tri;
  /** The identities at fault, in order. */
  failing?: IdentitySummary[];
  /** The control that speaks of it, on the first of those identities or elsewhere. */
  cause?: Cause | undefined;
  summaryCause?: SummaryCause | undefined;
  fix?: Omit<Fix, 'text'>;
}

export interface Requirement {
  status: Extract<Status, 'FAIL' | 'WARN'>;
  /** After "it is not known". */
  question: string;
  /** Half a sentence. */
  unmet: string;
  /** A sentence. */
  advice: string;
  /** For the control's page. */
  means: string;
  judge(asked: Asked): Unmet;
}

export type RequirementName =
  | 'FROM_CANNOT_RECEIVE'
  | 'NOT_AUTHENTICATED'
  | 'DKIM_MISSING'
  | 'SPF_MISSING'
  | 'DMARC_MISSING'
  | 'NOT_ALIGNED'
  | 'KEY_TOO_SHORT'
  | 'SPF_NOT_YOURS'
  | 'FROM_UNRESOLVABLE'
  | 'NO_REPORT_ADDRESS'
  | 'NO_REVERSE_DNS';

export const REQUIREMENTS: Record<RequirementName, Requirement> = {
  FROM_CANNOT_RECEIVE: {
    status: 'FAIL',
    question: 'whether the domain can receive',
    unmet: 'the From domain does not exist or says that it takes no mail',
    advice: 'Make the From domain receive, or send as one that does (IDENT-13).',
    means: 'The From domain does not exist or has a null MX.',
    judge: ({ facts, from }) => ({ met: takesMail(from), cause: domainCause(facts.name, 'IDENT-13') }),
  },
  NOT_AUTHENTICATED: {
    status: 'FAIL',
    question: 'whether SPF or DKIM passes',
    unmet: 'neither SPF nor DKIM passes',
    advice: 'Mend DKIM of the identity, or its MAIL FROM.',
    means: 'Of some identity neither SPF nor DKIM passes.',
    judge: ({ senders }) => ofAll(senders, (one) => either(dkimPasses(one), spfPasses(one)), dkimCause),
  },
  DKIM_MISSING: {
    status: 'FAIL',
    question: 'whether DKIM passes',
    unmet: 'DKIM does not pass',
    advice: 'Mend what DKIM-01 to DKIM-12 say of the identity.',
    means: 'Mail of some identity has no DKIM signature that verifies.',
    judge: ({ senders }) => ofAll(senders, dkimPasses, dkimCause),
  },
  SPF_MISSING: {
    status: 'FAIL',
    question: 'whether SPF passes',
    unmet: 'SPF does not pass',
    advice: 'Mend the MAIL FROM domain as MF-02 to MF-04, SPF-01 and SPF-03 say.',
    means: 'SPF of the MAIL FROM domain of some identity does not pass.',
    judge: ({ senders }) => ofAll(senders, spfPasses, ({ spf }) => spf.cause),
  },
  DMARC_MISSING: {
    status: 'FAIL',
    question: 'whether a DMARC record applies',
    unmet: 'no DMARC record applies',
    advice: 'Publish a DMARC record; p=none is enough for the provider (DMARC-01).',
    means: 'No DMARC record applies to the domain.',
    judge: ({ facts, from: { dmarc }, settings }) => {
      const cause = domainCause(facts.name, 'DMARC-01');
      if (dmarc.status !== 'none') return { met: dmarc.status === 'found' || 'unknown', cause };
      // The very records that DMARC-01 gives, so that a plan holds them once.
      return { met: false, cause, fix: missingDmarc(facts.name, dmarc, settings).fix };
    },
  },
  NOT_ALIGNED: {
    status: 'FAIL',
    question: 'whether SPF or DKIM aligns',
    unmet: 'neither SPF nor DKIM aligns with the From domain',
    advice: 'Make DKIM sign as the From domain or its organization (ALIGN-01).',
    means: 'Of some identity neither SPF nor DKIM aligns with the From domain.',
    judge: ({ senders }) => {
      const result = ofAll(senders, ({ dkim, spf }) => either(dkim.aligned, spf.aligned));
      const [first] = result.failing ?? [];
      return { ...result, ...(first ? { cause: identityCause(first, 'ALIGN-01') } : {}) };
    },
  },
  KEY_TOO_SHORT: {
    status: 'FAIL',
    question: 'how long the DKIM key is',
    unmet: 'the DKIM key is shorter than 1024 bits',
    advice: 'Rotate to a key of 2048 bits (DKIM-09).',
    means: 'The DKIM key of some identity has fewer than 1024 bits (RFC 8301 section 3.2).',
    judge: ({ senders }) => {
      const result = ofAll(senders, ({ dkim }) => dkim.keyBits === undefined || dkim.keyBits >= 1024);
      const [first] = result.failing ?? [];
      // Whose key it is: the signing identity's, in the same target.
      const signer = first?.dkim.signingDomain ?? first?.name;
      return { ...result, ...(first ? { cause: identityCause(first, 'DKIM-09', signer) } : {}) };
    },
  },
  SPF_NOT_YOURS: {
    status: 'WARN',
    question: 'whose domain SPF passes for',
    unmet: 'SPF passes for amazonses.com, not for a domain of yours',
    advice: 'Set a custom MAIL FROM under the From domain (MF-01).',
    means: 'Some identity uses SES’s default MAIL FROM: SPF passes for amazonses.com, and nothing of yours.',
    judge: ({ senders }) => {
      const result = ofAll(
        senders,
        (one) => one.mailFrom?.status === 'SUCCESS',
        ({ spf }) => spf.cause,
      );
      const [first] = result.failing ?? [];
      return { ...result, ...(first && !first.mailFrom ? { fix: mailFromFix(first) } : {}) };
    },
  },
  FROM_UNRESOLVABLE: {
    status: 'WARN',
    question: 'whether the domain has an MX or an address',
    unmet: 'the From domain has neither MX nor address',
    advice: 'Publish an MX at the From domain (IDENT-13).',
    means: 'The From domain has neither MX nor address.',
    judge: ({ facts, from }) => ({ met: resolves(from), cause: domainCause(facts.name, 'IDENT-13') }),
  },
  NO_REPORT_ADDRESS: {
    status: 'WARN',
    question: 'whether DMARC reports are asked for',
    unmet: 'the DMARC record names no address that reports can be sent to (rua)',
    advice: 'Give the DMARC record a rua with an address (DMARC-08).',
    means: 'The DMARC record that applies names no address that reports can be sent to.',
    judge: ({ facts, from: { dmarc } }) => ({
      met: dmarc.status === 'temperror' ? 'unknown' : dmarc.status === 'none' || asksForReports(dmarc.rua),
      cause: domainCause(dmarc.recordDomain ?? facts.name, 'DMARC-08'),
    }),
  },
  NO_REVERSE_DNS: {
    status: 'FAIL',
    question: 'whether every dedicated address has reverse DNS',
    unmet: 'a dedicated address that it is sent from has no reverse DNS that leads back to it',
    advice: 'Have AWS set the reverse DNS of the dedicated address (IP-01).',
    means: 'Some identity sends from a dedicated address without confirmed reverse DNS.',
    judge: ({ facts, senders }) => {
      const result = ofAll(senders, (one) => reverseDnsOf(one, facts));
      const [first] = result.failing ?? [];
      return { ...result, ...(first ? { cause: targetCause(first, 'IP-01') } : {}) };
    },
  },
};

/** Of the target's dedicated addresses. Those that it shares are AWS's; where none may be read, none is considered. */
function reverseDnsOf({ accountId, region }: IdentitySummary, { targets }: DomainFacts): Tri {
  const target = targets?.find((one) => one.accountId === accountId && one.region === region);
  if (target === undefined || target.dedicatedIps === 'unknown') return 'unknown';
  if (target.dedicatedIps === undefined || target.dedicatedIps.ips.length === 0) return true;
  // Without a word the addresses are known, and DNS was not asked of them yet.
  if (target.reverseDns === undefined || target.reverseDns === 'unknown') return 'unknown';
  // What is beyond the bound was asked of nobody.
  if (target.reverseDns === 'confirmed') return target.dedicatedIps.leftOut === undefined ? true : 'unknown';
  return false;
}

/** Without a record DMARC_MISSING speaks. A URI without an address is valid, and gets nobody a report. */
function asksForReports(rua: readonly string[]): boolean {
  return rua.some((uri) => parseReportUri(uri).deliverable);
}

/** The requirements as reasons of a control. */
export function requirementReasons<Name extends RequirementName>(
  names: readonly Name[],
): Record<Name, ReasonSpec> {
  return Object.fromEntries(
    names.map((name): [Name, ReasonSpec] => {
      const { status, means } = REQUIREMENTS[name];
      return [name, { statuses: [status], ...(status === 'FAIL' ? { class: 1 } : {}), means }];
    }),
  ) as Record<Name, ReasonSpec>;
}

function ofAll(
  senders: readonly IdentitySummary[],
  holds: (sender: IdentitySummary) => Tri,
  causeOf: (sender: IdentitySummary) => SummaryCause | undefined = () => undefined,
): Unmet {
  const failing = senders.filter((sender) => holds(sender) === false);
  const [first] = failing;
  if (first) return { met: false, failing, summaryCause: causeOf(first) };
  return { met: senders.some((sender) => holds(sender) === 'unknown') ? 'unknown' : true };
}

function either(left: Tri, right: Tri): Tri {
  if (left === true || right === true) return true;
  return left === 'unknown' || right === 'unknown' ? 'unknown' : false;
}

function dkimPasses({ dkim: { leg } }: IdentitySummary): Tri {
  return leg === 'unknown' ? 'unknown' : leg !== 'none';
}

function dkimCause({ dkim }: IdentitySummary): SummaryCause | undefined {
  return dkim.cause;
}

/** SES's default MAIL FROM passes for amazonses.com; a custom one that SES refuses to fall back from sends nothing. */
function spfPasses({ mailFrom, spf }: IdentitySummary): Tri {
  if (mailFrom?.status === 'SUCCESS') return spf.leg === 'unknown' ? 'unknown' : spf.leg === 'live';
  // Where it is undecided whose MAIL FROM applies, the leg is unknown.
  if (spf.leg === 'unknown') return 'unknown';
  return mailFrom?.behaviorOnMxFailure !== 'REJECT_MESSAGE';
}

/** NXDOMAIN or nothing but a null MX (RFC 7505 section 4.2): receivers refuse what comes from there. */
function takesMail({ exists, mx }: From): Tri {
  if (exists === false) return false;
  if (mx.kind === 'found') return mx.records.some(({ exchange }) => exchange !== '');
  if (mx.kind === 'unknown') return 'unknown';
  return exists === 'unknown' && mx.because === 'NXDOMAIN' && mx.aliases.length === 0 ? 'unknown' : true;
}

/** RFC 5321 section 5.1: an MX, else an address. */
function resolves({ exists, mx, hasAddress }: From): Tri {
  // FROM_CANNOT_RECEIVE speaks of what does not exist.
  if (mx.kind === 'found' || exists === false) return true;
  if (mx.kind === 'unknown') return hasAddress === true ? true : 'unknown';
  return hasAddress ?? 'unknown';
}

function mailFromFix(identity: IdentitySummary): Omit<Fix, 'text'> {
  const mailFrom = newMailFromName(identity.domain, identity.region);
  return {
    unseen: true,
    publish: [mxRecord(mailFrom, identity.region), txt(mailFrom, SES_SPF)],
    command: awsCommand(identity, ...putMailFrom(identity.name, mailFrom, 'USE_DEFAULT_VALUE')),
  };
}
