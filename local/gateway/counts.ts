/** How often what was called, by whom and where. */

export interface CallCount {
  service: string;
  action: string;
  accountId: string;
  region: string;
  calls: number;
  /** Of `calls`, those answered with an error (throttled and injected ones too). */
  errors: number;
}

export interface CallCounter {
  add(call: Pick<CallCount, 'service' | 'action' | 'accountId' | 'region'>): CallCount;
  /** Copies, sorted by service, action, account, Region. */
  list(): CallCount[];
  reset(): void;
}

export function createCallCounter(): CallCounter {
  let rows = new Map<string, CallCount>();
  const keyOf = (row: Pick<CallCount, 'service' | 'action' | 'accountId' | 'region'>): string =>
    [row.service, row.action, row.accountId, row.region].join(' ');
  return {
    add(call) {
      const row = rows.get(keyOf(call)) ?? { ...call, calls: 0, errors: 0 };
      row.calls += 1;
      rows.set(keyOf(call), row);
      return row;
    },
    list() {
      return [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => ({ ...row }));
    },
    reset() {
      rows = new Map();
    },
  };
}

/** The counts as a table of plain text, one line a row, with a total. */
export function renderCounts(counts: CallCount[]): string {
  const total = counts.reduce((sum, row) => sum + row.calls, 0);
  const errors = counts.reduce((sum, row) => sum + row.errors, 0);
  const lines = [
    ['service', 'action', 'account', 'region', 'calls', 'errors'],
    ...counts.map((row) => [
      row.service,
      row.action,
      row.accountId,
      row.region,
      `${row.calls}`,
      `${row.errors}`,
    ]),
    ['total', '', '', '', `${total}`, `${errors}`],
  ];
  const widths = [0, 1, 2, 3, 4, 5].map((column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column < 4 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}
