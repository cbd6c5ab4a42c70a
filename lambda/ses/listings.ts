/** Listings that a target has at most one or two pages of: recommendations, dedicated IPs, reputation, global endpoints. */
import { isIP } from 'node:net';
import {
  GetDedicatedIpsCommand,
  ListMultiRegionEndpointsCommand,
  ListRecommendationsCommand,
  ListReputationEntitiesCommand,
  type DedicatedIp,
  type MultiRegionEndpoint,
  type Recommendation,
  type ReputationEntity,
  type SESv2Client,
} from '@aws-sdk/client-sesv2';
import type { Permitted, TargetFacts } from '../facts/types.ts';
import { plainText } from '../organization/classify.ts';
import { collectPages, type Page } from '../organization/pages.ts';
import { UnexpectedAnswer } from './identity.ts';
import type { Pacer } from './pacing.ts';

type ItemOf<Fact> = [Fact] extends [Permitted<(infer Item)[]> | undefined] ? Item : never;
export type RecommendationFacts = ItemOf<TargetFacts['recommendations']>;
export type ReputationEntityFacts = ItemOf<TargetFacts['reputationEntities']>;
export type MultiRegionEndpointFacts = ItemOf<TargetFacts['multiRegionEndpoints']>;
/** Before its reverse DNS is asked. */
export type DedicatedIpView = Pick<ItemOf<TargetFacts['dedicatedIps']>, 'ip' | 'pool' | 'warmup'>;

/** Each is complete, or it throws; a value that this version does not know is an UnexpectedAnswer. */
export interface TargetListings {
  /** OPEN ones. */
  recommendations(): Promise<RecommendationFacts[]>;
  dedicatedIps(): Promise<DedicatedIpView[]>;
  reputationEntities(): Promise<ReputationEntityFacts[]>;
  multiRegionEndpoints(): Promise<MultiRegionEndpointFacts[]>;
}

const PAGE_SIZE = 100;
/** At a call a second none of these listings may take longer than 20 seconds. */
const MAX_PAGES = 20;
const MAX_REGIONS = 20;

export function createTargetListings(ses: SESv2Client, pacer: Pacer): TargetListings {
  const listing = async <Item, Fact>(
    what: string,
    fetch: (
      page: { PageSize: number; NextToken: string | undefined },
      abortSignal: AbortSignal,
    ) => Promise<Page<Item>>,
    toFact: (item: Item) => Fact,
  ): Promise<Fact[]> => {
    const page = (NextToken: string | undefined): Promise<Page<Item>> =>
      pacer.run(what, (abortSignal) => fetch({ PageSize: PAGE_SIZE, NextToken }, abortSignal));
    return (await collectPages(what, page, MAX_PAGES)).map(toFact);
  };
  return {
    recommendations: () =>
      listing(
        'ses:ListRecommendations',
        async (page, abortSignal) => {
          const command = new ListRecommendationsCommand({ ...page, Filter: { STATUS: 'OPEN' } });
          const { Recommendations, NextToken } = await ses.send(command, { abortSignal });
          return { items: Recommendations, next: NextToken };
        },
        toRecommendation,
      ),
    dedicatedIps: () =>
      listing(
        'ses:GetDedicatedIps',
        async (page, abortSignal) => {
          const { DedicatedIps, NextToken } = await ses.send(new GetDedicatedIpsCommand(page), {
            abortSignal,
          });
          return { items: DedicatedIps, next: NextToken };
        },
        toDedicatedIp,
      ),
    reputationEntities: () =>
      listing(
        'ses:ListReputationEntities',
        async (page, abortSignal) => {
          const command = new ListReputationEntitiesCommand(page);
          const { ReputationEntities, NextToken } = await ses.send(command, { abortSignal });
          return { items: ReputationEntities, next: NextToken };
        },
        toReputationEntity,
      ),
    multiRegionEndpoints: () =>
      listing(
        'ses:ListMultiRegionEndpoints',
        async (page, abortSignal) => {
          const command = new ListMultiRegionEndpointsCommand(page);
          const { MultiRegionEndpoints, NextToken } = await ses.send(command, { abortSignal });
          return { items: MultiRegionEndpoints, next: NextToken };
        },
        toMultiRegionEndpoint,
      ),
  };
}

function toRecommendation(recommendation: Recommendation): RecommendationFacts {
  const { Type, Description, ResourceArn, CreatedTimestamp: created } = recommendation;
  const impact = given('ListRecommendations', 'Impact', recommendation.Impact, 40);
  if (impact !== 'HIGH' && impact !== 'LOW') {
    throw new UnexpectedAnswer(
      `ListRecommendations answered "${impact}" for Impact, which this version does not understand. Update this software.`,
    );
  }
  return {
    type: plainText(Type ?? 'UNKNOWN', 40),
    impact,
    description: plainText(Description ?? ''),
    resource: plainText(ResourceArn ?? '', 400),
    ...(created && !Number.isNaN(created.getTime()) ? { created: created.toISOString() } : {}),
  };
}

function toDedicatedIp({ Ip, PoolName, WarmupStatus }: DedicatedIp): DedicatedIpView {
  const ip = given('GetDedicatedIps', 'Ip', Ip, 45);
  if (isIP(ip) === 0) {
    throw new UnexpectedAnswer(
      `GetDedicatedIps answered "${ip}", which is no IP address. Update this software.`,
    );
  }
  return {
    ip,
    ...(PoolName ? { pool: plainText(PoolName, 64) } : {}),
    ...(WarmupStatus ? { warmup: plainText(WarmupStatus, 40) } : {}),
  };
}

/** What SES does not say of an entity is not taken for health: without a sending status nothing is known. */
function toReputationEntity(entity: ReputationEntity): ReputationEntityFacts {
  const { ReputationEntityReference: arn, ReputationEntityType: type, ReputationImpact: impact } = entity;
  return {
    arn: given('ListReputationEntities', 'ReputationEntityReference', arn, 400),
    type: plainText(type ?? 'UNKNOWN', 40),
    sendingStatus: given(
      'ListReputationEntities',
      'SendingStatusAggregate',
      entity.SendingStatusAggregate,
      40,
    ),
    ...(impact ? { impact: plainText(impact, 40) } : {}),
  };
}

function toMultiRegionEndpoint({
  EndpointName,
  Status,
  Regions,
}: MultiRegionEndpoint): MultiRegionEndpointFacts {
  return {
    name: given('ListMultiRegionEndpoints', 'EndpointName', EndpointName, 64),
    status: given('ListMultiRegionEndpoints', 'Status', Status, 40),
    regions: (Regions ?? []).slice(0, MAX_REGIONS).map((region) => plainText(region, 40)),
  };
}

function given(call: string, field: string, value: string | undefined, most: number): string {
  if (value) return plainText(value, most);
  throw new UnexpectedAnswer(`${call} left out ${field}, so what it listed is not known.`);
}
