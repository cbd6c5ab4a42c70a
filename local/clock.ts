/**
 * Moves this process's clock, so that a simulated week can pass: Date alone; timers and performance.now() stay real.
 * Handlers, stand-ins and SDKs share the process, so signatures and sessions agree on the time.
 */

const RealDate = Date;
let offsetMs = 0;

class ShiftedDate extends RealDate {
  constructor(...args: unknown[]) {
    if (args.length === 0) super(RealDate.now() + offsetMs);
    else super(...(args as [number]));
  }

  static override now(): number {
    return RealDate.now() + offsetMs;
  }
}

/** @param ms how far to move ahead, added to earlier moves */
export function travel(ms: number): void {
  offsetMs += ms;
  globalThis.Date = ShiftedDate as DateConstructor;
}

/** Back to the machine's clock. */
export function returnToPresent(): void {
  offsetMs = 0;
  globalThis.Date = RealDate;
}
