/** Which topics a target's mail events go to, who sends them there, and what state the topics are in. */
import type { ScanSettings } from '../contract.ts';
import type { ConfigurationSetsFacts, NotificationFacts, Permitted, TargetFacts } from '../facts/types.ts';
import { observeIf } from '../ses/observe.ts';
import type { SesReader } from '../ses/reader.ts';
import { MAX_TOPICS } from '../ses/topics.ts';

const MAX_USES = 200;

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

/** `by` is an identity, or `configuration set/event destination`; `source` the resource that SNS sees publish. */
interface TopicUse {
  arn: string;
  by: string;
  source: string;
}

/**
 * The first 50 topics that identities and event destinations name, each asked for once, and at most 200 uses, of as many
 * topics as possible: EVT-04 says of those that were not read. Topics of what could not be read are not among them.
 */
export async function readTopics(
  options: ReadTopicsOptions,
): Promise<Pick<TargetFacts, 'topics' | 'topicUses'>> {
  const uses = [...(await usesOfIdentities(options)), ...usesOfSets(options)];
  const byTopic = new Map<string, TopicUse[]>();
  for (const use of uses) {
    const known = byTopic.get(use.arn);
    if (known) known.push(use);
    else byTopic.set(use.arn, [use]);
  }
  const topics = await observeIf(options.settings.permissions.topics, async () => {
    const read = [];
    for (const [arn, usesOfTopic] of [...byTopic].slice(0, MAX_TOPICS)) {
      const sources = [...new Set(usesOfTopic.map(({ source }) => source))];
      read.push(await options.reader.readTopic(arn, sources.slice(0, MAX_USES)));
    }
    return read;
  });
  return { topics, topicUses: boundedUses([...byTopic.values()]) };
}

async function usesOfIdentities({
  names,
  notificationsOf,
  ...target
}: ReadTopicsOptions): Promise<TopicUse[]> {
  const uses: TopicUse[] = [];
  for (const name of names) {
    const read = await notificationsOf(name);
    if (read.kind !== 'seen') continue;
    const { bounceTopic, complaintTopic, deliveryTopic } = read.value;
    for (const arn of new Set([bounceTopic, complaintTopic, deliveryTopic])) {
      if (arn) uses.push({ arn, by: name, source: sourceArn(arn, target, `identity/${name}`) });
    }
  }
  return uses;
}

function usesOfSets({ configurationSets, ...target }: ReadTopicsOptions): TopicUse[] {
  if (configurationSets.kind !== 'seen') return [];
  return configurationSets.value.sets.flatMap((set) =>
    set.destinations.flatMap(({ kind, arn, name }) =>
      kind === 'SNS' && arn
        ? { arn, by: `${set.name}/${name}`, source: sourceArn(arn, target, `configuration-set/${set.name}`) }
        : [],
    ),
  );
}

/** In the partition of the topic: SES and SNS are in the same. */
function sourceArn(
  topicArn: string,
  { accountId, region }: { accountId: string; region: string },
  resource: string,
): string {
  return `arn:${topicArn.split(':')[1] ?? 'aws'}:ses:${region}:${accountId}:${resource}`;
}

function boundedUses(byTopic: readonly TopicUse[][]): { arn: string; by: string }[] {
  const first = byTopic.flatMap((uses) => uses.slice(0, 1));
  const others = byTopic.flatMap((uses) => uses.slice(1));
  return [...first, ...others].slice(0, MAX_USES).map(({ arn, by }) => ({ arn, by }));
}
