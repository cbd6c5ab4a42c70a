import type { IdentityFacts } from '../facts/types.ts';
import { registrableDomain } from './fixes.ts';
import {
  ownMailFrom,
  ownMailFromReasons,
  renameFix,
  type OwnMailFrom,
  type OwnMailFromReason,
} from './own-mail-from.ts';
import { say } from './say.ts';
import { identityCause } from './subjects.ts';
import type { Control, Finding } from './types.ts';
import { dnsReasons, type DnsReason } from './unknowns.ts';

type Reason =
  | 'MAIL_FROM_ALIGNS'
  | 'NO_DMARC'
  | 'MAIL_FROM_IS_FROM'
  | 'MAIL_FROM_IS_PARENT'
  | 'MAIL_FROM_FOREIGN'
  | 'MAIL_FROM_CUT_OFF'
  | 'STRICT_SPF'
  | OwnMailFromReason
  | DnsReason;

export const mf05: Control<IdentityFacts, Reason> = {
  id: 'MF-05',
  revision: 2,
  title: 'The MAIL FROM is a subdomain that aligns',
  subject: 'identity',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetEmailIdentity'],
  asserts:
    'The MAIL FROM domain is a proper subdomain of the identity’s domain or of one above it, and aligns with the From domain under its aspf.',
  why: 'SPF counts for DMARC only where the MAIL FROM aligns; a MAIL FROM of another family, or under aspf=s, never does.',
  evidence:
    'The MAIL FROM domain, the From domain, aspf, and whether the two align in real and in relaxed mode.',
  remedy: 'The records and the command for a MAIL FROM below the identity’s domain.',
  sources: ['Amazon SES developer guide: Using a custom MAIL FROM domain', 'RFC 9989 section 4.4.2'],
  reasons: {
    MAIL_FROM_ALIGNS: { statuses: ['PASS'], means: 'It is a proper subdomain, and it aligns.' },
    NO_DMARC: {
      statuses: ['PASS'],
      means: 'It is a proper subdomain; as long as no DMARC record applies, nothing has to align.',
    },
    MAIL_FROM_IS_FROM: {
      statuses: ['FAIL'],
      means: 'It is the From domain itself, which AWS forbids: it must neither send nor receive.',
    },
    MAIL_FROM_IS_PARENT: {
      statuses: ['FAIL'],
      means:
        'It is the registrable domain above the From domain, and no subdomain: it is to serve for nothing else.',
    },
    MAIL_FROM_FOREIGN: {
      statuses: ['FAIL'],
      means: 'It lies under another registered domain than the identity.',
    },
    MAIL_FROM_CUT_OFF: {
      statuses: ['FAIL'],
      means:
        'It is of the same family, but DMARC records part the two names (psd=n), so that it never aligns.',
    },
    STRICT_SPF: {
      statuses: ['WARN'],
      means: 'aspf is strict: a MAIL FROM, being a subdomain, can never align.',
    },
    ...ownMailFromReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const own = ownMailFrom(mf05, facts, context);
    return ['finding' in own ? own.finding : judgeName(facts, own.setting)];
  },
};

function judgeName(facts: IdentityFacts, setting: OwnMailFrom): Finding<Reason> {
  const { alignment, ses } = facts;
  const { domain } = setting;
  const { real = 'unknown', relaxed = 'unknown' } = alignment.spf ?? {};
  const evidence = { mailFrom: domain, from: ses.domain, aspf: alignment.aspf, aligned: real, relaxed };
  const fails = (reason: Reason, summary: string): Finding<Reason> =>
    say(mf05, { status: 'FAIL', reason, summary, evidence, fix: renameFix(facts, setting) });
  if (domain === ses.domain) {
    return fails('MAIL_FROM_IS_FROM', `The MAIL FROM domain ${domain} is the From domain itself`);
  }
  const registrable = registrableDomain(ses.domain);
  if (domain === registrable) {
    return fails(
      'MAIL_FROM_IS_PARENT',
      `The MAIL FROM domain ${domain} is the parent of ${ses.domain}, not a subdomain of it`,
    );
  }
  if (!domain.endsWith(`.${registrable}`)) {
    return fails(
      'MAIL_FROM_FOREIGN',
      `The MAIL FROM domain ${domain} is not of the same domain as ${facts.name}`,
    );
  }
  // What does not align matters only where a record applies.
  const open = facts.dmarc.status === 'temperror' && (real !== true || relaxed !== true);
  if (open || relaxed === 'unknown' || real === 'unknown') {
    const reason = facts.dnsUnusable === undefined ? 'DNS_UNANSWERED' : 'RESOLVER_UNUSABLE';
    const summary = `Not judged: whether ${domain} aligns with ${ses.domain} is not known`;
    return say(mf05, { status: 'UNKNOWN', reason, summary, evidence });
  }
  // Without any record every name is its own Organizational Domain (RFC 9989 section 4.10.2): DMARC-01 is the matter.
  if (relaxed === false && facts.dmarc.status === 'none') {
    const summary = `The MAIL FROM domain ${domain} is a subdomain; no DMARC record asks for alignment yet`;
    return say(mf05, { status: 'PASS', reason: 'NO_DMARC', summary, evidence });
  }
  if (relaxed === false) {
    return fails('MAIL_FROM_CUT_OFF', `DMARC records part the MAIL FROM domain ${domain} from ${ses.domain}`);
  }
  if (real) {
    const summary = `The MAIL FROM domain ${domain} aligns with ${ses.domain}`;
    return say(mf05, { status: 'PASS', reason: 'MAIL_FROM_ALIGNS', summary, evidence });
  }
  return say(mf05, {
    status: 'WARN',
    reason: 'STRICT_SPF',
    summary: `${ses.domain} has aspf=s, under which no MAIL FROM of SES can align`,
    evidence,
    fix: {
      text: 'Relax aspf in the DMARC record (take the tag out), or leave the alignment to DKIM: a MAIL FROM of SES is a subdomain by rule.',
    },
    cause: identityCause(facts, 'ALIGN-02'),
  });
}
