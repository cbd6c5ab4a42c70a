/** Every scenario there is, in the groups that are scanned together. What is not listed here is not run. */
import type { ScenarioGroup } from './scenario.ts';
import { API_SITUATIONS } from './situations/api.ts';
import { DEDICATED_CONTROLS } from './situations/controls-dedicated.ts';
import { DMARC_CONTROLS } from './situations/controls-dmarc.ts';
import { DOMAIN_CONTROLS } from './situations/controls-domain.ts';
import { ENDPOINT_CONTROLS } from './situations/controls-endpoints.ts';
import { IDENTITY_FAULTS } from './situations/controls-identity-faults.ts';
import { IDENTITY_CONTROLS } from './situations/controls-identity.ts';
import { INHERITANCE_CONTROLS } from './situations/controls-inheritance.ts';
import { LATER_CONTROLS, TWO_RESOLVER_CONTROLS, UNSEEN_CONTROLS } from './situations/controls-later.ts';
import { DECLARED_CONTROLS, SWITCHED_OFF_CONTROLS } from './situations/controls-settings.ts';
import { TARGET_CONTROLS } from './situations/controls-target.ts';
import { UNREAD_ZONE_CONTROLS, ZONE_CONTROLS } from './situations/controls-zones.ts';
import { DKIM_SITUATIONS } from './situations/dkim.ts';
import { DMARC_SITUATIONS } from './situations/dmarc.ts';
import { IDENTITY_SITUATIONS } from './situations/identity.ts';
import { MAIL_FROM_SITUATIONS } from './situations/mail-from.ts';

/** Every row of "Situations to test" of the catalogue of controls. */
export const SITUATIONS: readonly ScenarioGroup[] = [
  { title: 'V1', scenarios: DMARC_SITUATIONS },
  {
    title: 'V2',
    scenarios: [...DKIM_SITUATIONS, ...MAIL_FROM_SITUATIONS, ...IDENTITY_SITUATIONS, ...API_SITUATIONS],
  },
];

/** What the situations leave: every control with each status that it can have. */
export const CONTROLS: readonly ScenarioGroup[] = [
  { title: 'of targets', scenarios: [...TARGET_CONTROLS, ...ENDPOINT_CONTROLS] },
  { title: 'of identities', scenarios: [...IDENTITY_CONTROLS, ...IDENTITY_FAULTS, ...INHERITANCE_CONTROLS] },
  { title: 'of domains', scenarios: [...DOMAIN_CONTROLS, ...DMARC_CONTROLS, ...DEDICATED_CONTROLS] },
];

/** The same where settings, an earlier scan or lost coverage decide. */
export const CIRCUMSTANCES: readonly ScenarioGroup[] = [
  { title: 'as settings declare', ...DECLARED_CONTROLS },
  { title: 'switched off', ...SWITCHED_OFF_CONTROLS },
  { title: 'with hosted zones', ...ZONE_CONTROLS },
  { title: 'with hosted zones, after a second scan', ...UNREAD_ZONE_CONTROLS },
  { title: 'after a second scan', ...LATER_CONTROLS },
  { title: 'where something is lost', ...UNSEEN_CONTROLS },
  { title: 'with two resolvers', scenarios: TWO_RESOLVER_CONTROLS, secondOpinion: true },
];
