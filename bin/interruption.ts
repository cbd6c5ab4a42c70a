/** Ctrl-C, and how the program says that it could not do what it was asked. */
import pc from 'picocolors';

/** Exit code when nothing could be scanned, listed or served. */
export const COULD_NOT_RUN = 2;
/** Exit code after Ctrl-C, as shells expect it. */
const INTERRUPTED = 130;

/** How long what is under way may take to end after the first Ctrl-C. Milliseconds. */
const PATIENCE_MS = 5_000;

const controller = new AbortController();
let timer: NodeJS.Timeout | undefined;

function onSignal(): void {
  process.exitCode = INTERRUPTED;
  if (controller.signal.aborted) process.exit(INTERRUPTED);
  controller.abort();
  timer = setTimeout(() => process.exit(INTERRUPTED), PATIENCE_MS);
  timer.unref();
}

/**
 * Everything runs in this one process, so that ending it leaves nothing behind. The first Ctrl-C lets servers close and
 * files end, a second one ends at once.
 */
export const interruption = {
  signal: controller.signal,
  /** Starts to listen. A command that holds servers open calls it first. */
  watch(): AbortSignal {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
    return controller.signal;
  },
  /** Resolves at the first Ctrl-C. */
  async wait(): Promise<void> {
    if (controller.signal.aborted) return;
    await new Promise<void>((resolve) =>
      controller.signal.addEventListener('abort', () => resolve(), { once: true }),
    );
  },
  release(): void {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, onSignal);
    clearTimeout(timer);
  },
};

/** Says one error in its own sentence, without a stack trace, and sets the exit code. */
export function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  console.error(`${pc.red('Error:')} ${printable(message)}`);
  process.exitCode = COULD_NOT_RUN;
}

/** Text from outside, safe on a terminal. */
export function printable(text: string): string {
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '?');
}
