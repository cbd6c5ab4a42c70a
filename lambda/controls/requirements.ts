/**
 * What mailbox providers ask of a sender (BULK-01 to -05 name their pages), each judged over all identities that may send
 * as the domain: one that fails is enough to fail.
 */
import type { ScanSettings } from '../contract.ts';
import type { DomainFacts, IdentitySummary, SummaryCause } from '../facts/types.ts';
import {
  mxRecord,
  putMailFrom,
  registrableDomain,
  SES_SPF,
  startingDmarc,
  txt,
  awsCommand,
} from './fixes.ts';
import { domainCause, identityCause, type Cause } from './subjects.ts';
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
  | 'NO_REPORT_ADDRESS';

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
    judge: ({ facts, from, settings }) => ({
      met: from.dmarc.status === 'temperror' ? 'unknown' : from.dmarc.status === 'found',
      cause: domainCause(facts.name, 'DMARC-01'),
      // A record that is there and broken is DMARC-02's to mend.
      ...(from.dmarc.ownTxt.kind === 'found'
        ? {}
        : { fix: { publish: [startingDmarc(registrableDomain(facts.name), settings.reportMailbox)] } }),
    }),
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
    judge: ({ senders }) => ofAll(senders, ({ dkim }) => dkim.keyBits === undefined || dkim.keyBits >= 1024),
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
    unmet: 'the DMARC record asks for no reports (rua)',
    advice: 'Add rua to the DMARC record (DMARC-08).',
    means: 'The DMARC record that applies names no address for reports.',
    judge: ({ facts, from }) => ({
      // Without a record DMARC_MISSING speaks.
      met:
        from.dmarc.status === 'temperror'
          ? 'unknown'
          : from.dmarc.status === 'none' || from.dmarc.rua.length > 0,
      cause: domainCause(from.dmarc.recordDomain ?? facts.name, 'DMARC-08'),
    }),
  },
};

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
  const mailFrom = `bounce-${identity.region}.${identity.domain}`;
  return {
    unseen: true,
    publish: [mxRecord(mailFrom, identity.region), txt(mailFrom, SES_SPF)],
    command: awsCommand(identity, ...putMailFrom(identity.name, mailFrom, 'USE_DEFAULT_VALUE')),
  };
}
