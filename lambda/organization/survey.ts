/** Which Regions of one account hold SES identities: asked of every Region, never guessed. */
import { ListRegionsCommand } from '@aws-sdk/client-account';
import { ListEmailIdentitiesCommand } from '@aws-sdk/client-sesv2';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import pLimit from 'p-limit';
import type { ScanSettings } from '../contract.ts';
import type { CoverageOutcome } from '../facts/types.ts';
import { classifyAwsError, isCredentialError, isUnknownHost } from './classify.ts';
import { memberClients, type MemberClients } from './clients.ts';
import { collectPages } from './pages.ts';
import { SES_REGIONS } from './ses-regions.ts';

export interface RegionSurvey {
  /** `HAS_IDENTITIES`: to be scanned. Everything else is the Region's coverage. */
  outcome: CoverageOutcome | 'HAS_IDENTITIES';
  detail?: string;
}

export interface SurveyOptions {
  credentials: AwsCredentialIdentity;
  accountId: string;
  /** Regions of the scan. */
  regions: readonly string[];
  settings: Pick<ScanSettings, 'scope'>;
  /** Where the scanner runs; tells the partition for the Account service's endpoint. */
  homeRegion?: string;
  clients?: MemberClients;
}

/** Regions asked at once. */
const CONCURRENCY = 10;

/** Tries a Region gets; the SDK waits with full jitter between them, at most 20 s. */
const ATTEMPTS = 6;

/**
 * One outcome for every Region of the scan.
 *
 * ListRegions decides which opt-in Regions are off; where it is denied every Region is asked, and none is called
 * REGION_DISABLED without that proof. A denial in `scope.expectedDeniedRegions` is EXPECTED_DENIAL. Never throws for
 * what AWS answers: a Region that errs is an outcome and never EMPTY.
 */
export async function surveyAccount(options: SurveyOptions): Promise<{ [region: string]: RegionSurvey }> {
  const clients = options.clients ?? memberClients;
  const disabled = await disabledRegions(options, clients);
  const limit = pLimit(CONCURRENCY);
  const surveys = await Promise.all(
    options.regions.map((region) =>
      limit(async (): Promise<[string, RegionSurvey]> => {
        const off = disabled.regions?.get(region);
        if (off) return [region, { outcome: 'REGION_DISABLED', detail: `account:ListRegions says ${off}` }];
        return [region, await probeRegion(region, options, clients, disabled.unknownBecause)];
      }),
    ),
  );
  return Object.fromEntries(withNotOffered(surveys));
}

interface DisabledRegions {
  /** Region to its opt status; absent when ListRegions could not be read. */
  regions?: ReadonlyMap<string, string>;
  unknownBecause?: string;
}

/** ENABLING and DISABLING Regions are asked, too: their answer decides. */
async function disabledRegions(options: SurveyOptions, clients: MemberClients): Promise<DisabledRegions> {
  const account = clients.account(options.credentials, options.homeRegion ?? 'us-east-1');
  try {
    const regions = await collectPages('account:ListRegions', async (token) => {
      const answer = await account.send(
        new ListRegionsCommand({ MaxResults: 50, ...(token ? { NextToken: token } : {}) }),
      );
      return { items: answer.Regions, next: answer.NextToken };
    });
    const off = regions.filter(({ RegionOptStatus }) => RegionOptStatus === 'DISABLED');
    return { regions: new Map(off.map(({ RegionName }) => [RegionName ?? '', 'DISABLED'])) };
  } catch (error) {
    return { unknownBecause: classifyAwsError(error).detail };
  } finally {
    account.destroy();
  }
}

async function probeRegion(
  region: string,
  options: SurveyOptions,
  clients: MemberClients,
  listRegionsFailed: string | undefined,
): Promise<RegionSurvey & { unknownHost?: boolean }> {
  const ses = clients.sesV2(options.credentials, region, ATTEMPTS);
  try {
    return { outcome: (await holdsIdentities(ses)) ? 'HAS_IDENTITIES' : 'EMPTY' };
  } catch (error) {
    const { outcome, detail } = classifyAwsError(error);
    const denied = outcome === 'ACCESS_DENIED' || outcome === 'DENIED_BY_POLICY';
    if (denied && options.settings.scope.expectedDeniedRegions.includes(region)) {
      return { outcome: 'EXPECTED_DENIAL', detail };
    }
    if (isCredentialError(error) && listRegionsFailed) {
      const maybe = `${detail} (perhaps an opt-in Region that is off; not provable, because account:ListRegions failed: ${listRegionsFailed})`;
      return { outcome, detail: maybe.slice(0, 600) };
    }
    return { outcome, detail, ...(isUnknownHost(error) ? { unknownHost: true } : {}) };
  } finally {
    ses.destroy();
  }
}

/** A page may be empty and still have a successor, so the first page alone does not prove emptiness. */
async function holdsIdentities(ses: ReturnType<MemberClients['sesV2']>): Promise<boolean> {
  let found = false;
  await collectPages('ses:ListEmailIdentities', async (token) => {
    const answer = await ses.send(
      new ListEmailIdentitiesCommand({ PageSize: 1, ...(token ? { NextToken: token } : {}) }),
    );
    found = (answer.EmailIdentities ?? []).length > 0;
    return { items: [], next: found ? undefined : answer.NextToken };
  });
  return found;
}

/**
 * An endpoint without an address: SES is not offered there, if the built-in table does not know it either and another
 * Region's endpoint was found (otherwise it is this machine's DNS that fails).
 */
function withNotOffered(
  surveys: readonly [string, RegionSurvey & { unknownHost?: boolean }][],
): [string, RegionSurvey][] {
  const anyReached = surveys.some(
    ([, survey]) => survey.outcome === 'EMPTY' || survey.outcome === 'HAS_IDENTITIES',
  );
  return surveys.map(([region, { unknownHost, ...survey }]) =>
    unknownHost && anyReached && !SES_REGIONS.includes(region)
      ? [region, { ...survey, outcome: 'NOT_OFFERED' }]
      : [region, survey],
  );
}
