/** The mail step (docs/architecture.md, "Mail"). Any call can be the last one of its process; the next one goes on from there. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyDigest } from './apply.ts';
import { SPOKEN_KINDS } from './compare.ts';
import {
  claimDigest,
  commitDigest,
  markSent,
  newestDigest,
  readDigest,
  readMailed,
  releaseDigest,
  type DigestHeader,
} from './digest-store.ts';
import { freezeOutbox, type FreezeProgress } from './freeze.ts';
import type { Store } from './store.ts';
import type { ChangeTally, DigestEntry } from './types.ts';

export interface DigestMessage {
  number: number;
  subject: string;
  body: string;
}

export interface MailStepOptions<Header> {
  /** A FindingsTable. */
  table: { readonly store: Store };
  scan: { id: string };
  /** What the text says beside the changes; asked for once, at the freezing. */
  header: (frozen: { number: number; date: string; tally: ChangeTally }) => Header | Promise<Header>;
  render: (digest: { header: Header; entries: DigestEntry[] }) => { subject: string; body: string };
  /** Must end, well or badly, soon after the signal. May be called again with the same number and text. */
  publish: (message: DigestMessage, signal: AbortSignal) => Promise<void>;
  /** Who this is; for people who read the table. */
  owner: string;
  /** Whether a scan without anything to say sends its one line. Default true. */
  sendAllQuiet?: boolean;
  /** Whether there is something to say beside changes (a waiver that ends): asked where all-quiet is off. */
  announces?: () => Promise<boolean>;
  /** Milliseconds left; at 0 the step returns `done: false` and wants to be called again. Default: no end. */
  msLeft?: () => number;
  /** As an earlier call of this step returned it. */
  resume?: string;
  /** For tests. */
  wait?: (ms: number) => Promise<unknown>;
}

export interface MailStepOutcome {
  /** False: call again, with `resume`. */
  done: boolean;
  /** Whether this scan's digest was sent, by whomever. */
  published: boolean;
  /** Number of this scan's digest; absent where there was nothing to say and all-quiet is off. */
  digest?: number;
  /** Subjects with a change in it. */
  entries: number;
  resume?: string;
}

/** A publish is given up before its lease ends, so that two never publish at once. Milliseconds. */
const PUBLISH_MS = 45_000;
const LEASE_MS = 120_000;
const POLL_MS = 2_000;
/** Longer than any lease; whoever still waits then is to be called again. */
const MAX_WAITS = 100;
/** Each round finishes or makes one digest; others may make some in between. */
const MAX_ROUNDS = 100;

const NOT_DONE: MailStepOutcome = { done: false, published: false, entries: 0 };

/**
 * Sends the scan's digest exactly once, finishing first whatever an earlier step began.
 * @throws TableError, and whatever `publish` or `header` throws; run again it goes on from there.
 */
export async function runMailStep<Header>(options: MailStepOptions<Header>): Promise<MailStepOutcome> {
  const { store } = options.table;
  const isLate = (): boolean => (options.msLeft?.() ?? 1) <= 0;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { number, header } = await newestDigest(store);
    if (header && header.state !== 'APPLIED') {
      if (!(await finishDigest(header, options, isLate))) return NOT_DONE;
      continue;
    }
    // After looking for the newest: a step of the same scan that ended before that has left its mark, a later one holds number + 1.
    const mailed = await readMailed(store, options.scan.id);
    if (mailed)
      return { done: true, digest: mailed.digest, published: mailed.published, entries: mailed.entries };
    const made = await makeDigest(number + 1, options, isLate);
    if (made !== 'made') return made;
  }
  throw new Error(
    `${MAX_ROUNDS} digests were made while scan ${options.scan.id} waited to make its own. Look for scans started in a loop.`,
  );
}

async function makeDigest<Header>(
  number: number,
  options: MailStepOptions<Header>,
  isLate: () => boolean,
): Promise<'made' | MailStepOutcome> {
  const { store } = options.table;
  const frozen = await freezeOutbox(store, number, parseResume(options.resume, number), isLate);
  if ('late' in frozen) {
    const { shards, segments } = frozen.late;
    return { ...NOT_DONE, resume: [number, shards, segments.join(',')].join(':') };
  }
  const { segments, tally, entries, rows } = frozen;
  const quiet = !SPOKEN_KINDS.some((kind) => tally.changes[kind]);
  const speaks = !quiet || (options.sendAllQuiet ?? true) || ((await options.announces?.()) ?? false);
  if (!speaks && rows === 0) return { done: true, published: false, entries: 0 };
  const date = store.now().toISOString();
  const message = speaks
    ? options.render({ header: await options.header({ number, date, tally }), entries })
    : undefined;
  // Lost to another step: then that one's digest is finished first, and the outbox read again.
  await commitDigest(store, {
    number,
    state: message ? 'FROZEN' : 'SENT',
    scanId: options.scan.id,
    frozenAt: date,
    entries: tally.subjects,
    segments,
    ...(message && { message: { subject: message.subject, body: message.body } }),
  });
  return 'made';
}

/** `<number>:<shards>:<segments>`; worth nothing once another digest has taken the number. */
function parseResume(resume: string | undefined, number: number): FreezeProgress {
  const [at, shards, segments] = (resume ?? '').split(':');
  if (at !== String(number)) return { shards: 0, segments: [] };
  return { shards: Number(shards), segments: (segments ?? '').split(',').filter(Boolean) };
}

/** @returns false when the time ended first. */
async function finishDigest<Header>(
  header: DigestHeader,
  options: MailStepOptions<Header>,
  isLate: () => boolean,
): Promise<boolean> {
  const { store } = options.table;
  let current: DigestHeader | undefined = header;
  for (let wait = 0; current?.state === 'FROZEN'; wait += 1) {
    if (isLate() || wait >= MAX_WAITS) return false;
    await publishOrWait(current, options);
    current = await readDigest(store, header.number);
  }
  return current?.state === 'SENT' ? applyDigest(store, current, isLate) : true;
}

async function publishOrWait<Header>(header: DigestHeader, options: MailStepOptions<Header>): Promise<void> {
  const { store } = options.table;
  const { number, message } = header;
  const holder = `${options.owner} ${randomUUID()}`;
  const until = new Date(store.now().getTime() + LEASE_MS);
  if (!(await claimDigest(store, number, { holder, until: until.toISOString() }))) {
    await (options.wait ?? sleep)(POLL_MS);
    return;
  }
  // A process may have been suspended since the claim; what is left of the lease must cover a publish.
  if (!message || store.now().getTime() > until.getTime() - PUBLISH_MS) return;
  try {
    await options.publish({ number, ...message }, AbortSignal.timeout(PUBLISH_MS));
  } catch (error) {
    await releaseDigest(store, number, holder);
    throw error;
  }
  await markSent(store, number);
}
