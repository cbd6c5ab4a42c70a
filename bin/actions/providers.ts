/** The provider matrix of earlier scans, for the terminal or as JSON. */
import pc from 'picocolors';
import { PROVIDERS, type ProviderRow, type ProviderState } from '../../lambda/report/provider-matrix.ts';
import { readProviders } from '../../lambda/report/providers.ts';
import type { ProvidersOptions } from '../commands/providers.ts';
import { interruption, printable } from '../interruption.ts';
import { withStoredTable } from '../stored-table.ts';

/** @throws Error with one sentence: no scans in the folder, or no From domain of that name among them */
export async function showProviders(domain: string | undefined, options: ProvidersOptions): Promise<void> {
  interruption.watch();
  const wanted = domain?.toLowerCase().replace(/\.$/, '');
  const rows = await withStoredTable(options, (table) => readProviders(table, wanted));
  if (rows.length === 0 && wanted !== undefined) {
    // An empty list would be taken for "nothing is wrong".
    throw new Error(
      `The scans hold no From domain ${wanted} and none below it. \`ses-posture providers\` lists all.`,
    );
  }
  if (options.json) console.log(JSON.stringify(rows, null, 2));
  else console.log(rows.length === 0 ? 'The scans hold no From domain.' : textOf(rows));
}

const COLOURS: { [state in ProviderState]: (text: string) => string } = {
  ready: pc.green,
  'not ready': pc.red,
  unknown: pc.yellow,
  'not applicable': pc.gray,
};

/** A block a domain: the reasons are too long for a table of six columns. */
export function textOf(rows: readonly ProviderRow[]): string {
  const widest = Math.max(...PROVIDERS.map(({ name }) => name.length));
  const blocks = rows.map(({ domain, cells }) => {
    const lines = PROVIDERS.map(({ name }) => {
      const { state, because } = cells[name];
      const why = because.length > 0 ? `: ${because.map(printable).join('; ')}` : '';
      return `  ${name.padEnd(widest)}  ${COLOURS[state](state)}${why}`;
    });
    return [printable(domain), ...lines].join('\n');
  });
  return blocks.join('\n\n');
}
