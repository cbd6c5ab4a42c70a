/** Every fault that the simulated organization can have, by name. */
import { CONFIGURATION_SET_FAULTS } from './configuration-set.ts';
import { DKIM_FAULTS } from './dkim.ts';
import { DMARC_TAG_FAULTS } from './dmarc-tags.ts';
import { DMARC_FAULTS } from './dmarc.ts';
import { IDENTITY_FAULTS } from './identity.ts';
import { MAIL_FROM_FAULTS } from './mail-from.ts';
import { ACCOUNT_FAULTS, TARGET_FAULTS } from './organization.ts';
import { SPF_FAULTS } from './spf.ts';
import { SURROUNDING_FAULTS } from './surroundings.ts';
import { TARGET_HEALTH_FAULTS } from './target-health.ts';
import type { AccountFault, IdentityFault, TargetFault } from './types.ts';

const ON_IDENTITIES = {
  ...IDENTITY_FAULTS,
  ...DKIM_FAULTS,
  ...MAIL_FROM_FAULTS,
  ...DMARC_FAULTS,
  ...SPF_FAULTS,
  ...DMARC_TAG_FAULTS,
  ...CONFIGURATION_SET_FAULTS,
  ...SURROUNDING_FAULTS,
};
const ON_TARGETS = { ...TARGET_FAULTS, ...TARGET_HEALTH_FAULTS };

export type IdentityFaultName = keyof typeof ON_IDENTITIES;
export type TargetFaultName = keyof typeof ON_TARGETS;
export type AccountFaultName = keyof typeof ACCOUNT_FAULTS;
export type FaultName = IdentityFaultName | TargetFaultName | AccountFaultName;

export const FAULTS: {
  identity: Record<IdentityFaultName, IdentityFault>;
  target: Record<TargetFaultName, TargetFault>;
  account: Record<AccountFaultName, AccountFault>;
} = { identity: ON_IDENTITIES, target: ON_TARGETS, account: ACCOUNT_FAULTS };
