/** How many open findings each waiver covers, whether or not it is still in force: who ends, who is needed, who is not. */
import type { Waiver } from '../contract.ts';
import { covers } from '../controls/waivers.ts';
import type { Subject } from '../controls/types.ts';
import { isOpen } from './compare.ts';
import { listFindings } from './listing.ts';
import type { Store } from './store.ts';
import type { StoredFinding } from './types.ts';

/** A waiver of the settings, with the number of open findings that it covers. */
export interface WaiverUse {
  waiver: Waiver;
  open: number;
}

/** Counts while findings pass by: for whoever reads them all anyway. */
export function createWaiverCount(waivers: readonly Waiver[]): {
  add(listed: { subject: Subject; key: string; finding: Pick<StoredFinding, 'known'> }): void;
  /** In the order of the settings. */
  result(): WaiverUse[];
} {
  const counted = waivers.map((waiver): WaiverUse => ({ waiver, open: 0 }));
  return {
    add({ subject, key, finding: { known } }) {
      if (!known || !isOpen(known)) return;
      for (const use of counted) if (covers(use.waiver, subject, key)) use.open += 1;
    },
    result: () => counted,
  };
}

/** Reads every finding; without a waiver nothing. */
export async function countWaiverMatches(store: Store, waivers: readonly Waiver[]): Promise<WaiverUse[]> {
  const count = createWaiverCount(waivers);
  if (waivers.length > 0) for await (const listed of listFindings(store)) count.add(listed);
  return count.result();
}
