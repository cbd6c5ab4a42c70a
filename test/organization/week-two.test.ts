import { describe, expect, it } from 'vitest';
import { buildWorld } from '../../local/organization/build-world.ts';
import { EXAMPLE_CORP } from '../../local/organization/description.ts';
import { aWeekLater, WEEK_TWO } from '../../local/organization/week-two.ts';
import { dnsOf, identitiesOf, NOW, worldOf } from './support.ts';

const before = worldOf(1);
const after = worldOf(2);

/** What is in one list and not in the other, as text. */
function difference(one: unknown[], other: unknown[]): string[] {
  const known = new Set(other.map((item) => JSON.stringify(item)));
  return one.map((item) => JSON.stringify(item)).filter((item) => !known.has(item));
}

const shortly = (records: string[]): string[] =>
  records.map((text) => {
    const record = JSON.parse(text) as { name: string; type: string; data: string };
    return `${record.name.replace(/^[a-z2-7]{32}\._domainkey/, '<token>._domainkey')} ${record.type}`;
  });

describe('between the weeks', () => {
  const ofNewDomains = /(giftcards|loyalty|points)\.example| <key>/;
  const removed = shortly(difference(before.zones, after.zones));
  const added = shortly(difference(after.zones, before.zones));

  it('these DNS records go and come, and no others', () => {
    expect(removed).toEqual(
      [
        '<token>._domainkey.checkout.example CNAME',
        '_dmarc.statements.example TXT',
        'bounce.paris.example MX',
        '<token>._domainkey.voucher.example CNAME',
      ].sort((a, b) => removed.indexOf(a) - removed.indexOf(b)),
    );
    const others = added.filter((text) => !ofNewDomains.test(text) && !/^[a-z2-7]{32}\.dkim\./.test(text));
    expect(others.sort()).toEqual([
      '<token>._domainkey.voucher.example CNAME',
      '_dmarc.statements.example TXT',
      'bounce.osaka.example TXT',
      'bounce.paris.example MX',
    ]);
    expect(after.dnsFaults).toEqual([{ suffix: 'kyoto.example', behaviour: 'servfail' }]);
    expect(before.dnsFaults).toEqual([]);
  });

  it('these identities go and come, pending ones settle, and no other changes', () => {
    const flat = (world: typeof before) =>
      identitiesOf(world).map(({ accountId, region, identity }) => ({ accountId, region, ...identity }));
    const names = (texts: string[]) => texts.map((text) => (JSON.parse(text) as { name: string }).name);
    const settled = ['nagoya.example', 'sapporo.example', 'newcomer@helpdesk.example'];
    expect(names(difference(flat(before), flat(after)))).toEqual([...settled, 'oldnews.example']);
    expect(names(difference(flat(after), flat(before)))).toEqual([
      'giftcards.example',
      ...settled,
      'loyalty.example',
      'points.example',
    ]);
  });

  it('one account loses the role and one is opened; nothing else about accounts changes', () => {
    const bare = (world: typeof before) =>
      world.accounts.map((account) => ({ ...account, targets: undefined, hostedZones: undefined }));
    const ids = (texts: string[]) => texts.map((text) => (JSON.parse(text) as { id: string }).id);
    expect(ids(difference(bare(before), bare(after)))).toEqual(['999999999999']);
    expect(ids(difference(bare(after), bare(before)))).toEqual(['999999999999', '181818181818']);
    expect(after.accounts.find(({ id }) => id === '999999999999')?.roles).toEqual([]);
  });

  it('target settings stay', () => {
    const settings = (world: typeof before) =>
      world.accounts
        .filter(({ id }) => id !== '181818181818')
        .flatMap(({ targets }) =>
          Object.values(targets).map((target) => ({ ...target, identities: undefined })),
        );
    expect(settings(after)).toEqual(settings(before));
    expect({ ...after, accounts: [], zones: [], dnsFaults: [], zoneApexes: [] }).toEqual({
      ...before,
      accounts: [],
      zones: [],
      dnsFaults: [],
      zoneApexes: [],
    });
  });

  it('each event alone changes the world', () => {
    for (const event of WEEK_TWO) {
      expect(aWeekLater(EXAMPLE_CORP, [event]), event.about).not.toEqual(EXAMPLE_CORP);
      expect(event.expects.length).toBeGreaterThan(0);
    }
  });

  it("the deleted identity's records are left behind", () => {
    expect(dnsOf(after)('_dmarc.oldnews.example', 'TXT')).toHaveLength(1);
  });

  it('a later `now` moves timestamps only', () => {
    const later = buildWorld({ week: 2, now: new Date(NOW.getTime() + 7 * 86_400_000) });
    expect(later.zones).toEqual(after.zones);
    expect(later).not.toEqual(after);
  });
});

describe('events that do not fit the organization', () => {
  const place = { accountId: '222222222222', region: 'us-east-1', name: 'nowhere.example' };
  it.each([
    ['an identity that is not there', place, /no identity nowhere\.example/],
    ['a Region without identities', { ...place, region: 'eu-west-3' }, /no target 222222222222 eu-west-3/],
    ['an unknown account', { ...place, accountId: '000000000000' }, /no account 000000000000/],
    [
      'a fault that is not there',
      { ...place, name: 'shop.example' },
      /shop\.example has no fault dkim-failed/,
    ],
  ])('%s is an error', (_, at, message) => {
    const event = { about: 'x', expects: [], event: 'identity is mended', at, fault: 'dkim-failed' } as const;
    expect(() => aWeekLater(EXAMPLE_CORP, [event as never])).toThrow(message);
  });
});
