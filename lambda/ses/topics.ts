/** The SNS topics that bounces, complaints and events go to: whether they exist, are read by anybody, and admit SES. */
import { GetTopicAttributesCommand, type SNSClient } from '@aws-sdk/client-sns';
import { regionSchema } from '../contract.ts';
import type { TopicFacts } from '../facts/types.ts';
import { classifyUnseen } from '../organization/classify.ts';
import { type Pacer, TimeBudgetExceeded } from './pacing.ts';
import { admitsSes } from './topic-policy.ts';

/** Topics that a target's facts hold. */
export const MAX_TOPICS = 50;

export interface TopicReaderOptions {
  accountId: string;
  region: string;
  sns: (region: string) => SNSClient;
  pacer: Pacer;
}

/**
 * @param arn as SES holds it
 * @param sources ARNs of the identities and configuration sets that publish to it, for the topic policy's conditions
 */
export type ReadTopic = (arn: string, sources: readonly string[]) => Promise<TopicFacts>;

/**
 * Asks SNS in the topic's own Region. A topic of another account is not asked for: the scanner's session there has no
 * say. What is denied or fails is the topic's state, never an error. @throws TimeBudgetExceeded
 */
export function createTopicReader({ accountId, region, sns, pacer }: TopicReaderOptions): ReadTopic {
  return async (arn, sources) => {
    const owner = ownerOf(arn);
    if (!owner) return { arn, state: 'FAILED' };
    if (owner.accountId !== accountId) return { arn, state: 'foreign' };
    try {
      const { Attributes } = await pacer.run('sns:GetTopicAttributes', (abortSignal) =>
        sns(owner.region).send(new GetTopicAttributesCommand({ TopicArn: arn }), { abortSignal }),
      );
      const confirmed = count(Attributes?.['SubscriptionsConfirmed']);
      const pending = count(Attributes?.['SubscriptionsPending']);
      return {
        arn,
        state: 'found',
        ...(confirmed === undefined ? {} : { confirmed }),
        ...(pending === undefined ? {} : { pending }),
        admitsSes: admitsSes(Attributes?.['Policy'], { topicArn: arn, accountId, region, sources }),
      };
    } catch (error) {
      if (error instanceof TimeBudgetExceeded) throw error;
      const missing = error instanceof Error && /^NotFound(Exception)?$/.test(error.name);
      return { arn, state: missing ? 'missing' : classifyUnseen(error).because };
    }
  };
}

/** The ARN comes from outside and its Region becomes a host name: what is no Region is never asked. */
function ownerOf(arn: string): { accountId: string; region: string } | undefined {
  const [scheme, , service, region = '', accountId = '', name, ...rest] = arn.split(':');
  const whole = scheme === 'arn' && service === 'sns' && name !== undefined && rest.length === 0;
  return whole && regionSchema.safeParse(region).success ? { accountId, region } : undefined;
}

/** SNS tells numbers as text. */
function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
