/** Every fault that the simulated organization can have, by name. */
import { DKIM_FAULTS } from './dkim.ts';
import { DMARC_FAULTS } from './dmarc.ts';
import { IDENTITY_FAULTS } from './identity.ts';
import { MAIL_FROM_FAULTS } from './mail-from.ts';
import { ACCOUNT_FAULTS, TARGET_FAULTS } from './organization.ts';
import type { AccountFault, IdentityFault, TargetFault } from './types.ts';

const ON_IDENTITIES = { ...IDENTITY_FAULTS, ...DKIM_FAULTS, ...MAIL_FROM_FAULTS, ...DMARC_FAULTS };

export type IdentityFaultName = keyof typeof ON_IDENTITIES;
export type TargetFaultName = keyof typeof TARGET_FAULTS;
export type AccountFaultName = keyof typeof ACCOUNT_FAULTS;
export type FaultName = IdentityFaultName | TargetFaultName | AccountFaultName;

export const FAULTS: {
  identity: Record<IdentityFaultName, IdentityFault>;
  target: Record<TargetFaultName, TargetFault>;
  account: Record<AccountFaultName, AccountFault>;
} = { identity: ON_IDENTITIES, target: TARGET_FAULTS, account: ACCOUNT_FAULTS };
