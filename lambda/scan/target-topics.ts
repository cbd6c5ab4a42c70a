/** Which topics a target's mail events go to, who sends them there, and what state the topics are in. */
import type { ScanSettings } from '../contract.ts';
import type { ConfigurationSetsFacts, NotificationFacts, Permitted, TargetFacts } from '../facts/types.ts';
import { observeIf } from '../ses/observe.ts';
import type { SesReader } from '../ses/reader.ts';
import { MAX_TOPICS } from '../ses/topics.ts';
import {
  boundedUses,
  destinationsOf,
  MAX_USES,
  unreadOf,
  unreadOfSets,
  usesByArn,
  type EventUse,
} from './event-uses.ts';

export interface ReadTopicsOptions {
  reader: Pick<SesReader, 'readTopic'>;
  settings: ScanSettings;
  accountId: string;
  region: string;
  /** Every identity of the target. */
  names: readonly string[];
  notificationsOf: (name: string) => Promise<Permitted<NotificationFacts>>;
  configurationSets: Permitted<ConfigurationSetsFacts>;
}

/** `source` is the resource that SNS sees publish. */
interface TopicUse extends EventUse {
  source: string;
}

/**
 * The first 50 topics that identities and event destinations name, each asked for once, and at most 200 uses, of as many
 * topics as possible: EVT-04 says of those that were not read. `usesUnread` tells where not all that could name a topic
 * (or, of the configuration sets, a stream) was read; an error outweighs a read that is switched off.
 */
export async function readTopics(
  options: ReadTopicsOptions,
): Promise<Pick<TargetFacts, 'topics' | 'topicUses' | 'usesUnread'>> {
  const ofIdentities = await usesOfIdentities(options);
  const byTopic = usesByArn([...ofIdentities.uses, ...usesOfSets(options)]);
  const topics = await observeIf(options.settings.permissions.topics, async () => {
    const read = [];
    for (const [arn, usesOfTopic] of [...byTopic].slice(0, MAX_TOPICS)) {
      const sources = [...new Set(usesOfTopic.map(({ source }) => source))];
      read.push(await options.reader.readTopic(arn, sources.slice(0, MAX_USES)));
    }
    return read;
  });
  const unread = [unreadOfSets(options.configurationSets), ...ofIdentities.unread].filter(Boolean);
  const usesUnread = unread.find((why) => why !== 'NOT_PERMITTED_BY_SETTINGS') ?? unread[0];
  return { topics, topicUses: boundedUses(byTopic), ...(usesUnread ? { usesUnread } : {}) };
}

async function usesOfIdentities({
  names,
  notificationsOf,
  ...target
}: ReadTopicsOptions): Promise<{ uses: TopicUse[]; unread: Set<TargetFacts['usesUnread']> }> {
  const uses: TopicUse[] = [];
  const unread = new Set<TargetFacts['usesUnread']>();
  for (const name of names) {
    const read = await notificationsOf(name);
    if (read.kind !== 'seen') {
      unread.add(unreadOf(read));
      continue;
    }
    const { bounceTopic, complaintTopic, deliveryTopic } = read.value;
    for (const arn of new Set([bounceTopic, complaintTopic, deliveryTopic])) {
      if (arn) uses.push({ arn, by: name, source: sourceArn(arn, target, `identity/${name}`) });
    }
  }
  return { uses, unread };
}

function usesOfSets({ configurationSets, ...target }: ReadTopicsOptions): TopicUse[] {
  return destinationsOf(configurationSets, 'SNS').map(({ arn, by, set }) => ({
    arn,
    by,
    source: sourceArn(arn, target, `configuration-set/${set}`),
  }));
}

/** In the partition of the topic: SES and SNS are in the same. */
function sourceArn(
  topicArn: string,
  { accountId, region }: { accountId: string; region: string },
  resource: string,
): string {
  return `arn:${topicArn.split(':')[1] ?? 'aws'}:ses:${region}:${accountId}:${resource}`;
}
