/** Which From domains are known to send in bulk while one target is read, and how seldom the table is asked. */
import { beforeEach, describe, expect, it } from 'vitest';
import { scanSettingsSchema, type ScanSettings } from '../../lambda/contract.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import type { FindingsTable } from '../../lambda/findings/table.ts';
import { createBulkSenders, type BulkSenderReader } from '../../lambda/scan/bulk-senders.ts';
import { addressFacts, freemailFacts, identityFacts, subdomainFacts } from '../controls/facts.ts';

const SINCE = '2026-11-14T06:00:00.000Z';
let asked: string[];
beforeEach(() => {
  asked = [];
});

/** A reader over a table that remembers these registrable domains. */
function reader(
  known: { sent?: number; remembered?: string[] },
  settings: Partial<ScanSettings> = {},
): BulkSenderReader {
  const readBulkSince = (registrable: string): Promise<string | undefined> => {
    asked.push(registrable);
    return Promise.resolve(known.remembered?.includes(registrable) ? SINCE : undefined);
  };
  return createBulkSenders(
    {
      table: { readBulkSince } as unknown as FindingsTable,
      settings: { ...scanSettingsSchema.parse({}), ...settings },
    },
    known.sent === undefined ? {} : { sentLast24Hours: known.sent },
  );
}

const declared = (bulkDomains: { [domain: string]: boolean }) => ({ bulkDomains });
const news = subdomainFacts((facts) => {
  facts.ses.domain = 'news.example.com';
});

describe('a From domain is known to send in bulk', () => {
  it.each<[string, BulkSenderReader, IdentityFacts, IdentityFacts['bulk']]>([
    [
      'by what this target alone sent',
      reader({ sent: 5000 }),
      identityFacts(),
      { because: 'BULK_BY_VOLUME', registrable: 'example.com' },
    ],
    ['not one message below', reader({ sent: 4999 }), identityFacts(), undefined],
    ['not where nobody knows what it sent', reader({}), identityFacts(), undefined],
    [
      'by the memory of the table, also for a name below',
      reader({ remembered: ['example.com'] }),
      news,
      { because: 'BULK_BEFORE', registrable: 'example.com' },
    ],
    [
      'by the nearest declaration above it',
      reader({}, declared({ 'example.com': true, 'shop.example.com': false })),
      news,
      { because: 'BULK_DECLARED', registrable: 'example.com' },
    ],
    [
      'not where the settings say that it does not, whatever was sent or remembered',
      reader(
        { sent: 9000, remembered: ['example.com'] },
        declared({ 'example.com': true, 'news.example.com': false }),
      ),
      news,
      undefined,
    ],
    [
      'as an address by its domain',
      reader({ sent: 5000 }),
      addressFacts(),
      { because: 'BULK_BY_VOLUME', registrable: 'example.com' },
    ],
    [
      'not as a sandbox recipient',
      reader({ sent: 5000 }),
      addressFacts((facts) => (facts.target.productionAccess = false)),
      undefined,
    ],
  ])('%s', async (_when, read, facts, bulk) => {
    expect(await read(facts)).toEqual(bulk === undefined ? {} : { bulk });
  });
});

describe('the table', () => {
  it('is asked once for a registrable domain, however many identities stand under it', async () => {
    const read = reader({ sent: 10, remembered: ['example.com'] });
    await Promise.all([read(identityFacts()), read(news), read(addressFacts())]);
    await read(identityFacts());
    expect(asked).toEqual(['example.com']);
  });

  it('is not asked where settings or volume decide, nor of what is left alone', async () => {
    await reader({ sent: 5000 })(identityFacts());
    await reader({}, declared({ 'example.com': true }))(identityFacts());
    await reader({}, declared({ 'example.com': false }))(identityFacts());
    await reader({})(freemailFacts());
    expect(asked).toEqual([]);
  });
});
