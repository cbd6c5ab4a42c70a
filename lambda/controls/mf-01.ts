import type { IdentityFacts } from '../facts/types.ts';
import { dkimLegCause, misalignmentCause } from './causes.ts';
import { cannotSendYet } from './exemption.ts';
import { commandFix, mxRecord, newMailFromName, putMailFrom, SES_SPF, txt } from './fixes.ts';
import { effectiveMailFrom } from './mail-from.ts';
import {
  mailFromSettingReasons,
  outsideMailFromScope,
  type MailFromSettingReason,
} from './mail-from-scope.ts';
import { say } from './say.ts';
import { identityCause, type Cause } from './subjects.ts';
import type { Control, Fix } from './types.ts';
import { verdictOf, type Verdict } from './verdict.ts';

type Reason =
  | 'CUSTOM_MAIL_FROM'
  | 'MAIL_FROM_DEFAULT'
  | 'MAIL_FROM_DEFAULT_UNALIGNED'
  | 'BOTH_LEGS_WANTED'
  | 'DKIM_LEG_UNKNOWN'
  | 'NOT_YET_VERIFIED'
  | MailFromSettingReason;

export const mf01: Control<IdentityFacts, Reason> = {
  id: 'MF-01',
  revision: 1,
  title: 'A custom MAIL FROM domain is set',
  subject: 'identity',
  tier: 1,
  severity: 'MEDIUM',
  reads: ['ses:GetEmailIdentity'],
  asserts: 'What this identity sends has a MAIL FROM under its own domain.',
  why: 'With SES’s default MAIL FROM, SPF passes for amazonses.com, which never aligns with the From domain: DKIM stands alone.',
  evidence: 'The MAIL FROM in effect, whose setting it is, and its status or whether DKIM aligns.',
  remedy:
    'MX and SPF record of a new name below the identity’s domain, and the command that sets it, with the fallback to SES’s own MAIL FROM. Nobody looked whether the name is free: see first.',
  sources: ['Amazon SES developer guide: Using a custom MAIL FROM domain', 'RFC 9989 section 4.4.2'],
  reasons: {
    CUSTOM_MAIL_FROM: { statuses: ['PASS'], means: 'A custom MAIL FROM is set; MF-02 to -04 judge it.' },
    MAIL_FROM_DEFAULT: {
      statuses: ['WARN'],
      severity: 'LOW',
      class: 0,
      means: 'None is set; DKIM aligns and carries DMARC alone.',
    },
    BOTH_LEGS_WANTED: {
      statuses: ['FAIL'],
      class: 1,
      means: 'None is set; DKIM aligns, but the settings ask for both DKIM and SPF.',
    },
    MAIL_FROM_DEFAULT_UNALIGNED: {
      statuses: ['FAIL'],
      class: 2,
      means: 'None is set and DKIM does not align either, so nothing aligns.',
    },
    DKIM_LEG_UNKNOWN: {
      statuses: ['UNKNOWN'],
      means: 'None is set; whether that matters depends on DKIM, which could not be judged.',
    },
    NOT_YET_VERIFIED: {
      statuses: ['NOT_APPLICABLE'],
      means: 'None is set, and the identity waits for its first verification: no mail can leave yet.',
    },
    ...mailFromSettingReasons,
  },
  judge(facts, context) {
    const outside = outsideMailFromScope(mf01, facts, context);
    if (outside) return [outside];
    const setting = effectiveMailFrom(facts);
    if (setting.kind === 'CUSTOM') {
      const { domain, owner, status } = setting;
      const summary = `The MAIL FROM domain is ${domain}`;
      const evidence = { mailFrom: domain, owner, status };
      return [say(mf01, { status: 'PASS', reason: 'CUSTOM_MAIL_FROM', summary, evidence })];
    }
    if (cannotSendYet(facts)) {
      const summary = `${facts.name} waits for verification: no mail can leave yet`;
      return [say(mf01, { status: 'NOT_APPLICABLE', reason: 'NOT_YET_VERIFIED', summary })];
    }
    const verdict = verdictOf(facts);
    const { dkimAligned } = verdict;
    const wantBoth = context.settings.requireBothLegs;
    const evidence = { mailFrom: 'amazonses.com', owner: setting.owner, dkimAligned };
    const spf = 'No custom MAIL FROM is set: SPF passes for amazonses.com and does not align';
    const fix = fixFor(facts, setting.owner);
    if (dkimAligned === 'unknown' && !wantBoth) {
      const summary = 'Not judged: no custom MAIL FROM is set, and whether DKIM aligns is not known';
      return [say(mf01, { status: 'UNKNOWN', reason: 'DKIM_LEG_UNKNOWN', summary, evidence })];
    }
    const cause = causeOf(facts, setting.owner, verdict);
    const more = { evidence, fix, ...(cause ? { cause } : {}) };
    if (dkimAligned === false) {
      const summary = `${spf}; DKIM does not align either`;
      return [say(mf01, { status: 'FAIL', reason: 'MAIL_FROM_DEFAULT_UNALIGNED', summary, ...more })];
    }
    if (wantBoth) {
      const summary = `${spf}; the settings ask for both DKIM and SPF`;
      return [say(mf01, { status: 'FAIL', reason: 'BOTH_LEGS_WANTED', summary, ...more })];
    }
    const summary = `${spf}; DKIM alone carries DMARC`;
    return [say(mf01, { status: 'WARN', reason: 'MAIL_FROM_DEFAULT', summary, ...more })];
  },
};

/** Where another identity's settings count it is that one's line; where DKIM broke, or does not align, why it does not is. */
function causeOf(facts: IdentityFacts, owner: string, verdict: Verdict): Cause | undefined {
  if (owner !== facts.name) return identityCause(facts, 'MF-01', owner);
  if (verdict.dkimAligned !== false) return undefined;
  return dkimLegCause(facts) ?? misalignmentCause(facts, verdict, 'dkim');
}

function fixFor(facts: IdentityFacts, owner: string): Fix {
  const domain = owner.slice(owner.lastIndexOf('@') + 1).toLowerCase();
  const mailFrom = newMailFromName(domain, facts.region);
  return commandFix(
    facts,
    `Publish the two records, then set the MAIL FROM of ${owner}. If ${mailFrom} has records of any type or is an identity itself, choose another label.`,
    putMailFrom(owner, mailFrom, 'USE_DEFAULT_VALUE'),
    { publish: [mxRecord(mailFrom, facts.region), txt(mailFrom, SES_SPF)], unseen: true },
  );
}
