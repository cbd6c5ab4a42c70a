/** Which domains the From-domain controls (DMARC-*, IDENT-13) speak of, and what the MAIL FROM ones (SPF-*, MF-03) do. */
import type { Dependent, DomainFacts } from '../facts/types.ts';
import { freemailProvider } from './freemail.ts';
import { say, type ControlData } from './say.ts';
import type { Finding, JudgeContext, ReasonSpec } from './types.ts';
import { resolverUnusable, type DnsReason } from './unknowns.ts';

export type FromScopeReason = 'NOT_A_FROM_DOMAIN' | 'FREEMAIL_DOMAIN';

export const fromScopeReasons: Record<FromScopeReason, ReasonSpec> = {
  NOT_A_FROM_DOMAIN: { statuses: ['NOT_APPLICABLE'], means: 'No identity sends with this From domain.' },
  FREEMAIL_DOMAIN: {
    statuses: ['NOT_APPLICABLE'],
    means: 'The domain belongs to a mailbox provider; IDENT-05 judges the identities.',
  },
};

/**
 * The From facts to judge, or the finding that there are none.
 *
 * @param uses the uses that make the control speak; where the facts name no dependent at all, it speaks
 */
export function fromScope<Reason extends string>(
  control: ControlData<Reason | FromScopeReason | DnsReason>,
  facts: DomainFacts,
  context: JudgeContext,
  uses: Dependent['use'][] = ['FROM', 'DMARC_RECORD'],
): { from: NonNullable<DomainFacts['from']> } | { finding: Finding<Reason | FromScopeReason | DnsReason> } {
  type All = Reason | FromScopeReason | DnsReason;
  const used = facts.dependents.length === 0 || facts.dependents.some(({ use }) => uses.includes(use));
  if (facts.from === undefined || !used) {
    const summary = `No identity sends with From ${facts.name}`;
    return { finding: say<All>(control, { status: 'NOT_APPLICABLE', reason: 'NOT_A_FROM_DOMAIN', summary }) };
  }
  if (freemailProvider(facts.name, context.settings.freemailDomains)) {
    const summary = `${facts.name} belongs to a mailbox provider`;
    return { finding: say<All>(control, { status: 'NOT_APPLICABLE', reason: 'FREEMAIL_DOMAIN', summary }) };
  }
  const unusable = resolverUnusable<Reason | FromScopeReason>(control, facts);
  return unusable ? { finding: unusable } : { from: facts.from };
}

export type MailFromScopeReason = 'NOT_A_MAIL_FROM_DOMAIN';

export const mailFromScopeReasons: Record<MailFromScopeReason, ReasonSpec> = {
  NOT_A_MAIL_FROM_DOMAIN: {
    statuses: ['NOT_APPLICABLE'],
    means: 'No identity uses the domain as custom MAIL FROM.',
  },
};

/** The MAIL FROM facts to judge, or the finding that there are none. */
export function mailFromScope<Reason extends string>(
  control: ControlData<Reason | MailFromScopeReason | DnsReason>,
  facts: DomainFacts,
):
  | { mailFrom: NonNullable<DomainFacts['mailFrom']> }
  | { finding: Finding<Reason | MailFromScopeReason | DnsReason> } {
  type All = Reason | MailFromScopeReason | DnsReason;
  if (facts.mailFrom === undefined) {
    const summary = `No identity uses ${facts.name} as MAIL FROM`;
    return {
      finding: say<All>(control, { status: 'NOT_APPLICABLE', reason: 'NOT_A_MAIL_FROM_DOMAIN', summary }),
    };
  }
  const unusable = resolverUnusable<Reason | MailFromScopeReason>(control, facts);
  return unusable ? { finding: unusable } : { mailFrom: facts.mailFrom };
}
