/** A reader against the tiny AWS of stand-in.ts that neither waits between requests nor between tries. */
import { createSesReader, type SesReader, type SesReaderOptions } from '../../lambda/ses/reader.ts';
import {
  startStandIn,
  type StandIn,
  type StandInAnswer,
  type StandInRequest,
} from '../organization-reader/stand-in.ts';

export const ACCOUNT = '222222222222';
export const REGION = 'eu-south-1';

export interface OpenReader {
  reader: SesReader;
  standIn: StandIn;
  close(): Promise<void>;
}

export async function openReader(
  answer: (request: StandInRequest) => StandInAnswer,
  options: Partial<SesReaderOptions> = {},
): Promise<OpenReader> {
  const standIn = await startStandIn(answer);
  const reader = createSesReader({
    credentials: { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 's' },
    accountId: ACCOUNT,
    region: REGION,
    requestsPerSecond: 10_000,
    deadline: () => 60_000,
    clients: standIn.clients,
    clock: { now: () => performance.now(), sleep: () => Promise.resolve(), random: () => 0 },
    ...options,
  });
  return {
    reader,
    standIn,
    async close() {
      reader.close();
      await standIn.close();
    },
  };
}
