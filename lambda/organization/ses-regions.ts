/** The Regions that offer SES, and the zone that Easy DKIM's CNAMEs point into. */
import { GetParametersByPathCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { collectPages } from './pages.ts';

/** Public parameters, one a Region: `.../services/ses/regions/eu-west-1` with the value `eu-west-1`. */
const PARAMETER_PATH = '/aws/service/global-infrastructure/services/ses/regions';

/** The public parameters are served in some Regions only, in this one always (commercial partition). */
const FALLBACK_REGION = 'us-east-1';

/**
 * Used when no Region serves the parameter. A test holds it against the Regions that the SDK's enum
 * `DkimSigningAttributesOrigin` names; `eusc-de-east-1` is in SES's endpoint list but not in that enum.
 */
export const SES_REGIONS: readonly string[] = [
  'af-south-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-5',
  'ca-central-1',
  'ca-west-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'eusc-de-east-1',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-gov-east-1',
  'us-gov-west-1',
  'us-west-1',
  'us-west-2',
];

/**
 * Regions whose Easy DKIM targets lie in `dkim.<region>.amazonses.com`; all others share `dkim.amazonses.com`.
 * @see https://docs.aws.amazon.com/general/latest/gr/ses.html (DKIM domains)
 */
const OWN_DKIM_ZONE: ReadonlySet<string> = new Set([
  'af-south-1',
  'ap-northeast-3',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-5',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'il-central-1',
  'me-central-1',
  'us-gov-east-1',
]);

/** Prefixes of the Regions outside the commercial partition; a scan stays in its own. */
const OTHER_PARTITIONS = ['us-gov-', 'eusc-', 'cn-', 'us-iso', 'us-isob', 'eu-isoe'];

/**
 * Every Region of the caller's partition that offers SES, sorted.
 *
 * Read from the SSM public parameter of the home Region; a Region that does not serve it answers with nothing or an
 * error, so another is asked, and in the end the built-in table answers. Never empty.
 *
 * @param makeSsm makes a client for a Region; the clients are destroyed here
 * @param homeRegion where the scanner runs
 */
export async function listSesRegions(
  makeSsm: (region: string) => SSMClient,
  homeRegion: string,
): Promise<string[]> {
  const partition = partitionPrefix(homeRegion);
  for (const region of new Set([homeRegion, ...(partition === '' ? [FALLBACK_REGION] : [])])) {
    const regions = await readParameter(makeSsm, region).catch(() => []);
    const own = regions.filter((name) => partitionPrefix(name) === partition);
    if (own.length > 0) return own;
  }
  return SES_REGIONS.filter((name) => partitionPrefix(name) === partition);
}

/**
 * The zone that Easy DKIM's CNAMEs of a Region point into, where SES itself does not say (`SigningHostedZone` absent).
 * Since December 2025 the zone may differ by identity, so SES's own word always goes first.
 */
export function dkimHostedZone(region: string): string {
  return OWN_DKIM_ZONE.has(region) ? `dkim.${region}.amazonses.com` : 'dkim.amazonses.com';
}

async function readParameter(makeSsm: (region: string) => SSMClient, region: string): Promise<string[]> {
  const ssm = makeSsm(region);
  try {
    const values = await collectPages('ssm:GetParametersByPath', async (token) => {
      const answer = await ssm.send(
        new GetParametersByPathCommand({ Path: PARAMETER_PATH, ...(token ? { NextToken: token } : {}) }),
      );
      return { items: answer.Parameters, next: answer.NextToken };
    });
    const names = values.map((parameter) => parameter.Value ?? '');
    return [...new Set(names.filter((name) => /^[a-z]{2,4}(-[a-z]{2,9}){1,3}-\d$/.test(name)))].sort();
  } finally {
    ssm.destroy();
  }
}

function partitionPrefix(region: string): string {
  return OTHER_PARTITIONS.find((prefix) => region.startsWith(prefix)) ?? '';
}
