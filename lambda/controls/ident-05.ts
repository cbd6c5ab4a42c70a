import type { TargetFacts } from '../facts/types.ts';
import { freemailProvider } from './freemail.ts';
import { listed as listNames, say } from './say.ts';
import { notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control, Finding, JudgeContext } from './types.ts';
import { unseenReason, unseenReasons, type UnseenTargetReason } from './unknowns.ts';

type Reason =
  | 'OWN_DOMAINS_ONLY'
  | 'FREEMAIL_IDENTITY'
  | 'SANDBOX_RECIPIENT'
  | 'LIST_INCOMPLETE'
  | NotReadReason
  | UnseenTargetReason;

const MAX_ADDRESSES = 20;

export const ident05: Control<TargetFacts, Reason> = {
  id: 'IDENT-05',
  revision: 1,
  title: 'No identity of a mailbox provider’s domain sends',
  subject: 'target',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetAccount', 'ses:ListEmailIdentities'],
  asserts:
    'No identity is under gmail.com, yahoo.*, outlook.com, icloud.com or another mailbox provider’s domain.',
  why: 'Such mail can never align with its From domain: Gmail calls it impersonation, and providers quarantine or reject it.',
  evidence:
    'The provider, how many identities are of its domain, and the first 20 of them; one finding a provider.',
  remedy: 'Advice: send from a domain of your own, then delete the identities. Nothing is deleted by plan.',
  sources: ['Google: Email sender guidelines (answer 81126)', 'RFC 9989 section 4.4'],
  reasons: {
    OWN_DOMAINS_ONLY: { statuses: ['PASS'], means: 'No identity is under a mailbox provider’s domain.' },
    FREEMAIL_IDENTITY: {
      statuses: ['FAIL'],
      means: 'Identities of a mailbox provider’s domain are verified for sending in production.',
    },
    SANDBOX_RECIPIENT: {
      statuses: ['NOT_APPLICABLE'],
      means: 'In the sandbox such addresses are verified as recipients.',
    },
    LIST_INCOMPLETE: {
      statuses: ['UNKNOWN'],
      means: 'More identities are listed than the facts hold, and none of those held is under such a domain.',
    },
    ...unseenReasons,
    ...notReadReasons,
  },
  judge(facts, context) {
    const early = notRead(ident05, facts);
    if (early) return [early, ...earlierProviders([], context, early)];
    if (facts.identities === undefined) {
      const summary = 'Not judged: the identities could not be listed';
      const unlisted = say(ident05, { status: 'UNKNOWN', reason: 'TARGET_UNSEEN', summary });
      return [unlisted, ...earlierProviders([], context, unlisted)];
    }
    const providers = byProvider(facts.identities, context);
    const others = noOther(facts);
    const findings = [...providers].map(([provider, names]) => judgeProvider(facts, provider, names));
    return [
      ...(findings.length > 0 ? findings : [others]),
      ...earlierProviders([...providers.keys()], context, others),
    ];
  },
};

function byProvider(
  identities: NonNullable<TargetFacts['identities']>,
  context: JudgeContext,
): Map<string, string[]> {
  const providers = new Map<string, string[]>();
  for (const { name, domain } of identities) {
    const provider = freemailProvider(domain, context.settings.freemailDomains);
    if (provider !== undefined) providers.set(provider, [...(providers.get(provider) ?? []), name]);
  }
  return new Map([...providers].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** The word on every provider that the list does not show. */
function noOther(facts: TargetFacts): Finding<Reason> {
  const whole = (facts.identities?.length ?? 0) >= (facts.listed ?? Infinity) - (facts.vanished ?? 0);
  const evidence = { identities: facts.identities?.length, listed: facts.listed };
  if (whole) {
    const summary = 'No identity is under a mailbox provider’s domain';
    return say(ident05, { status: 'PASS', reason: 'OWN_DOMAINS_ONLY', summary, evidence });
  }
  const summary = 'Not judged wholly: the list of identities is cut';
  return say(ident05, { status: 'UNKNOWN', reason: 'LIST_INCOMPLETE', summary, evidence });
}

function judgeProvider(facts: TargetFacts, provider: string, names: string[]): Finding<Reason> {
  const { account } = facts;
  const common = {
    subKey: provider,
    evidence: { provider, count: names.length, addresses: names.slice(0, MAX_ADDRESSES) },
  };
  const unseen = unseenReason(account);
  if (unseen !== undefined || account?.kind !== 'seen') {
    const summary = `Not judged: whether the ${provider} identities are sandbox recipients is not known`;
    return say(ident05, { ...common, status: 'UNKNOWN', reason: unseen ?? 'TARGET_UNSEEN', summary });
  }
  if (!account.value.productionAccess) {
    const summary = `The ${provider} identities are recipients verified for the SES sandbox`;
    return say(ident05, { ...common, status: 'NOT_APPLICABLE', reason: 'SANDBOX_RECIPIENT', summary });
  }
  const noun = names.length === 1 ? 'identity' : 'identities';
  return say(ident05, {
    ...common,
    status: 'FAIL',
    reason: 'FREEMAIL_IDENTITY',
    summary: `${names.length} ${noun} of ${provider} (${listNames(names)}): such mail impersonates the provider and can never align`,
    fix: {
      text:
        'Send from a domain of your own: create a domain identity with Easy DKIM, change the From address (Reply-To may ' +
        `stay), then delete the ${provider} ${noun}.`,
    },
  });
}

/**
 * Providers that had identities here before and show none now, each with the word on the whole: a failure reads as
 * resolved when the list is complete, and stays when it is not.
 */
function earlierProviders(
  now: string[],
  context: JudgeContext,
  { status, reason, summary }: Finding<Reason>,
): Finding<Reason>[] {
  return Object.keys(context.before?.findings ?? {})
    .filter((key) => key.startsWith(`${ident05.id}#`))
    .map((key) => key.slice(ident05.id.length + 1))
    .filter((provider) => !now.includes(provider))
    .map((subKey) => {
      if (reason !== 'NO_IDENTITIES') return say(ident05, { status, reason, summary, subKey });
      return say(ident05, { status: 'PASS', reason: 'OWN_DOMAINS_ONLY', summary, subKey });
    });
}
