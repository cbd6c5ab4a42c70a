import type { IdentityFacts } from '../facts/types.ts';
import { dkimLegCause } from './causes.ts';
import { cannotSendYet } from './exemption.ts';
import { commandFix, putMailFrom } from './fixes.ts';
import { mxState, type MxState } from './mail-from.ts';
import {
  ownMailFrom,
  ownMailFromReasons,
  type OwnMailFrom,
  type OwnMailFromReason,
} from './own-mail-from.ts';
import { say } from './say.ts';
import { domainCause, identityCause, type Cause } from './subjects.ts';
import type { Control, Finding, Fix } from './types.ts';
import { dnsReasons, dnsUnknown, type DnsReason } from './unknowns.ts';
import { verdictOf } from './verdict.ts';

type Reason =
  | 'REJECTS_IF_BROKEN'
  | 'FALLS_BACK'
  | 'MAIL_REFUSED'
  | 'MAIL_SOON_REFUSED'
  | 'FALLBACK_UNALIGNED'
  | 'DKIM_LEG_UNKNOWN'
  | 'NOT_YET_VERIFIED'
  | OwnMailFromReason
  | DnsReason;

export const mf07: Control<IdentityFacts, Reason> = {
  id: 'MF-07',
  revision: 1,
  title: 'What SES does when the MAIL FROM breaks costs no mail',
  subject: 'identity',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetEmailIdentity'],
  asserts:
    'Where SES is to refuse mail when the MAIL FROM breaks, it is sound; where it is to fall back to its own, DKIM aligns without it.',
  why: 'REJECT_MESSAGE turns a lost MX into mail that never leaves; USE_DEFAULT_VALUE without DKIM turns it into mail that silently stops aligning.',
  evidence: 'BehaviorOnMxFailure, the status of the MAIL FROM domain, its MX, and whether DKIM aligns.',
  remedy: 'The command that lets mail leave again, while the records are mended as MF-02 to MF-04 say.',
  sources: [
    'Amazon SES API v2: MailFromAttributes.BehaviorOnMxFailure',
    'Amazon SES developer guide: Using a custom MAIL FROM domain',
  ],
  reasons: {
    REJECTS_IF_BROKEN: { statuses: ['PASS'], means: 'SES would refuse mail, but the MAIL FROM is sound.' },
    FALLS_BACK: {
      statuses: ['PASS'],
      means: 'SES would use its own MAIL FROM, and DKIM aligns all the same.',
    },
    MAIL_REFUSED: {
      statuses: ['FAIL'],
      severity: 'HIGH',
      class: 2,
      means: 'SES refuses mail now: it has not verified the MAIL FROM.',
    },
    MAIL_SOON_REFUSED: {
      statuses: ['FAIL'],
      severity: 'HIGH',
      class: 1,
      means: 'The MX is gone or wrong, and SES refuses mail as soon as it notices.',
    },
    FALLBACK_UNALIGNED: {
      statuses: ['WARN'],
      means: 'DKIM does not align, so that the fallback would silently end all alignment.',
    },
    DKIM_LEG_UNKNOWN: {
      statuses: ['UNKNOWN'],
      means: 'Whether the fallback matters depends on DKIM, which could not be judged.',
    },
    NOT_YET_VERIFIED: {
      statuses: ['NOT_APPLICABLE'],
      means: 'The identity waits for its first verification: no mail can leave yet.',
    },
    ...ownMailFromReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const own = ownMailFrom(mf07, facts, context);
    if ('finding' in own) return [own.finding];
    const { setting } = own;
    if (cannotSendYet(facts)) {
      const summary = `${facts.name} waits for verification: no mail can leave yet`;
      return [say(mf07, { status: 'NOT_APPLICABLE', reason: 'NOT_YET_VERIFIED', summary })];
    }
    return [
      setting.behaviorOnMxFailure === 'REJECT_MESSAGE'
        ? rejecting(facts, setting)
        : fallingBack(facts, setting),
    ];
  },
};

