import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { CircuitBreaker } from "../../../src/mlflow/http/circuit-breaker.ts";
import { eventually } from "../../support/eventually.ts";

const refused = { reason: "the connection was refused", decisive: false };
const noConnection = { reason: "no connection within 2 s", decisive: true };
const quick = { probeEveryMs: 1, idleMs: 60_000 };

/** A probe that is never answered, and what became of each time it was asked. */
function deadProbe() {
  const signals: AbortSignal[] = [];
  const probe = (signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<boolean>((resolve) => {
      signal.addEventListener("abort", () => resolve(false), { once: true });
    });
  };
  return { probe, signals };
}

describe("a breaker", () => {
  it("opens after three attempts without an answer, or one timed-out connection", () => {
    const { probe } = deadProbe();
    const three = new CircuitBreaker(probe);
    const one = new CircuitBreaker(probe);

    three.failed(performance.now(), refused);
    three.failed(performance.now(), refused);
    expect(three.outage()).toBeUndefined();
    three.failed(performance.now(), refused);
    one.failed(performance.now(), noConnection);

    expect(three.outage()).toMatchObject({ reason: refused.reason });
    expect(one.outage()).toMatchObject({ reason: noConnection.reason });
  });

  it("is not opened by attempts that anybody could have made, while a probe is answered", async () => {
    const breaker = new CircuitBreaker(async () => true);

    for (const _ of [1, 2, 3, 4]) await breaker.suspect(performance.now(), noConnection);

    expect(breaker.isOpen).toBe(false);
  });

  it("is opened when the probe that follows such an attempt is not answered either", async () => {
    const probe = vi.fn(async () => false);
    const breaker = new CircuitBreaker(probe, { probeEveryMs: 60_000, idleMs: 60_000 });
    const suspecting = [refused, refused].map((silence) =>
      breaker.suspect(performance.now(), silence),
    );
    expect(probe).toHaveBeenCalledOnce();

    await Promise.all(suspecting);

    expect(breaker.outage()).toMatchObject({ reason: refused.reason });
    breaker.close();
  });

  it("forgets the suspicion when others are answered meanwhile", async () => {
    const { probe, signals } = deadProbe();
    const breaker = new CircuitBreaker(probe);
    const suspecting = breaker.suspect(performance.now(), refused);

    breaker.answered();
    await suspecting;

    expect(signals[0]?.aborted).toBe(true);
    expect(breaker.isOpen).toBe(false);
  });

  it("begins to count anew with each answer", () => {
    const breaker = new CircuitBreaker(deadProbe().probe);

    for (const _ of [1, 2, 3]) {
      breaker.failed(performance.now(), refused);
      breaker.failed(performance.now(), refused);
      breaker.answered();
    }

    expect(breaker.isOpen).toBe(false);
  });

  it("takes no notice of an attempt that began before the last answer came", () => {
    const breaker = new CircuitBreaker(deadProbe().probe);
    const begin = performance.now() - 1;

    breaker.answered();
    breaker.failed(begin, noConnection);

    expect(breaker.isOpen).toBe(false);
  });

  it("closes with any answer, and ends its probe", () => {
    const { probe, signals } = deadProbe();
    const breaker = new CircuitBreaker(probe);
    breaker.failed(performance.now(), noConnection);

    breaker.answered();

    expect(breaker.isOpen).toBe(false);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("asks one probe at a time, until one is answered", async () => {
    let asked = 0;
    let atOnce = 0;
    let most = 0;
    const breaker = new CircuitBreaker(async () => {
      most = Math.max(most, ++atOnce);
      await pause(3);
      atOnce--;
      return ++asked === 4;
    }, quick);
    breaker.failed(performance.now(), noConnection);
    breaker.failed(performance.now(), noConnection);

    await eventually(() => expect(breaker.isOpen).toBe(false));

    expect({ asked, most }).toEqual({ asked: 4, most: 1 });
  });

  it("stops asking when nobody calls, and opens again when the next call gets no answer", async () => {
    const probe = vi.fn(async () => false);
    const breaker = new CircuitBreaker(probe, { probeEveryMs: 1, idleMs: 10 });
    breaker.failed(performance.now(), noConnection);

    await eventually(() => expect(breaker.isOpen).toBe(false));

    expect(probe).toHaveBeenCalled();
    expect(breaker.outage()).toBeUndefined();
    breaker.failed(performance.now(), refused);
    expect(breaker.outage()).toMatchObject({ reason: refused.reason });
    breaker.close();
  });
});
