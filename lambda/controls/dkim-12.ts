import type { IdentityFacts } from '../facts/types.ts';
import { dkimRecordsControl } from './causes.ts';
import { ownTokens, ownTokensReasons, type OwnTokensReason } from './dkim-scope.ts';
import { recordsAreRight, tokenEvidence, type TokenView } from './dkim-tokens.ts';
import { commandFix, missingCnames, restartDkim } from './fixes.ts';
import { say } from './say.ts';
import { identityCause } from './subjects.ts';
import type { Control, Finding } from './types.ts';
import { dnsReasons, dnsUnknown, resolverUnusable, unknownDns, type DnsReason } from './unknowns.ts';

type Reason =
  | 'DKIM_AGREES'
  | 'DKIM_PARTLY_LIVE'
  | 'DKIM_DNS_LOST'
  | 'DKIM_REVERIFY'
  | 'DKIM_NOT_SETTLED'
  | 'SIGNING_OFF'
  | 'SELECTOR_NOT_GIVEN'
  | OwnTokensReason
  | DnsReason;

export const dkim12: Control<IdentityFacts, Reason> = {
  id: 'DKIM-12',
  revision: 1,
  title: 'SES’s word on DKIM agrees with live DNS',
  subject: 'identity',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetEmailIdentity'],
  asserts: 'SES says SUCCESS while keys are live, or FAILED while they are not.',
  why: 'SES may say SUCCESS for days after the records are gone; and after FAILED it does not look again, however right they are now.',
  evidence: 'SES’s status, and for each name what was found and whether its key is live.',
  remedy:
    'The CNAME records that DNS lacks, or, where all are right, the command that restarts the verification.',
  sources: [
    'Amazon SES API v2: DkimAttributes.Status',
    'Amazon SES developer guide: Easy DKIM in Amazon SES',
  ],
  reasons: {
    DKIM_AGREES: {
      statuses: ['PASS'],
      means:
        'SES and DNS say the same: keys are live after SUCCESS, or not every record is right after FAILED (a copy of SES’s key is not).',
    },
    DKIM_PARTLY_LIVE: {
      statuses: ['PASS'],
      means: 'Some keys are live and some are not; DKIM-05 and -08 speak.',
    },
    DKIM_DNS_LOST: {
      statuses: ['FAIL'],
      means: 'SES says SUCCESS, but no key is live: it has not noticed yet.',
    },
    DKIM_REVERIFY: {
      statuses: ['FAIL'],
      means:
        'Every record is right and its key live, but SES gave up earlier: it does not sign and no longer looks.',
    },
    DKIM_NOT_SETTLED: {
      statuses: ['NOT_APPLICABLE'],
      means: 'SES has not made up its mind; DKIM-02 speaks.',
    },
    SIGNING_OFF: {
      statuses: ['NOT_APPLICABLE'],
      means: 'Signing is switched off, so that no signature can fail; DKIM-01 speaks.',
    },
    SELECTOR_NOT_GIVEN: {
      statuses: ['UNKNOWN'],
      means: 'SES does not tell the selector of the identity’s own key.',
    },
    ...ownTokensReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const own = ownTokens(dkim12, facts, context);
    if (own.kind === 'finding') return [own.finding];
    if (facts.effective.dkim.kind === 'unsigned') {
      const summary = `Mail of ${facts.name} leaves unsigned: signing is switched off`;
      return [say(dkim12, { status: 'NOT_APPLICABLE', reason: 'SIGNING_OFF', summary })];
    }
    const { status } = facts.ses.dkim;
    if (status !== 'SUCCESS' && status !== 'FAILED') {
      const summary = `SES says ${status} of DKIM of ${facts.name}`;
      return [say(dkim12, { status: 'NOT_APPLICABLE', reason: 'DKIM_NOT_SETTLED', summary })];
    }
    if (own.kind === 'SELECTOR_NOT_GIVEN') {
      const summary = `Not judged: SES does not tell the selector of ${facts.name}'s own key`;
      return [say(dkim12, { status: 'UNKNOWN', reason: 'SELECTOR_NOT_GIVEN', summary })];
    }
    const unusable = resolverUnusable(dkim12, facts);
    if (unusable) return [unusable];
    return [status === 'SUCCESS' ? sesSaysSuccess(facts, own) : sesSaysFailed(facts, own)];
  },
};

interface Own {
  kind: 'EASY' | 'BYODKIM';
  tokens: TokenView[];
}

/** Any live key is enough to agree; some dead beside it are DKIM-05's and -08's matter. */
function sesSaysSuccess(facts: IdentityFacts, own: Own): Finding<Reason> {
  const evidence = evidenceOf(facts, own);
  const live = own.tokens.filter((token) => token.live === 'live').length;
  if (live > 0) {
    const all = live === own.tokens.length;
    const summary = all
      ? `Every DKIM key of ${facts.name} is live, as SES says`
      : `${live} of ${own.tokens.length} DKIM keys of ${facts.name} are live`;
    return say(dkim12, {
      status: 'PASS',
      reason: all ? 'DKIM_AGREES' : 'DKIM_PARTLY_LIVE',
      summary,
      evidence,
    });
  }
  const open = own.tokens.find((token) => token.live === 'unknown');
  if (open) return keyUnknown(open, evidence);
  const control = dkimRecordsControl(own);
  return say(dkim12, {
    status: 'FAIL',
    reason: 'DKIM_DNS_LOST',
    summary: `SES still reports SUCCESS for DKIM of ${facts.name}, but no key is live in DNS: every signature fails`,
    evidence,
    fix: {
      text: 'Mend the records at once; SES has not noticed yet and still signs, so mail verifies again as soon as they are back.',
      publish: own.kind === 'EASY' ? missingCnames(own.tokens) : [],
    },
    ...(control ? { cause: identityCause(facts, control) } : {}),
  });
}

function sesSaysFailed(facts: IdentityFacts, own: Own): Finding<Reason> {
  const evidence = evidenceOf(facts, own);
  if (recordsAreRight(own.tokens) === false) {
    const summary = `SES gave up on DKIM of ${facts.name}, and not every record is right`;
    return say(dkim12, { status: 'PASS', reason: 'DKIM_AGREES', summary, evidence });
  }
  const open = own.tokens.find((token) => token.live === 'unknown');
  if (open) return keyUnknown(open, evidence);
  return say(dkim12, {
    status: 'FAIL',
    reason: 'DKIM_REVERIFY',
    summary: `Every DKIM record of ${facts.name} is right now, but SES gave up earlier: it does not sign and no longer looks`,
    evidence,
    fix:
      own.kind === 'EASY'
        ? commandFix(facts, 'Restart the verification; the records are right.', restartDkim(facts.ses.domain))
        : {
            text: 'Give SES the selector and the private key again (put-email-identity-dkim-signing-attributes, origin EXTERNAL).',
          },
    cause: identityCause(facts, 'DKIM-02'),
  });
}

function keyUnknown(token: TokenView, evidence: Finding['evidence']): Finding<Reason> {
  const because = token.because ?? unknownDns(token.record?.txt) ?? 'DNS_NOT_ASKED';
  return dnsUnknown(dkim12, because, token.name, evidence);
}

function evidenceOf(facts: IdentityFacts, own: Own): Finding['evidence'] {
  const live = own.tokens.map(({ name, live }) => ({ name, live }));
  const described = tokenEvidence(own.tokens);
  return {
    sesStatus: facts.ses.dkim.status,
    records: live.map((one, index) => ({ ...one, found: described[index]?.['found'] ?? '' })),
  };
}
