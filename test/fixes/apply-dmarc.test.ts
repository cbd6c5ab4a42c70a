/** DMARC that is broken above who sends, or where no record can be put: no plan makes it worse, and what it claims is healed. */
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../lambda/controls/types.ts';
import { refId } from '../../lambda/fixes/names.ts';
import { renderRoute53 } from '../../lambda/fixes/render-route53.ts';
import type { World } from '../../local/organization/types.ts';
import { mend, type Round } from './mend.ts';

const PARENT = 'shop.example';
const SENDER = `mail.${PARENT}`;
const NODE = `_dmarc.${PARENT}`;
const START = 'v=DMARC1; p=none; rua=mailto:dmarc@reports.example';

/** mail.shop.example is the only identity, and this is what stands at _dmarc of its parent, which sends nothing. */
function parentHolds(...records: { type: 'TXT' | 'CNAME'; data: string }[]): (world: World) => void {
  return (world) => {
    for (const { targets } of world.accounts) {
      for (const target of Object.values(targets)) {
        target.identities = target.identities.filter(({ name }) => name === SENDER);
      }
    }
    world.zones = world.zones.filter(({ name }) => name !== NODE && name !== `_dmarc.${SENDER}`);
    world.zones.push(...records.map((one) => ({ name: NODE, ...one })));
  };
}

const txt = (data: string) => ({ type: 'TXT' as const, data });
const mendedFrom = (...records: Parameters<typeof parentHolds>): Promise<Round[]> =>
  mend({ week: 1, domain: PARENT }, parentHolds(...records));

function saysOf({ findings }: Round, name: string, key: string): string {
  const found: Finding | undefined = findings.get(
    refId({ subject: { kind: 'domain', name }, key, controlId: key }),
  );
  return `${found?.status} ${found?.reason}`;
}

function changesOf({ plan }: Round): object[] {
  return plan.steps.flatMap((step) => (step.kind === 'dns' ? step.changes : []));
}

describe('a DMARC record of a parent that sends nothing', () => {
  it.each([
    ['is not processed', [txt('v=DMARC1; p=rejct')], 'FAIL DMARC_RECORD_NOT_PROCESSED'],
    ['stands twice', [txt('v=DMARC1; p=reject'), txt('v=DMARC1; p=none')], 'FAIL DMARC_MISSING'],
    ['is a near miss', [txt('v=dmarc1; p=reject')], 'FAIL DMARC_MISSING'],
    ['is missing beside a text of another purpose', [txt('of the vendor')], 'FAIL DMARC_MISSING'],
  ])(
    'that %s is mended in one plan, and one record stands there after it',
    async (_title, records, before) => {
      const rounds = await mendedFrom(...records);
      const [first, last] = [rounds[0]!, rounds.at(-1)!];
      expect(rounds).toHaveLength(2);
      expect(saysOf(first, SENDER, 'DMARC-01')).toBe(before);
      expect(saysOf(last, SENDER, 'DMARC-01')).toBe('PASS DMARC_INHERITED');
      expect(saysOf(last, PARENT, 'DMARC-02')).toBe('PASS DMARC_SINGLE');
      expect(changesOf(first)).toHaveLength(1);
      expect(last.plan.steps).toEqual([]);
    },
  );

  it('keeps in the Route 53 batch what else stands there', async () => {
    const [first] = await mendedFrom(txt('of the vendor'), txt('v=DMARC1; p=rejct'));
    expect(renderRoute53(first!.plan).flatMap(({ batch }) => batch.Changes)).toMatchObject([
      {
        Action: 'UPSERT',
        ResourceRecordSet: {
          Name: `${NODE}.`,
          ResourceRecords: [{ Value: '"of the vendor"' }, { Value: `"${START}"` }],
        },
      },
    ]);
  });

  it('that is a dangling alias is advice alone: no record can stand beside it', async () => {
    const rounds = await mendedFrom({ type: 'CNAME', data: 'gone.vendor.example' });
    expect(rounds).toHaveLength(1);
    const [only] = rounds;
    expect(saysOf(only!, SENDER, 'DMARC-01')).toBe('FAIL DMARC_MISSING');
    expect(saysOf(only!, PARENT, 'DMARC-11')).toBe('FAIL DMARC_ALIAS_DANGLING');
    expect(changesOf(only!)).toEqual([]);
    expect(only!.plan.advice.map(({ finding, records }) => [finding.key, records])).toContainEqual([
      'DMARC-11',
      {
        publish: [{ name: NODE, type: 'TXT', value: START }],
        remove: [{ name: NODE, type: 'CNAME', value: 'gone.vendor.example' }],
      },
    ]);
  });
});
