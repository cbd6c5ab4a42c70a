import type { IdentityFacts } from '../facts/types.ts';
import { looksLike, mixedScripts, unicodeName } from '../mail-auth/confusables.ts';
import { toAsciiName } from '../mail-auth/names.ts';
import { ownedDomain } from './owned-domains.ts';
import { listed, say } from './say.ts';
import type { Control } from './types.ts';

type Reason =
  'ASCII_NAME' | 'DISTINCT_NAME' | 'MIXED_SCRIPTS' | 'LOOK_ALIKE' | 'NAME_NOT_CONVERTIBLE' | 'NAMES_UNSEEN';

const MOST = 5;

export const ident11: Control<IdentityFacts, Reason> = {
  id: 'IDENT-11',
  revision: 1,
  title: 'No identity imitates a domain of the organization',
  subject: 'identity',
  tier: 2,
  severity: 'LOW',
  reads: ['ses:GetEmailIdentity', 'ses:ListEmailIdentities'],
  asserts:
    'The identity’s domain, compared as A-labels, cannot be taken for an owned domain or another domain identity’s by letters of other scripts.',
  why: 'A name with a Cyrillic а reads like ours and is not: mail From it passes every check, and nobody sees whose it is.',
  evidence:
    'The name as A-labels and as a reader sees it, what it looks like, and the scripts that it mixes.',
  remedy: 'What to ask whom; a look-alike may be held on purpose, so that nobody else gets it.',
  sources: [
    'Unicode UTS 39 sections 4 and 5 (confusables, mixed scripts)',
    'RFC 5890 section 2.3.2.1 (A-labels)',
    'RFC 9989 section 5.3.1',
  ],
  reasons: {
    ASCII_NAME: { statuses: ['PASS'], means: 'The name is plain ASCII.' },
    DISTINCT_NAME: { statuses: ['PASS'], means: 'The name looks like none of the domains known.' },
    MIXED_SCRIPTS: {
      statuses: ['PASS'],
      means: 'A label mixes scripts that do not belong together, but looks like none of the domains known.',
    },
    LOOK_ALIKE: {
      statuses: ['WARN'],
      means: 'The name can be taken for an owned domain, or for another domain identity’s.',
    },
    NAME_NOT_CONVERTIBLE: {
      statuses: ['UNKNOWN'],
      means: 'The name has no A-label form, so there is nothing to compare.',
    },
    NAMES_UNSEEN: {
      statuses: ['UNKNOWN'],
      means:
        'Which other domain identities the target has is not known, and the settings declare no owned domains.',
    },
  },
  judge(facts, { settings }) {
    const { domain } = facts.ses;
    if (toAsciiName(domain) === undefined) {
      const summary = `Not judged: ${facts.name} has no A-label form`;
      return [say(ident11, { status: 'UNKNOWN', reason: 'NAME_NOT_CONVERTIBLE', summary })];
    }
    if (!/(^|\.)xn--/.test(domain)) {
      const summary = `${domain} is a plain ASCII name`;
      return [say(ident11, { status: 'PASS', reason: 'ASCII_NAME', summary })];
    }
    const ours = ownedDomain(domain, settings) !== undefined;
    const owned = ours ? [] : settings.ownedDomains.filter((one) => looksLike(domain, one));
    const similar = ours ? [] : [...new Set([...owned, ...(facts.lookAlikes ?? [])])];
    const scripts = mixedScripts(domain);
    const evidence = {
      name: domain,
      unicode: unicodeName(domain),
      looksLike: similar.slice(0, MOST),
      scripts,
    };
    if (similar.length > 0) {
      const mixed = scripts.length > 1 ? ` (it mixes ${scripts.join(' and ')} letters)` : '';
      return [
        say(ident11, {
          status: 'WARN',
          reason: 'LOOK_ALIKE',
          summary: `${domain} looks like ${listed(similar)} to a reader${mixed}`,
          evidence,
          fix: {
            text:
              `Ask the owner of account ${facts.accountId} what sends From ${domain}. If it is held so that nobody else gets ` +
              `it, add it to the setting ownedDomains; if nobody knows it, pause its sending and look for who created the identity (CloudTrail: CreateEmailIdentity in ${facts.region}).`,
          },
        }),
      ];
    }
    if (!ours && facts.lookAlikes === undefined && settings.ownedDomains.length === 0) {
      const summary = `Not judged: what ${domain} could be taken for is not known`;
      return [say(ident11, { status: 'UNKNOWN', reason: 'NAMES_UNSEEN', summary, evidence })];
    }
    const reason = scripts.length > 1 ? 'MIXED_SCRIPTS' : 'DISTINCT_NAME';
    const summary =
      reason === 'MIXED_SCRIPTS'
        ? `${domain} mixes ${scripts.join(' and ')} letters in one label, but looks like no domain known`
        : `${domain} looks like no other domain known`;
    return [say(ident11, { status: 'PASS', reason, summary, evidence })];
  },
};
