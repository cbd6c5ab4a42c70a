import { afterEach, describe, expect, it } from 'vitest';
import { scanSettingsSchema } from '../../lambda/contract.ts';
import { surveyAccount } from '../../lambda/organization/survey.ts';
import { awsError, startStandIn, type StandIn, type StandInAnswer, type StandInRequest } from './stand-in.ts';

let standIn: StandIn | undefined;
afterEach(async () => {
  await standIn?.close();
  standIn = undefined;
});

const SCP =
  'is not authorized to perform: ses:ListEmailIdentities with an explicit deny in a service control policy';
const EMPTY: StandInAnswer = { json: { EmailIdentities: [] } };
const ONE: StandInAnswer = {
  json: { EmailIdentities: [{ IdentityName: 'example.com', IdentityType: 'DOMAIN' }] },
};

function regionList(statuses: Record<string, string>): StandInAnswer {
  const Regions = Object.entries(statuses).map(([RegionName, RegionOptStatus]) => ({
    RegionName,
    RegionOptStatus,
  }));
  return { json: { Regions } };
}

async function survey(
  regions: string[],
  answers: {
    listRegions?: (request: StandInRequest) => StandInAnswer;
    ses: (request: StandInRequest) => StandInAnswer;
  },
  scope: object = {},
) {
  standIn = await startStandIn((request) =>
    request.url.startsWith('/listRegions')
      ? (answers.listRegions ?? (() => regionList({})))(request)
      : answers.ses(request),
  );
  return surveyAccount({
    credentials: { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 's' },
    accountId: '222222222222',
    regions,
    settings: scanSettingsSchema.parse({ scope }),
    clients: standIn.clients,
  });
}

describe('the survey of an account', () => {
  it('tells Regions with identities from Regions without', async () => {
    const found = await survey(['eu-west-1', 'us-east-1'], {
      ses: ({ region }) => (region === 'us-east-1' ? ONE : EMPTY),
    });
    expect(found).toEqual({ 'eu-west-1': { outcome: 'EMPTY' }, 'us-east-1': { outcome: 'HAS_IDENTITIES' } });
  });

  it('asks for one identity only', async () => {
    await survey(['us-east-1'], { ses: () => ONE });
    const asked = standIn?.requests.find(
      ({ region, url }) => region === 'us-east-1' && !url.includes('listRegions'),
    );
    expect(asked?.json).toEqual({ PageSize: 1 });
  });

  it('follows an empty page that has a successor', async () => {
    const found = await survey(['us-east-1'], {
      ses: ({ json }) => (json['NextToken'] ? ONE : { json: { EmailIdentities: [], NextToken: 'more' } }),
    });
    expect(found['us-east-1']?.outcome).toBe('HAS_IDENTITIES');
  });

  it('does not ask a Region that ListRegions calls disabled, on whichever page', async () => {
    const found = await survey(['af-south-1', 'me-south-1', 'us-east-1'], {
      listRegions: ({ json }) =>
        json['NextToken']
          ? regionList({ 'af-south-1': 'DISABLED' })
          : { json: { Regions: [{ RegionName: 'me-south-1', RegionOptStatus: 'ENABLED' }], NextToken: 'a' } },
      ses: () => EMPTY,
    });
    expect(found['af-south-1']?.outcome).toBe('REGION_DISABLED');
    expect(found['me-south-1']?.outcome).toBe('EMPTY');
    expect(standIn?.requests.some(({ region }) => region === 'af-south-1')).toBe(false);
  });

  it('asks every Region when ListRegions is denied, and calls none disabled without proof', async () => {
    const found = await survey(['af-south-1', 'us-east-1'], {
      listRegions: () => awsError('AccessDeniedException', 'not authorized', 403),
      ses: ({ region }) =>
        region === 'af-south-1'
          ? awsError(
              'UnrecognizedClientException',
              'The security token included in the request is invalid.',
              403,
            )
          : EMPTY,
    });
    expect(found['us-east-1']?.outcome).toBe('EMPTY');
    expect(found['af-south-1']?.outcome).toBe('FAILED');
    expect(found['af-south-1']?.detail).toMatch(
      /not provable, because account:ListRegions failed: AccessDenied/,
    );
  });

  const errors: [title: string, answer: StandInAnswer, outcome: string][] = [
    ['a denial', awsError('AccessDeniedException', 'not authorized', 403), 'ACCESS_DENIED'],
    ['a denial by a service control policy', awsError('AccessDeniedException', SCP, 403), 'DENIED_BY_POLICY'],
    ['throttling', awsError('TooManyRequestsException', 'Rate exceeded', 429), 'THROTTLED'],
    ['silence', 'silence', 'TIMED_OUT'],
    ['a cut connection', 'reset', 'FAILED'],
    ['a fault of the server', awsError('InternalFailure', 'oops', 500), 'FAILED'],
    ['a page token that repeats', { json: { EmailIdentities: [], NextToken: 'again' } }, 'FAILED'],
  ];
  it.each(errors)('never reads %s as empty', async (_title, answer, outcome) => {
    const found = await survey(['eu-west-1', 'us-east-1'], {
      ses: ({ region }) => (region === 'eu-west-1' ? answer : EMPTY),
    });
    expect(found['eu-west-1']?.outcome).toBe(outcome);
    expect(found['us-east-1']?.outcome).toBe('EMPTY');
  });

  it('expects denials where the settings do, and only denials', async () => {
    const scope = { expectedDeniedRegions: ['eu-west-1', 'eu-west-2', 'eu-west-3'] };
    const ses = ({ region }: StandInRequest) => {
      if (region === 'eu-west-1') return awsError('AccessDeniedException', SCP, 403);
      return region === 'eu-west-2' ? awsError('InternalFailure', 'oops', 500) : ONE;
    };
    const found = await survey(['eu-west-1', 'eu-west-2', 'eu-west-3'], { ses }, scope);
    expect(Object.values(found).map(({ outcome }) => outcome)).toEqual([
      'EXPECTED_DENIAL',
      'FAILED',
      'HAS_IDENTITIES',
    ]);
  });

  it('gives one outcome for each Region asked for, however many', async () => {
    const regions = Array.from(
      { length: 30 },
      (_, index) => `xx-test-${index % 10}${index < 10 ? '' : index}`,
    );
    const found = await survey(regions, { ses: () => EMPTY });
    expect(Object.keys(found)).toEqual(regions);
  });
});
