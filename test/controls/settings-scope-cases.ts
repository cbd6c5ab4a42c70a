/** Whose notifications and configuration set count, for every control that judges those of the winner. */
import type { SettingsScopeReason } from '../../lambda/controls/settings-scope.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import { addressFacts, identityFacts, UNSEEN } from './facts.ts';
import type { Case } from './paired.ts';

/** SES has not verified it, but lets it send, because it has verified the domain above, example.com. */
export function maySendUnverified(facts: IdentityFacts): void {
  Object.assign(facts.ses, { verificationStatus: 'PENDING', verifiedForSending: true });
  facts.effective.winner = 'example.com';
}

export function scopeCases(): Case<IdentityFacts, SettingsScopeReason>[] {
  return [
    {
      when: 'the address is a sandbox recipient',
      facts: addressFacts((facts) => (facts.target.productionAccess = false)),
      says: { status: 'NOT_APPLICABLE', reason: 'SANDBOX_RECIPIENT' },
    },
    {
      when: 'the address is not verified, and its domain is',
      facts: addressFacts((facts) => {
        Object.assign(facts.ses, { verificationStatus: 'PENDING', verifiedForSending: false });
        facts.effective.winner = 'example.com';
      }),
      says: { status: 'NOT_APPLICABLE', reason: 'INHERITED', evidence: { winner: 'example.com' } },
    },
    {
      when: 'the address may send although it is not verified, and its domain is',
      facts: addressFacts((facts) => {
        maySendUnverified(facts);
        facts.ses.configurationSet = 'another';
      }),
      says: { status: 'UNKNOWN', reason: 'SETTINGS_UNDECIDED' },
    },
    {
      when: 'the address may send although it is not verified, and of its domain the notifications are not known',
      facts: addressFacts((facts) => {
        maySendUnverified(facts);
        if (facts.parent) facts.parent.notifications = UNSEEN;
      }),
      says: { status: 'UNKNOWN', reason: 'SETTINGS_UNDECIDED' },
    },
    {
      when: 'the address may send although it is not verified, and another address is',
      facts: addressFacts((facts) => {
        maySendUnverified(facts);
        facts.effective.winner = 'sal@example.com';
      }),
      says: { status: 'UNKNOWN', reason: 'SETTINGS_UNDECIDED' },
    },
    {
      when: 'nothing is verified yet',
      facts: identityFacts((facts) => {
        Object.assign(facts.ses, { verificationStatus: 'PENDING', verifiedForSending: false });
        delete facts.effective.winner;
      }),
      says: { status: 'NOT_APPLICABLE', reason: 'NOT_YET_VERIFIED' },
    },
  ];
}
