import { dns04 } from '../../lambda/controls/dns-04.ts';
import type { DomainFacts, IdentitySummary } from '../../lambda/facts/types.ts';
import { summary as healthy } from './domain-identities.ts';
import { found, fromDomainFacts, servfail } from './facts.ts';
import { describeControl } from './paired.ts';

const summary = (change: Partial<IdentitySummary> = {}): IdentitySummary => ({ ...healthy(), ...change });
const pending = (one: IdentitySummary): IdentitySummary => ({
  ...one,
  dkim: { ...one.dkim, status: 'PENDING' },
});
const leftover = (change: Partial<DomainFacts> = {}) =>
  fromDomainFacts((facts) => {
    facts.from.legacyVerification = found(['pmBGN/7MjnfhTKUZ06Enqq1PeGUaOkw8lGhcfwefcHU=']);
    Object.assign(facts, { identities: [summary()], coverageComplete: true, ...change });
  });

describeControl(dns04, [
  {
    when: 'nothing stands there',
    facts: fromDomainFacts(),
    says: { status: 'PASS', reason: 'NO_LEGACY_VERIFICATION' },
  },
  {
    when: 'every identity of the domain is verified by DKIM, and all was seen',
    facts: leftover({ identities: [summary(), summary({ region: 'us-east-1' })] }),
    says: { status: 'PASS', reason: 'LEGACY_VERIFICATION_STALE', summary: /is a leftover/ },
  },
  {
    when: 'addresses need no TXT of their domain',
    facts: leftover({
      identities: [summary(), pending(summary({ type: 'EMAIL_ADDRESS', name: 'a@example.com' }))],
    }),
    says: { status: 'PASS', reason: 'LEGACY_VERIFICATION_STALE' },
  },
  {
    when: 'one identity is not verified by DKIM',
    facts: leftover({ identities: [summary(), pending(summary({ region: 'us-east-1' }))] }),
    says: { status: 'NOT_APPLICABLE', reason: 'LEGACY_VERIFICATION_IN_USE' },
  },
  {
    when: 'only addresses of the domain are identities',
    facts: leftover({ identities: [summary({ type: 'EMAIL_ADDRESS', name: 'a@example.com' })] }),
    says: { status: 'NOT_APPLICABLE', reason: 'LEGACY_VERIFICATION_IN_USE' },
  },
  {
    when: 'a target was not seen',
    facts: leftover({ coverageComplete: false }),
    says: { status: 'NOT_APPLICABLE', reason: 'LEGACY_VERIFICATION_IN_USE' },
  },
  {
    when: 'an identity of the domain could not be compared',
    facts: leftover({ identitiesUnread: 1 }),
    says: { status: 'NOT_APPLICABLE', reason: 'LEGACY_VERIFICATION_IN_USE' },
  },
  {
    when: 'the identities were not gathered',
    facts: fromDomainFacts(({ from }) => (from.legacyVerification = found(['token']))),
    says: { status: 'UNKNOWN', reason: 'IDENTITIES_UNKNOWN' },
  },
  {
    when: 'DNS does not answer',
    facts: fromDomainFacts(({ from }) => (from.legacyVerification = servfail())),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
]);
