import { describe, expect, onTestFinished, test } from "vitest";
import { defaultPool, type PoolOptions, WorkerPool } from "../../src/template-workers/pool.ts";

const program = new URL("./stub-worker.mjs", import.meta.url);

function startPool(options: Partial<PoolOptions> = {}): WorkerPool {
  const pool = new WorkerPool({ ...defaultPool, program, processes: 2, ...options });
  onTestFinished(() => pool.close());
  return pool;
}

/** The result of a job of the stub. */
interface Done {
  readonly text: string;
  readonly pid: number;
  readonly batches: number;
  readonly unique: string;
}

/** Reads a template: such jobs run in batches, and their results are cached. */
async function read(pool: WorkerPool, text: string, caller = "a"): Promise<Done> {
  const job = { kind: "read", syntax: "jinja2", texts: [text] } as const;
  return doneOf(await pool.run(caller, job, { prompt: text, version: 3 }));
}

/** Renders a template: such a job runs alone. */
async function fill(pool: WorkerPool, text: string, caller = "a"): Promise<Done> {
  const template = { kind: "text", text } as const;
  const job = { kind: "render", template, values: {}, options: {} } as const;
  return doneOf(await pool.run(caller, job, { prompt: text, version: 3 }));
}

function doneOf(result: unknown): Done {
  return result as Done;
}

describe("a job that exceeds a limit", () => {
  test("fails with an error that names the version", async () => {
    await expect(fill(startPool(), "forever")).rejects.toMatchObject({
      kind: "invalid",
      subject: { prompt: "forever", version: 3 },
      message:
        'Rendering the template of prompt "forever" version 3 was stopped: it takes more than 1000 ms. Shorten the template or the values.',
    });
  });

  test("fails when it uses too much memory, even at once", async () => {
    const pool = startPool({ memoryMb: 32, timeMs: 60_000 });
    await expect(fill(pool, "memory")).rejects.toMatchObject({
      kind: "invalid",
      message: expect.stringContaining("takes more than 32 MB of memory"),
    });
  });

  test("does not affect other jobs of its batch", async () => {
    const pool = startPool();
    const texts = ["one", "forever", "two", "three"];
    const results = await Promise.allSettled(texts.map((text) => read(pool, text)));
    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
    ]);
  });

  test("fails at once the next time, for every caller", async () => {
    const pool = startPool();
    await expect(fill(pool, "forever")).rejects.toThrow("was stopped");
    const { pid } = await fill(pool, "fine");
    await expect(fill(pool, "forever", "b")).rejects.toThrow("was stopped");
    // The process was not killed again.
    expect(await fill(pool, "fine")).toMatchObject({ pid });
  });

  test("leaves a process for other callers", async () => {
    const pool = startPool();
    await Promise.all([fill(pool, "fine", "evil"), fill(pool, "fine", "other")]);
    let ended = 0;
    const evil = Array.from({ length: 3 }, (_, at) =>
      pool
        .run(
          "evil",
          { kind: "jinjaLogic", texts: ["forever"], names: [{ name: `${at}`, kind: "any" }] },
          {},
        )
        .finally(() => {
          ended += 1;
        }),
    );
    for (let asked = 0; asked < 20; asked += 1) await fill(pool, `${asked}`, "other");
    expect(ended).toBe(0);
    await Promise.allSettled(evil);
    expect(ended).toBe(3);
  });
});

test("jobs requested at once are sent in few messages", async () => {
  const pool = startPool();
  const texts = Array.from({ length: 1_000 }, (_, at) => `text ${at}`);
  const results = await Promise.all(texts.map((text) => read(pool, text)));
  expect(results.map(({ text }) => text)).toEqual(texts);
  const messages = new Set(results.map(({ pid, batches }) => `${pid} ${batches}`));
  expect(messages.size).toBeLessThanOrEqual(11);
});

test("results of reading are cached, and results of rendering are not", async () => {
  const pool = startPool();
  expect(await read(pool, "a")).toEqual(await read(pool, "a", "b"));
  expect((await fill(pool, "a")).unique).not.toBe((await fill(pool, "a")).unique);
});

test("the queue of one caller is limited, and other callers are not affected", async () => {
  const pool = startPool({ queueLimit: 2 });
  const own = ["1", "2", "3"].map((text) => fill(pool, text));
  const other = fill(pool, "4", "b");
  await expect(own[2]).rejects.toMatchObject({ kind: "unavailable" });
  expect(await Promise.all([own[0], own[1], other])).toHaveLength(3);
});

test("refusals and faults of a job are returned", async () => {
  const pool = startPool();
  await expect(fill(pool, "refused")).rejects.toMatchObject({
    kind: "unreadable",
    message: 'The template of prompt "refused" version 3: It is refused.',
    subject: { version: 3 },
  });
  await expect(fill(pool, "broken")).rejects.toThrow("It is broken.");
});

test("a process that cannot be started is reported", async () => {
  const missing = new URL("./no-such-worker.mjs", import.meta.url);
  await expect(fill(startPool({ program: missing }), "a")).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringContaining("could not be started"),
  });
});

test("closing it rejects running and queued jobs, and kills every process", async () => {
  const pool = startPool();
  const { pid } = await fill(pool, "fine");
  const running = [fill(pool, "forever"), fill(pool, "waits")].map((it) =>
    expect(it).rejects.toMatchObject({ kind: "unavailable" }),
  );
  await new Promise((resolve) => setImmediate(resolve));
  pool.close();
  await Promise.all(running);
  await expect(fill(pool, "late")).rejects.toMatchObject({ kind: "unavailable" });
  await expect.poll(() => isAlive(pid)).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
