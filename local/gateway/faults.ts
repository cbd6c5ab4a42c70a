/** Failures that a test or a demonstration puts in the way of matching calls. */

export interface Fault {
  /** What of the call must be so; an absent key matches everything. */
  match: { service?: string; action?: string; accountId?: string; region?: string };
  /** After so many hits it is spent; absent: stays until disposed. */
  times?: number;
  /** An error in the service's own shape, silence, or a reset of the connection. */
  respond: { status: number; code: string; message: string } | 'hang' | 'reset';
}

export interface FaultList {
  /** @returns a function that takes the fault away again */
  inject(fault: Fault): () => void;
  /** The oldest fault that matches this call, counted as used. */
  take(call: Required<Fault['match']>): Fault['respond'] | undefined;
}

export function createFaultList(): FaultList {
  const faults: { fault: Fault; left: number }[] = [];
  const remove = (entry: (typeof faults)[number]): void => {
    const index = faults.indexOf(entry);
    if (index >= 0) faults.splice(index, 1);
  };
  return {
    inject(fault) {
      const entry = { fault, left: fault.times ?? Infinity };
      faults.push(entry);
      return () => remove(entry);
    },
    take(call) {
      const entry = faults.find(({ fault: { match } }) =>
        (Object.keys(match) as (keyof Fault['match'])[]).every(
          (key) => match[key] === undefined || match[key] === call[key],
        ),
      );
      if (!entry) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) remove(entry);
      return entry.fault.respond;
    },
  };
}
