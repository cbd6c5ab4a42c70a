import { describe, expect, it } from 'vitest';
import { indexZones, type LookupResult } from '../../local/dns/lookup.ts';
import type { DnsFault, WorldRecord } from '../../local/organization/types.ts';

const SOA: WorldRecord = {
  name: 'example.com',
  type: 'SOA',
  data: 'ns1.example.com h.example.com 1 2 3 4 5',
};
const ZONES: WorldRecord[] = [
  SOA,
  { name: 'example.com', type: 'TXT', data: 'v=spf1 -all' },
  { name: 'deep.empty.example.com', type: 'A', data: '192.0.2.1' },
  { name: 'alias.example.com', type: 'CNAME', data: 'second.example.com' },
  { name: 'second.example.com', type: 'CNAME', data: 'example.com' },
  { name: 'dangling.example.com', type: 'CNAME', data: 'nowhere.example.com' },
  { name: 'abroad.example.com', type: 'CNAME', data: 'host.example.org' },
  { name: 'loop-a.example.com', type: 'CNAME', data: 'loop-b.example.com' },
  { name: 'loop-b.example.com', type: 'CNAME', data: 'loop-a.example.com' },
  { name: '*.wild.example.com', type: 'TXT', data: 'any' },
  { name: 'own.wild.example.com', type: 'A', data: '192.0.2.2' },
];

function ask(name: string, type = 'TXT', dnsFaults: DnsFault[] = []): LookupResult {
  return indexZones({ zones: ZONES, zoneApexes: ['example.com'], dnsFaults }).lookup(name, type);
}

/** `NOERROR example.com TXT` or what stands in place of an answer. */
function short(result: LookupResult): string {
  if (result.kind === 'silence') return 'silence';
  if (result.kind === 'failure') return result.rcode;
  const answers = result.answers.map(({ name, type, data }) => `${name} ${type} ${data}`);
  return [result.rcode, ...answers, ...(result.authorities.length > 0 ? ['+SOA'] : [])].join(' | ');
}

describe('looking up a name', () => {
  it.each([
    ['a record', 'example.com', 'TXT', 'NOERROR | example.com TXT v=spf1 -all'],
    ['any letter case', 'EXAMPLE.Com', 'txt', 'NOERROR | example.com TXT v=spf1 -all'],
    ['a type that the name lacks: NODATA', 'example.com', 'MX', 'NOERROR | +SOA'],
    ['a name that is not there', 'nowhere.example.com', 'TXT', 'NXDOMAIN | +SOA'],
    ['an empty non-terminal exists (RFC 8020)', 'empty.example.com', 'TXT', 'NOERROR | +SOA'],
    ['a foreign name', 'example.org', 'TXT', 'REFUSED'],
    ['the root', '.', 'NS', 'REFUSED'],
    ['a wildcard', 'some.name.wild.example.com', 'TXT', 'NOERROR | some.name.wild.example.com TXT any'],
    ['a wildcard without the type', 'some.wild.example.com', 'MX', 'NOERROR | +SOA'],
    ['a name of its own hides the wildcard (RFC 4592)', 'own.wild.example.com', 'TXT', 'NOERROR | +SOA'],
    ['names below it, too', 'below.own.wild.example.com', 'TXT', 'NXDOMAIN | +SOA'],
  ])('%s', (_, name, type, expected) => {
    expect(short(ask(name, type))).toBe(expected);
  });
});

describe('following aliases', () => {
  const first = 'alias.example.com CNAME second.example.com';
  const second = 'second.example.com CNAME example.com';
  it.each([
    ['gives the chain and its end', 'alias', 'TXT', `${first} | ${second} | example.com TXT v=spf1 -all`],
    ['gives the chain and NODATA', 'alias', 'MX', `${first} | ${second} | +SOA`],
    ['does not follow when the alias itself is asked for', 'alias', 'CNAME', first],
    ['stops at the edge of the zones', 'abroad', 'TXT', 'abroad.example.com CNAME host.example.org'],
    [
      'ends a loop where it closes',
      'loop-a',
      'TXT',
      'loop-a.example.com CNAME loop-b.example.com | loop-b.example.com CNAME loop-a.example.com',
    ],
  ])('%s', (_, label, type, expected) => {
    expect(short(ask(`${label}.example.com`, type))).toBe(`NOERROR | ${expected}`);
  });

  it('tells NXDOMAIN of a dead target beside the alias (RFC 6604)', () => {
    const expected = 'NXDOMAIN | dangling.example.com CNAME nowhere.example.com | +SOA';
    expect(short(ask('dangling.example.com'))).toBe(expected);
  });
});

describe('misbehaving names', () => {
  const servfail: DnsFault = { suffix: 'example.com', behaviour: 'servfail' };
  it.each<[string, DnsFault[], string, string]>([
    ['SERVFAIL at the name', [servfail], 'example.com', 'SERVFAIL'],
    ['and below it', [servfail], 'x.y.example.com', 'SERVFAIL'],
    ['REFUSED', [{ suffix: 'example.com', behaviour: 'refused' }], 'example.com', 'REFUSED'],
    ['silence', [{ suffix: 'example.com', behaviour: 'silence' }], 'example.com', 'silence'],
    ['NXDOMAIN', [{ suffix: 'example.com', behaviour: 'nxdomain' }], 'example.com', 'NXDOMAIN | +SOA'],
    [
      'the longest suffix wins',
      [servfail, { suffix: 'empty.example.com', behaviour: 'silence' }],
      'deep.empty.example.com',
      'silence',
    ],
    [
      'not one that only ends alike',
      [{ suffix: 'le.com', behaviour: 'servfail' }],
      'example.com',
      'NOERROR | example.com TXT v=spf1 -all',
    ],
    [
      'other types are left alone',
      [{ ...servfail, types: ['MX'] }],
      'example.com',
      'NOERROR | example.com TXT v=spf1 -all',
    ],
    [
      'the end of a chain counts',
      [{ ...servfail, suffix: 'second.example.com' }],
      'alias.example.com',
      'SERVFAIL',
    ],
  ])('%s', (_, faults, name, expected) => {
    expect(short(ask(name, 'TXT', faults))).toBe(expected);
  });

  it('keeps the answer of a name that is to be truncated', () => {
    const result = ask('example.com', 'TXT', [{ suffix: 'example.com', behaviour: 'truncate' }]);
    expect(result).toMatchObject({ kind: 'answer', truncate: true, answers: [{ data: 'v=spf1 -all' }] });
  });
});
