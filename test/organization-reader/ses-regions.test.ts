import { DkimSigningAttributesOrigin } from '@aws-sdk/client-sesv2';
import { afterEach, describe, expect, it } from 'vitest';
import { dkimHostedZone, listSesRegions, SES_REGIONS } from '../../lambda/organization/ses-regions.ts';
import { awsError, startStandIn, type StandIn, type StandInAnswer, type StandInRequest } from './stand-in.ts';

let standIn: StandIn | undefined;
afterEach(async () => {
  await standIn?.close();
  standIn = undefined;
});

async function regions(
  homeRegion: string,
  answer: (request: StandInRequest) => StandInAnswer,
): Promise<string[]> {
  standIn = await startStandIn(answer);
  return listSesRegions(standIn.ssm, homeRegion);
}

function parameters(names: string[], next?: string): StandInAnswer {
  const path = '/aws/service/global-infrastructure/services/ses/regions';
  return {
    json: {
      Parameters: names.map((name) => ({ Name: `${path}/${name}`, Value: name })),
      ...(next ? { NextToken: next } : {}),
    },
  };
}

const COMMERCIAL = SES_REGIONS.filter((name) => !/^(us-gov|eusc)-/.test(name));

describe('the Regions that offer SES', () => {
  it('come from every page of the public parameter, sorted', async () => {
    const found = await regions('ap-northeast-1', ({ json }) => {
      if (json['NextToken'] === 'a') return parameters([], 'b');
      return json['NextToken'] === 'b'
        ? parameters(['eu-west-1'])
        : parameters(['us-east-1', 'mx-central-1'], 'a');
    });
    expect(found).toEqual(['eu-west-1', 'mx-central-1', 'us-east-1']);
    expect(standIn?.requests.every(({ region }) => region === 'ap-northeast-1')).toBe(true);
  });

  it('come from us-east-1 where the home Region does not serve the parameter', async () => {
    const found = await regions('ap-southeast-5', ({ region }) =>
      region === 'us-east-1' ? parameters(['us-west-2']) : parameters([]),
    );
    expect(found).toEqual(['us-west-2']);
  });

  it('come from us-east-1 where the home Region errs', async () => {
    const found = await regions('ca-west-1', ({ region }) =>
      region === 'us-east-1' ? parameters(['us-west-2']) : awsError('InternalServerError', 'oops', 500),
    );
    expect(found).toEqual(['us-west-2']);
  });

  it('come from us-east-1 where the home Region fails on its second page: no half listing', async () => {
    const found = await regions('eu-west-1', ({ region, json }) => {
      if (region === 'us-east-1') return parameters(['eu-west-1', 'us-east-1']);
      return json['NextToken']
        ? awsError('InternalServerError', 'oops', 500)
        : parameters(['eu-west-1'], 'a');
    });
    expect(found).toEqual(['eu-west-1', 'us-east-1']);
  });

  it('come from the built-in table where nobody answers', async () => {
    const found = await regions('eu-west-1', () => awsError('AccessDeniedException', 'no'));
    expect(found).toEqual(COMMERCIAL);
  });

  it('stay in the partition of the home Region', async () => {
    const found = await regions('us-gov-west-1', () => awsError('AccessDeniedException', 'no'));
    expect(found).toEqual(['us-gov-east-1', 'us-gov-west-1']);
    expect(standIn?.requests.some(({ region }) => region === 'us-east-1')).toBe(false);
  });

  it('are never what is no Region name', async () => {
    const found = await regions('eu-west-1', () => parameters(['eu-west-1', 'not a region', '../etc']));
    expect(found).toEqual(['eu-west-1']);
  });
});

describe('the built-in table', () => {
  it('names the Regions that the SDK knows DKIM can be replicated from', () => {
    const fromSdk = Object.values(DkimSigningAttributesOrigin)
      .filter((origin) => origin.startsWith('AWS_SES_'))
      .map((origin) => origin.slice('AWS_SES_'.length).toLowerCase().replaceAll('_', '-'));
    const partitionsOutsideTheEnum = ['eusc-de-east-1'];
    expect([...fromSdk, ...partitionsOutsideTheEnum].sort()).toEqual([...SES_REGIONS]);
  });
});

describe('the zone of Easy DKIM', () => {
  it.each([
    ['eu-south-1', 'dkim.eu-south-1.amazonses.com'],
    ['af-south-1', 'dkim.af-south-1.amazonses.com'],
    ['us-gov-east-1', 'dkim.us-gov-east-1.amazonses.com'],
    ['us-gov-west-1', 'dkim.amazonses.com'],
    ['eu-west-1', 'dkim.amazonses.com'],
  ])('of %s is %s', (region, zone) => {
    expect(dkimHostedZone(region)).toBe(zone);
  });
});
