/** What the settings and the command line may call a control. */
import { CONTROL_PAGES } from '../lambda/controls/catalogue.ts';
import { matchesPattern } from '../lambda/controls/waivers.ts';

/** @param pattern an id in any letter case, or a pattern such as `DMARC-*` */
export function namesControl(pattern: string): boolean {
  return CONTROL_PAGES.some(({ id }) => matchesPattern(pattern, id));
}
