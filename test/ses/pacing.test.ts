import { describe, expect, it } from 'vitest';
import { createPacer, TimeBudgetExceeded, type Clock } from '../../lambda/ses/pacing.ts';

/** A clock that jumps instead of sleeping, and always draws the longest jitter. */
function testClock(): Clock & { time: number } {
  const clock = {
    time: 0,
    now: () => clock.time,
    sleep: (ms: number) => {
      clock.time += ms;
      return Promise.resolve();
    },
    random: () => 1,
  };
  return clock;
}

function failure(name: string, status = 400): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status } });
}

const THROTTLED = failure('TooManyRequestsException', 429);

function setUp(budgetMs = 600_000, requestsPerSecond = 1) {
  const clock = testClock();
  const pacer = createPacer({ requestsPerSecond, deadline: () => budgetMs - clock.time, clock });
  const starts: number[] = [];
  const call = (outcomes: (Error | 'ok')[]) => () => {
    starts.push(clock.time);
    const outcome = outcomes.shift() ?? 'ok';
    return outcome === 'ok' ? Promise.resolve('ok') : Promise.reject(outcome);
  };
  return { clock, pacer, starts, call };
}

describe('pacing', () => {
  it('lets one request a second leave', async () => {
    const { pacer, starts, call } = setUp();
    for (let count = 0; count < 4; count += 1) await pacer.run('x', call([]));
    expect(starts).toEqual([0, 1_000, 2_000, 3_000]);
  });

  it('does not hold back what comes late anyway', async () => {
    const { pacer, starts, call, clock } = setUp();
    await pacer.run('x', call([]));
    clock.time = 5_000;
    await pacer.run('x', call([]));
    expect(starts).toEqual([0, 5_000]);
  });

  it('slows down after throttling and comes back to its rate', async () => {
    const { pacer, starts, call } = setUp();
    await pacer.run('x', call([THROTTLED, 'ok']));
    for (let count = 0; count < 20; count += 1) await pacer.run('x', call([]));
    const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
    expect(gaps[1]).toBeGreaterThan(1_500);
    expect(gaps.at(-1)).toBe(1_000);
  });

  it('tries a throttled request again', async () => {
    const { pacer, starts, call } = setUp();
    await expect(pacer.run('x', call([THROTTLED, THROTTLED, 'ok']))).resolves.toBe('ok');
    expect(starts).toHaveLength(3);
  });

  it.each([
    ['a request that got no answer', failure('TimeoutError')],
    ['a fault of the server', failure('InternalFailure', 500)],
  ])('tries %s again', async (_title, error) => {
    const { pacer, call } = setUp();
    await expect(pacer.run('x', call([error, 'ok']))).resolves.toBe('ok');
  });

  it('does not try a denied request again', async () => {
    const { pacer, starts, call } = setUp();
    const denied = failure('AccessDeniedException', 403);
    await expect(pacer.run('x', call([denied, 'ok']))).rejects.toBe(denied);
    expect(starts).toHaveLength(1);
  });

  it('gives up after a bounded number of tries, with AWS’s own error', async () => {
    const { pacer, starts, call } = setUp(10 * 3_600_000);
    await expect(pacer.run('x', call(Array.from({ length: 100 }, () => THROTTLED)))).rejects.toBe(THROTTLED);
    expect(starts.length).toBeLessThanOrEqual(10);
  });

  it('never waits past the time budget', async () => {
    const { pacer, call, clock } = setUp(2_500);
    await expect(pacer.run('x', call(Array.from({ length: 100 }, () => THROTTLED)))).rejects.toThrow(
      TimeBudgetExceeded,
    );
    expect(clock.time).toBeLessThanOrEqual(2_500);
  });

  it('does not begin a request without time for it', async () => {
    const { pacer, starts, call } = setUp(100);
    await expect(pacer.run('x', call([]))).rejects.toThrow(TimeBudgetExceeded);
    expect(starts).toEqual([]);
  });

  it('aborts the request under way when the time budget ends', async () => {
    const pacer = createPacer({ requestsPerSecond: 1, deadline: () => 300 });
    const hang = (signal: AbortSignal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(failure('AbortError'))),
      );
    await expect(pacer.run('x', hang)).rejects.toThrow(TimeBudgetExceeded);
  });

  it('keeps the rate of requests that are started side by side', async () => {
    const { pacer, clock } = setUp();
    const slots: number[] = [];
    clock.sleep = (ms) => {
      slots.push(ms);
      return Promise.resolve();
    };
    await Promise.all([1, 2, 3].map(() => pacer.run('x', () => Promise.resolve('ok'))));
    expect(slots).toEqual([1_000, 2_000]);
  });
});
