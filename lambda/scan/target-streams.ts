/** Which Amazon Data Firehose streams a target's mail events go to, and what state the streams are in. */
import type { ScanSettings } from '../contract.ts';
import type { ConfigurationSetsFacts, Permitted, StreamFacts, TargetFacts } from '../facts/types.ts';
import { observeIf } from '../ses/observe.ts';
import type { SesReader } from '../ses/reader.ts';
import { MAX_STREAMS } from '../ses/streams.ts';
import { boundedUses, destinationsOf, usesByArn } from './event-uses.ts';

export interface ReadStreamsOptions {
  reader: Pick<SesReader, 'readStream'>;
  settings: ScanSettings;
  configurationSets: Permitted<ConfigurationSetsFacts>;
}

/**
 * The first 50 streams that event destinations name, each asked for once, and at most 200 uses, of as many streams as
 * possible: EVT-04 says of those that were not read. Identities name no streams.
 */
export async function readStreams({
  reader,
  settings,
  configurationSets,
}: ReadStreamsOptions): Promise<Pick<TargetFacts, 'streams' | 'streamUses'>> {
  const byStream = usesByArn(destinationsOf(configurationSets, 'FIREHOSE'));
  const streams = await observeIf(settings.permissions.deliveryStreams, async () => {
    const read: StreamFacts[] = [];
    for (const arn of [...byStream.keys()].slice(0, MAX_STREAMS)) read.push(await reader.readStream(arn));
    return read;
  });
  return { streams, streamUses: boundedUses(byStream) };
}
