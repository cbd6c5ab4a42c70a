/** The simulated organization, served until stopped. */
import type { SandboxOptions } from '../commands/sandbox.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderCounts } from '../../local/gateway/server.ts';
import {
  buildWorld,
  DEFAULT_MEMBER_ROLE_NAME,
  EXAMPLE_CORP_EXTERNAL_ID,
  EXAMPLE_CORP_SETTINGS,
} from '../../local/organization/build-world.ts';
import { startStack } from '../../local/stack.ts';
import { interruption } from '../interruption.ts';

export async function serve(options: SandboxOptions): Promise<void> {
  interruption.watch();
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'ses-posture-sandbox-'));
  const stack = await startStack({
    folder,
    inMemory: true,
    world: buildWorld({
      week: options.week === 2 ? 2 : 1,
      now: new Date(),
      externalId: EXAMPLE_CORP_EXTERNAL_ID,
    }),
    port: options.port,
    settings: {
      ...EXAMPLE_CORP_SETTINGS,
      externalId: EXAMPLE_CORP_EXTERNAL_ID,
      requestsPerSecond: options.requestsPerSecond ?? 1_000,
    },
    ...(options.requestsPerSecond ? { requestsPerSecond: options.requestsPerSecond } : {}),
  });
  try {
    console.log(
      `The simulated organization answers on ${stack.gateway.url}, its DNS on ${stack.dns?.address}. Ctrl-C ends it.`,
    );
    console.log(
      `Mails to the security team land in ${stack.outboxFolder}. Point any AWS client at it with:\n`,
    );
    for (const [name, value] of Object.entries(exportsOf(stack.environment)))
      console.log(`export ${name}=${value}`);
    console.log(
      `# Member accounts: role ${DEFAULT_MEMBER_ROLE_NAME}, external id ${EXAMPLE_CORP_EXTERNAL_ID}`,
    );
    await interruption.wait();
  } finally {
    console.log(`\nCalls served:\n${renderCounts(stack.gateway.counts())}`);
    await stack.close();
    if (!options.folder) rmSync(folder, { recursive: true, force: true });
  }
}

/** What a client needs; an empty value would hide a session token of the caller's shell. */
function exportsOf(environment: { [name: string]: string }): { [name: string]: string } {
  const wanted = [
    'AWS_ENDPOINT_URL',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_REGION',
    'AWS_DEFAULT_REGION',
    'DNS_SERVERS',
    'DNS_SECOND_OPINION_SERVERS',
  ];
  return Object.fromEntries(wanted.map((name) => [name, environment[name] ?? '']));
}