/**
 * MF-02 to MF-04 say what broke; that mail stops is what follows from it, so theirs is the line and this stands beneath
 * it, with its own severity.
 */
function rejecting(facts: IdentityFacts, setting: OwnMailFrom): Finding<Reason> {
  const { domain, status } = setting;
  const mx = facts.mailFrom && mxState(facts.mailFrom.mx);
  const evidence = { ...evidenceOf(setting), mx: mx?.kind ?? null };
  if (status !== 'SUCCESS') {
    return say(mf07, {
      status: 'FAIL',
      reason: 'MAIL_REFUSED',
      summary: `SES refuses what ${facts.name} sends: the MAIL FROM domain ${domain} is ${status}, and mail is to be rejected then`,
      evidence,
      fix: fallbackFix(facts, setting),
      cause: identityCause(facts, 'MF-02'),
    });
  }
  if (mx === undefined || mx.kind === 'unknown') {
    const because = facts.dnsUnusable === undefined ? 'DNS_NOT_ASKED' : 'RESOLVER_UNUSABLE';
    return dnsUnknown(mf07, mx?.because ?? because, `the MX of ${domain}`, evidence);
  }
  if (mx.kind === 'ses') {
    const summary = `SES would refuse mail if the MX of ${domain} broke; it is sound`;
    return say(mf07, { status: 'PASS', reason: 'REJECTS_IF_BROKEN', summary, evidence });
  }
  return say(mf07, {
    status: 'FAIL',
    reason: 'MAIL_SOON_REFUSED',
    summary: `The MX of ${domain} is gone or wrong: as soon as SES notices, it refuses what ${facts.name} sends`,
    evidence,
    fix: fallbackFix(facts, setting),
    cause: mxCause(facts, domain, mx),
  });
}

function mxCause(facts: IdentityFacts, domain: string, mx: MxState): Cause {
  const countWrong = mx.kind === 'missing' || mx.kind === 'multiple';
  return countWrong ? domainCause(domain, 'MF-03') : identityCause(facts, 'MF-04');
}

function fallbackFix(facts: IdentityFacts, setting: OwnMailFrom): Fix {
  const aligned = verdictOf(facts).dkimAligned === true;
  const meanwhile = aligned ? 'DKIM aligns without it' : 'it will not align, because DKIM does not either';
  return commandFix(
    facts,
    `Mend the MAIL FROM as MF-02, MF-03 and MF-04 say. To let mail leave meanwhile (${meanwhile}), let SES fall back to its own MAIL FROM.`,
    putMailFrom(facts.name, setting.domain, 'USE_DEFAULT_VALUE'),
  );
}

function fallingBack(facts: IdentityFacts, setting: OwnMailFrom): Finding<Reason> {
  const { domain } = setting;
  const { dkimAligned } = verdictOf(facts);
  const evidence = { ...evidenceOf(setting), dkimAligned };
  if (dkimAligned === 'unknown') {
    const summary = `Not judged: whether the fallback of ${domain} matters depends on DKIM, which is not known`;
    return say(mf07, { status: 'UNKNOWN', reason: 'DKIM_LEG_UNKNOWN', summary, evidence });
  }
  if (dkimAligned) {
    const summary = `If the MX of ${domain} broke, SES would use its own MAIL FROM, and DKIM would carry DMARC`;
    return say(mf07, { status: 'PASS', reason: 'FALLS_BACK', summary, evidence });
  }
  const cause = dkimLegCause(facts) ?? identityCause(facts, 'DKIM-03');
  return say(mf07, {
    status: 'WARN',
    reason: 'FALLBACK_UNALIGNED',
    summary: `DKIM of ${facts.name} does not align: if the MX of ${domain} breaks, mail goes on without any alignment`,
    evidence,
    fix: { text: 'Mend DKIM as DKIM-01 to DKIM-12 say: then the fallback costs nothing.' },
    cause,
  });
}

function evidenceOf({ domain, status, behaviorOnMxFailure }: OwnMailFrom): { [key: string]: string } {
  return { mailFrom: domain, status, behaviorOnMxFailure };
}
