/**
 * Processes that can be stopped between any two calls: each call to the table or to SNS waits at a gate until the
 * scheduler lets it through, one at a time, and a process may die before or after its n-th call.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

export class Crash extends Error {
  override name = 'Crash';
}

export interface Death {
  /** Which of the process's calls it dies at, counted from 1. */
  call: number;
  /** Whether the call still reaches the other side. */
  reached: boolean;
}

export class Process {
  /** Held back until no other process can go on: suspended, as a frozen or throttled one is. */
  held = false;
  calls = 0;
  dead = false;
  readonly name: string;
  readonly #scheduler: Scheduler;
  readonly #death: Death | undefined;
  readonly #holdAt: number | undefined;
  readonly #onHold: () => void;

  constructor(
    name: string,
    scheduler: Scheduler,
    fate: { death?: Death; holdAt?: number; onHold?: () => void } = {},
  ) {
    this.name = name;
    this.#scheduler = scheduler;
    this.#death = fate.death;
    this.#holdAt = fate.holdAt;
    this.#onHold = fate.onHold ?? (() => undefined);
  }

  async call<T>(work: () => Promise<T>): Promise<T> {
    if (this.calls + 1 === this.#holdAt) {
      this.held = true;
      this.#onHold();
    }
    await this.#scheduler.gate(this);
    if (this.dead) throw new Crash(this.name);
    this.calls += 1;
    const dies = this.#death?.call === this.calls;
    if (dies && !this.#death.reached) this.#die();
    this.#scheduler.underWay += 1;
    try {
      const result = await work();
      if (dies) this.#die();
      return result;
    } finally {
      this.#scheduler.underWay -= 1;
    }
  }

  #die(): never {
    this.dead = true;
    throw new Crash(this.name);
  }
}

/** Lets every call of the client pass through whichever process it is lent to. */
export class LentClient {
  process: Process | undefined;
  readonly client: DynamoDBClient;

  constructor(client: DynamoDBClient) {
    this.client = client;
    client.middlewareStack.add(
      (next) => (input) => (this.process ? this.process.call(() => next(input)) : next(input)),
      { step: 'initialize', name: 'gate', priority: 'high' },
    );
  }
}

export class Scheduler {
  underWay = 0;
  #waiting: { process: Process; release: () => void }[] = [];

  gate(process: Process): Promise<void> {
    return new Promise((release) => this.#waiting.push({ process, release }));
  }

  /** Runs the processes to their ends; `choose` picks among `n` waiting calls, and may do something in between. */
  async run(processes: Promise<unknown>[], choose: (waiting: number) => number): Promise<void> {
    let running = processes.length;
    for (const process of processes) void process.finally(() => (running -= 1)).catch(() => undefined);
    for (;;) {
      await this.#settle();
      if (running === 0) return;
      let free = this.#waiting.filter(({ process }) => !process.held);
      if (free.length === 0) {
        for (const { process } of this.#waiting) process.held = false;
        free = this.#waiting;
      }
      const next = free[choose(free.length)];
      if (!next) throw new Error('A process waits for something other than a call.');
      this.#waiting = this.#waiting.filter((it) => it !== next);
      next.release();
    }
  }

  /** Until the call let through has ended and whatever it set going stands at a gate or has ended. */
  async #settle(): Promise<void> {
    for (let quiet = 0; quiet < 3;) {
      await new Promise(setImmediate);
      quiet = this.underWay === 0 ? quiet + 1 : 0;
    }
  }
}
