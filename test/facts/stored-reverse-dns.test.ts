import { describe, expect, it } from 'vitest';
import { readStoredReverseDns, storedReverseDns } from '../../lambda/facts/stored-reverse-dns.ts';
import type { DnsFact, TargetFacts } from '../../lambda/facts/types.ts';

type Dedicated = Extract<NonNullable<TargetFacts['dedicatedIps']>, { kind: 'seen' }>['value'][number];

const NAMES: DnsFact<string> = { kind: 'found', records: ['m.example.com'], aliases: [] };
const NONE: DnsFact<string> = { kind: 'absent', because: 'NXDOMAIN', aliases: [] };
const SILENT: DnsFact<string> = { kind: 'unknown', because: 'SERVFAIL', detail: 'no answer' };
const ip = (names: DnsFact<string>, back: Dedicated['back'] = false): Dedicated => ({
  ip: '192.0.2.1',
  warmup: 'DONE',
  names,
  back,
});
const CONFIRMED = ip(NAMES, true);

describe('the word on reverse DNS that is stored of a target', () => {
  it.each<[title: string, addresses: Dedicated[], word: string | undefined]>([
    ['that there are no dedicated addresses', [], undefined],
    ['that each is confirmed', [CONFIRMED, CONFIRMED], 'confirmed'],
    [
      'that one has no PTR, whatever else is unknown',
      [CONFIRMED, ip(SILENT, 'unknown'), ip(NONE)],
      'missing',
    ],
    ['that a name does not lead back', [ip(NAMES, false)], 'missing'],
    ['that the PTR is unknown', [CONFIRMED, ip(SILENT, 'unknown')], 'unknown'],
    ['that what the name leads to is unknown', [ip(NAMES, 'unknown')], 'unknown'],
  ])('says %s', (_title, value, word) => {
    const stored = storedReverseDns({ dedicatedIps: { kind: 'seen', value } });
    expect(stored).toEqual(word === undefined ? {} : { reverseDns: word });
    expect(readStoredReverseDns(JSON.parse(JSON.stringify(stored)))).toEqual(stored);
  });

  it('says nothing where the addresses were not read', () => {
    expect(storedReverseDns({ dedicatedIps: { kind: 'off' } })).toEqual({});
    expect(storedReverseDns({})).toEqual({});
  });

  it.each([undefined, null, 7, {}, { reverseDns: 'fine' }, { reverseDns: ['missing'] }])(
    'is nothing where something else is stored: %j',
    (summary) => expect(readStoredReverseDns(summary)).toEqual({}),
  );
});
