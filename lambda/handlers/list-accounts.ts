/** State ListAccounts. */
import type { ListAccountsInput } from '../contract.ts';
import { listAccounts } from '../scan/list-accounts.ts';
import { instrument } from './instrument.ts';

export const handler = instrument('ListAccounts', async (event: ListAccountsInput, { runtime, logger }) => {
  const output = await listAccounts(event, runtime);
  logger.info(output.duplicate ? 'Duplicate of an earlier scan' : 'Accounts listed', {
    scanId: output.scan.id,
    accounts: output.accounts.length,
    regions: output.scan.regions.length,
  });
  return output;
});
