/** A whole scan of a World, as it is run: the workflow, the handlers, SES and DNS over the wire, an empty table. */
import type { ScanSettings } from '../../lambda/contract.ts';
import type { Finding, Subject } from '../../lambda/controls/types.ts';
import { EXAMPLE_CORP_SETTINGS } from '../../local/organization/build-world.ts';
import type { World } from '../../local/organization/types.ts';
import { PATIENT_DNS, readItems, startSandbox } from '../scan/support.ts';

export interface Said {
  subject: Subject;
  findings: Finding[];
}

/**
 * What a first scan says of every subject that it sees, with the settings of Example Corp.
 * @throws Error where the scan does not succeed
 */
export async function scanWhole(world: World, settings: Partial<ScanSettings> = {}): Promise<Said[]> {
  const sandbox = await startSandbox(world, { ...EXAMPLE_CORP_SETTINGS, dns: PATIENT_DNS, ...settings });
  try {
    const { execution } = await sandbox.scan();
    if (execution.status !== 'SUCCEEDED') throw new Error(JSON.stringify(execution.error));
    const said: Said[] = [];
    for (const item of (await readItems()).values()) {
      if (item['subject'] === undefined || item['findings'] === undefined) continue;
      const { subject } = item as { subject: Subject };
      const stored = await sandbox.table.readSubject(subject);
      if (stored)
        said.push({ subject, findings: Object.values(stored.findings).map(({ latest }) => latest) });
    }
    return said;
  } finally {
    await sandbox.close();
  }
}
