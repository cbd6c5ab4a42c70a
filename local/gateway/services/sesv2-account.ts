/** Amazon SES API v2: what stands for the whole account in a Region. */
import type { WorldRecommendation, WorldReputationEntity } from '../../organization/types.ts';
import { AwsError } from '../errors.ts';
import type { Output } from '../protocol.ts';
import { type Call, epochSeconds, type Operations } from '../service.ts';
import { notFound, sesPage, targetOf } from './ses-targets.ts';

export const accountOperations: Operations = {
  GetAccount: { action: 'ses:GetAccount', run: accountOutput },
  ListRecommendations: {
    action: 'ses:ListRecommendations',
    run: (call) => {
      const { matches, text } = filterOf(call, RECOMMENDATION_FILTERS);
      const all = (targetOf(call).recommendations ?? []).filter(matches);
      const { items, nextToken } = sesPage(call, all, 100, text);
      return { Recommendations: items.map(recommendationOutput), NextToken: nextToken };
    },
  },
  GetDedicatedIps: {
    action: 'ses:GetDedicatedIps',
    run: (call) => {
      const wanted = call.input.text('PoolName');
      const all = targetOf(call).dedicatedIps ?? [];
      const inPool = wanted === undefined ? all : all.filter(({ pool }) => pool === wanted);
      if (wanted !== undefined && inPool.length === 0) throw notFound(`Pool <${wanted}> does not exist.`);
      const { items, nextToken } = sesPage(call, inPool, 1000, wanted);
      return {
        DedicatedIps: items.map(({ ip, warmupStatus, warmupPercentage, pool }) => ({
          Ip: ip,
          WarmupStatus: warmupStatus,
          WarmupPercentage: warmupPercentage,
          PoolName: pool,
        })),
        NextToken: nextToken,
      };
    },
  },
  ListReputationEntities: {
    action: 'ses:ListReputationEntities',
    run: (call) => {
      const { matches, text } = filterOf(call, ENTITY_FILTERS);
      const all = (targetOf(call).reputationEntities ?? []).filter(matches);
      const { items, nextToken } = sesPage(call, all, 1000, text);
      return { ReputationEntities: items.map(entityOutput), NextToken: nextToken };
    },
  },
  ListMultiRegionEndpoints: {
    action: 'ses:ListMultiRegionEndpoints',
    run: (call) => {
      const { items, nextToken } = sesPage(call, targetOf(call).multiRegionEndpoints ?? []);
      return {
        MultiRegionEndpoints: items.map((endpoint) => ({
          EndpointName: endpoint.name,
          EndpointId: endpoint.id,
          Status: endpoint.status,
          Regions: endpoint.regions,
          CreatedTimestamp: epochSeconds(endpoint.created),
          LastUpdatedTimestamp: epochSeconds(endpoint.created),
        })),
        NextToken: nextToken,
      };
    },
  },
};

function accountOutput(call: Call): Output {
  const target = targetOf(call);
  return {
    DedicatedIpAutoWarmupEnabled: true,
    EnforcementStatus: target.enforcementStatus,
    ProductionAccessEnabled: target.productionAccess,
    SendQuota: {
      Max24HourSend: target.max24HourSend,
      MaxSendRate: target.maxSendRate,
      SentLast24Hours: target.sentLast24Hours,
    },
    SendingEnabled: target.sendingEnabled,
    SuppressionAttributes: { SuppressedReasons: target.suppressedReasons ?? [] },
    Details: target.reviewStatus && {
      MailType: 'TRANSACTIONAL',
      ReviewDetails: { Status: target.reviewStatus },
    },
    VdmAttributes: target.vdm
      ? {
          VdmEnabled: 'ENABLED',
          DashboardAttributes: { EngagementMetrics: 'ENABLED' },
          GuardianAttributes: { OptimizedSharedDelivery: 'ENABLED' },
        }
      : { VdmEnabled: 'DISABLED' },
    PricingAttributes: target.pricingPlan && { CurrentPlan: target.pricingPlan },
  };
}

function recommendationOutput(one: WorldRecommendation): Output {
  return {
    ResourceArn: one.resourceArn,
    Type: one.type,
    Description: one.description,
    Status: one.status,
    Impact: one.impact,
    CreatedTimestamp: epochSeconds(one.created),
    LastUpdatedTimestamp: epochSeconds(one.created),
  };
}

function entityOutput(entity: WorldReputationEntity): Output {
  const { sendingStatus, cause } = entity;
  return {
    ReputationEntityReference: entity.reference,
    ReputationEntityType: entity.type,
    CustomerManagedStatus: { Status: 'ENABLED' },
    AwsSesManagedStatus: { Status: sendingStatus, Cause: cause },
    SendingStatusAggregate: sendingStatus,
    ReputationImpact: entity.impact,
  };
}

type Filters<T> = { [key: string]: (one: T, wanted: string) => boolean };

const RECOMMENDATION_FILTERS: Filters<WorldRecommendation> = {
  TYPE: ({ type }, wanted) => type === wanted,
  IMPACT: ({ impact }, wanted) => impact === wanted,
  STATUS: ({ status }, wanted) => status === wanted,
  RESOURCE_ARN: ({ resourceArn }, wanted) => resourceArn === wanted,
};

const ENTITY_FILTERS: Filters<WorldReputationEntity> = {
  ENTITY_TYPE: ({ type }, wanted) => type === wanted,
  REPUTATION_IMPACT: ({ impact }, wanted) => impact === wanted,
  SENDING_STATUS: ({ sendingStatus }, wanted) => sendingStatus === wanted,
  ENTITY_REFERENCE_PREFIX: ({ reference }, wanted) => reference.startsWith(wanted),
};

/** What `Filter` lets through; an entry must match every key of it. @throws AwsError BadRequestException for an unknown key */
function filterOf<T>(call: Call, known: Filters<T>): { matches: (one: T) => boolean; text: string } {
  const filter = call.input.record('Filter');
  const keys = filter?.names() ?? [];
  const tests = keys.map((key) => {
    const test = Object.hasOwn(known, key) ? known[key] : undefined;
    if (!test) throw new AwsError('BadRequestException', `The filter ${key.slice(0, 100)} is not known.`);
    const wanted = filter?.requiredText(key) ?? '';
    return { text: `${key}=${wanted}`, matches: (one: T) => test(one, wanted) };
  });
  const text = tests.map((one) => one.text).join('&');
  return { matches: (one) => tests.every(({ matches }) => matches(one)), text };
}
