import { afterEach, describe, expect, it } from 'vitest';
import type { TargetListings } from '../../lambda/ses/listings.ts';
import { awsError, type StandInAnswer } from '../organization-reader/stand-in.ts';
import { openReader, type OpenReader } from './support.ts';

let opened: OpenReader | undefined;
afterEach(() => opened?.close());

const MEMBER: { [listing in keyof TargetListings]: string } = {
  recommendations: 'Recommendations',
  dedicatedIps: 'DedicatedIps',
  reputationEntities: 'ReputationEntities',
  multiRegionEndpoints: 'MultiRegionEndpoints',
};
const LISTINGS = Object.keys(MEMBER) as (keyof TargetListings)[];

async function read(listing: keyof TargetListings, items: object[]): Promise<unknown> {
  opened = await openReader(() => ({ json: { [MEMBER[listing]]: items } }));
  return opened.reader.listings[listing]();
}

const ARN = 'arn:aws:ses:eu-south-1:222222222222:identity/example.com';

describe('what AWS lists', () => {
  it.each<[keyof TargetListings, item: object, fact: object]>([
    [
      'recommendations',
      {
        ResourceArn: ARN,
        Type: 'DKIM',
        Description: 'DKIM1',
        Status: 'OPEN',
        CreatedTimestamp: 1_763_700_000,
        Impact: 'HIGH',
      },
      {
        type: 'DKIM',
        impact: 'HIGH',
        description: 'DKIM1',
        resource: ARN,
        created: '2025-11-21T04:40:00.000Z',
      },
    ],
    [
      'recommendations',
      { Impact: 'LOW', Type: 'A_TYPE_OF_A_LATER_DAY' },
      { type: 'A_TYPE_OF_A_LATER_DAY', impact: 'LOW', description: '', resource: '' },
    ],
    [
      'dedicatedIps',
      { Ip: '192.0.2.10', WarmupStatus: 'IN_PROGRESS', WarmupPercentage: 40, PoolName: 'bulk' },
      { ip: '192.0.2.10', pool: 'bulk', warmup: 'IN_PROGRESS' },
    ],
    ['dedicatedIps', { Ip: '192.0.2.11' }, { ip: '192.0.2.11' }],
    [
      'reputationEntities',
      {
        ReputationEntityReference: ARN,
        ReputationEntityType: 'RESOURCE',
        SendingStatusAggregate: 'DISABLED',
        ReputationImpact: 'HIGH',
      },
      { arn: ARN, type: 'RESOURCE', sendingStatus: 'DISABLED', impact: 'HIGH' },
    ],
    [
      'multiRegionEndpoints',
      { EndpointName: 'global', Status: 'READY', EndpointId: 'abc.xyz', Regions: ['eu-west-1', 'us-east-1'] },
      { name: 'global', status: 'READY', regions: ['eu-west-1', 'us-east-1'] },
    ],
  ])('is told in the words of the facts: %s', async (listing, item, fact) => {
    expect(await read(listing, [item])).toEqual([fact]);
  });

  it.each<[keyof TargetListings, item: object]>([
    ['recommendations', { Type: 'DKIM' }],
    ['recommendations', { Type: 'DKIM', Impact: 'MEDIUM' }],
    ['dedicatedIps', { WarmupStatus: 'DONE' }],
    ['reputationEntities', { ReputationEntityReference: ARN }],
    ['reputationEntities', { SendingStatusAggregate: 'ENABLED' }],
    ['multiRegionEndpoints', { EndpointName: 'global' }],
  ])('is refused where what decides is missing or unknown: %s %j', async (listing, item) => {
    await expect(read(listing, [item])).rejects.toMatchObject({ name: 'UnexpectedAnswer' });
  });
});

describe.each(LISTINGS)('the listing of %s', (listing) => {
  it('may be empty, also without its member', async () => {
    expect(await read(listing, [])).toEqual([]);
    await opened?.close();
    opened = await openReader(() => ({ json: {} }));
    expect(await opened.reader.listings[listing]()).toEqual([]);
  });

  it('is an error, never a part, where the second page is denied or there is no end of pages', async () => {
    const first: StandInAnswer = { json: { [MEMBER[listing]]: [], NextToken: 'more' } };
    opened = await openReader(() =>
      opened?.standIn.requests.length === 2 ? awsError('AccessDeniedException', 'no', 403) : first,
    );
    await expect(opened.reader.listings[listing]()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await opened.close();
    let page = 0;
    opened = await openReader(() => ({ json: { [MEMBER[listing]]: [], NextToken: `${(page += 1)}` } }));
    await expect(opened.reader.listings[listing]()).rejects.toMatchObject({ name: 'ListingIncomplete' });
    expect(page).toBe(20);
  });
});

it('asks for open recommendations only, 100 a page', async () => {
  await read('recommendations', []);
  expect(opened?.standIn.requests[0]?.json).toEqual({ Filter: { STATUS: 'OPEN' }, PageSize: 100 });
});
