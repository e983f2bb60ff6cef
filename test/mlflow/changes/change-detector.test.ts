import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findTail } from "../../../src/mlflow/changes/list-tail.ts";
import type { Change } from "../../../src/registry/changes/change-hub.ts";
import { runs } from "../../support/runs.ts";
import { type Arrived, clientFor, type Stub, startStub } from "../stub.ts";
import { model, refusal, routes, version } from "../wire-data.ts";

interface Row {
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When each live version came. */
  readonly versions: readonly number[];
  /** When all versions were changed: by a new name. */
  readonly renamedAt?: number;
  /** May not be seen by whoever asks (basic auth). */
  readonly hidden?: boolean;
}

const anything = { listed: true };

/** An MLflow that has a list of prompts and nothing else. */
class Prompts {
  now = 1_000_000;
  rows: readonly Row[] = [];
  /** When the prompt of each name changed last. */
  readonly #changed = new Map<string, number>();

  serve(stub: Stub, { auth = false } = {}): void {
    stub.on(routes.searchModels, ({ query }: Arrived) => {
      const { given, next } = this.#page(query);
      const token = next === undefined ? (auth ? "" : undefined) : tokenOf(next);
      return {
        json: {
          ...(given.length > 0 ? { registered_models: given.map(wire) } : {}),
          ...(token === undefined ? {} : { next_page_token: token }),
        },
      };
    });
  }

  create(name: string, hidden = false): void {
    this.#passTime(name);
    const row = { name, createdAt: this.now, updatedAt: this.now, versions: [this.now], hidden };
    this.rows = [...this.rows, row];
  }

  createMany(count: number): void {
    for (let n = 0; n < count; n++, this.now += 2_000)
      this.create(`p${String(n).padStart(4, "0")}`);
  }

  delete(name: string): void {
    this.rows = this.rows.filter((row) => row.name !== name);
  }

  rename(name: string, to: string): void {
    this.#change(name, {});
    this.#passTime(to);
    this.rows = this.rows.map((row) =>
      row.name === name ? { ...row, name: to, renamedAt: row.updatedAt } : row,
    );
  }

  describe(name: string): void {
    this.#change(name, {});
  }

  addVersion(name: string): void {
    const versions = this.rows.find((row) => row.name === name)?.versions ?? [];
    this.#change(name, { versions: [...versions, this.now] });
  }

  deleteVersion(name: string): void {
    const versions = this.rows.find((row) => row.name === name)?.versions ?? [];
    this.#change(name, { versions: versions.slice(0, -1) });
  }

  /** Prompts may change in the same millisecond, but not one prompt twice. */
  #passTime(name: string): void {
    if (this.#changed.get(name) === this.now) this.now++;
    this.#changed.set(name, this.now);
  }

  #change(name: string, change: Partial<Row>): void {
    this.#passTime(name);
    this.rows = this.rows.map((row) =>
      row.name === name ? { ...row, updatedAt: this.now, ...change } : row,
    );
  }

  /** Fills pages up with rows that may be seen, as MLflow's basic auth does. */
  #page(query: Arrived["query"]) {
    const rows = this.#sorted(query.order_by ?? "");
    const given: Row[] = [];
    let next = offsetIn(query.page_token);
    while (next < rows.length && given.length < Number(query.max_results)) {
      const row = rows[next++];
      if (row && !row.hidden) given.push(row);
    }
    return { given, next: next < rows.length ? next : undefined };
  }

  #sorted(order: string): readonly Row[] {
    const sign = order.endsWith("DESC") ? -1 : 1;
    return this.rows.toSorted(
      (a, b) => sign * (a.updatedAt - b.updatedAt) || (a.name < b.name ? -1 : 1),
    );
  }
}

function wire({ name, createdAt, updatedAt, versions, renamedAt }: Row) {
  const latest = versions.slice(-1).map((at) => ({
    ...version(name, versions.length),
    creation_timestamp: at,
    last_updated_timestamp: Math.max(at, renamedAt ?? 0),
  }));
  return { ...model(name, { updatedAt, latest }), creation_timestamp: createdAt };
}

function tokenOf(offset: number): string {
  return Buffer.from(JSON.stringify({ offset })).toString("base64");
}

function offsetIn(token: string | undefined): number {
  return Number(/\d+/.exec(Buffer.from(token ?? "", "base64").toString())?.[0] ?? 0);
}

/** A detector over the prompts; `look` also tells how many requests it took. */
async function lookoutOver(prompts: Prompts, options?: { readonly auth: boolean }) {
  const stub = await startStub();
  prompts.serve(stub, options);
  const detector = clientFor(stub.url).changeDetector();
  return {
    stub,
    async look(...announced: readonly string[]) {
      const before = stub.arrived.length;
      const changes = await detector.detect({ announced: new Set(announced) });
      return { changes, requests: stub.arrived.length - before };
    },
  };
}

describe("the change detector", () => {
  it.each([0, 1, 19, 20, 21, 1_000])(
    "is one request for two rows while none of %i prompts has",
    async (count) => {
      const prompts = new Prompts();
      prompts.createMany(count);
      const { stub, look } = await lookoutOver(prompts);

      const first = await look();
      expect(first.changes).toEqual([]);
      expect(first.requests).toBeLessThanOrEqual(count > 20 ? 14 : 2);
      expect(await look()).toEqual({ changes: [], requests: 1 });
      expect(await look()).toEqual({ changes: [], requests: 1 });

      const query = stub.arrived.at(-1)?.query;
      expect(offsetIn(query?.page_token)).toBe(Math.max(0, count - 2));
      expect(query).toMatchObject({
        filter: "tags.`mlflow.prompt.is_prompt` = 'true'",
        order_by: "last_updated_timestamp ASC",
      });
    },
  );

  it.each<[string, (prompts: Prompts) => void, readonly object[]]>([
    ["a prompt", (p) => p.create("new"), [{ prompt: "new", version: 1, listed: true }]],
    [
      "a prompt whose name comes first",
      (p) => p.create("a"),
      [{ prompt: "a", version: 1, listed: true }],
    ],
    [
      "a version of an old prompt",
      (p) => p.addVersion("p0003"),
      [{ prompt: "p0003", version: 2, listed: false }],
    ],
    [
      "a version of the newest",
      (p) => p.addVersion("p0029"),
      [{ prompt: "p0029", version: 2, listed: false }],
    ],
    [
      "a description of an old prompt",
      (p) => p.describe("p0003"),
      [{ prompt: "p0003", listed: false, described: true }],
    ],
    [
      "a description of the newest",
      (p) => p.describe("p0029"),
      [{ prompt: "p0029", listed: false, described: true }],
    ],
    [
      "that a version has gone",
      (p) => p.deleteVersion("p0020"),
      [{ prompt: "p0020", listed: false, described: true }],
    ],
    ["that an old prompt has gone", (p) => p.delete("p0003"), [anything]],
    ["that the newest prompt has gone", (p) => p.delete("p0029"), [anything]],
    [
      "a new name of an old prompt",
      (p) => p.rename("p0003", "other"),
      [{ prompt: "other", listed: false, described: true }, anything],
    ],
    [
      "a new name of the newest",
      (p) => p.rename("p0029", "other"),
      [{ prompt: "other", version: 1, listed: true }, anything],
    ],
    [
      "a prompt, though another has gone",
      (p) => {
        p.delete("p0003");
        p.create("new");
      },
      [{ prompt: "new", version: 1, listed: true }, anything],
    ],
    [
      "a prompt that has gone and come again",
      (p) => {
        p.delete("p0025");
        p.create("p0025");
      },
      [{ prompt: "p0025", version: 1, listed: true }],
    ],
  ])("reports %s", async (_, change, told) => {
    const prompts = new Prompts();
    prompts.createMany(30);
    const { look } = await lookoutOver(prompts);
    await look();

    change(prompts);

    const { changes, requests } = await look();
    expect(changes).toEqual(told);
    expect(requests).toBeLessThanOrEqual(6);
    expect(await look()).toEqual({ changes: [], requests: 1 });
  });

  it.each([0, 30])(
    "reports that an announced prompt is gone which no poll saw, beside %i others",
    async (others) => {
      const prompts = new Prompts();
      prompts.createMany(others);
      const { look } = await lookoutOver(prompts);
      await look();

      prompts.create("brief");
      prompts.delete("brief");
      expect(await look("brief")).toEqual({ changes: [anything], requests: 1 });
      expect(await look()).toEqual({ changes: [], requests: 1 });

      prompts.create("brief");
      prompts.create("lasting");
      prompts.delete("brief");
      expect((await look("brief", "lasting")).changes).toEqual([
        { prompt: "lasting", version: 1, listed: true },
        anything,
      ]);
    },
  );

  it("reports at its first poll that an announced prompt is gone", async () => {
    const prompts = new Prompts();
    prompts.createMany(30);
    const { look } = await lookoutOver(prompts);

    expect((await look("brief")).changes).toEqual([anything]);
  });

  it("does not report an announced prompt that it knows", async () => {
    const prompts = new Prompts();
    prompts.createMany(30);
    const { look } = await lookoutOver(prompts);
    await look("p0029");
    prompts.create("new");

    expect((await look("new")).changes).toEqual([{ prompt: "new", version: 1, listed: true }]);
    expect(await look("new", "p0029")).toEqual({ changes: [], requests: 1 });
  });

  it("takes two more requests for new prompts and new versions", async () => {
    const prompts = new Prompts();
    prompts.createMany(1_000);
    const { look } = await lookoutOver(prompts);
    await look();

    prompts.create("new");
    expect((await look()).requests).toBe(3);
    prompts.now += 2_000;
    prompts.addVersion("p0003");
    expect((await look()).requests).toBe(3);
  });

  it("detects a change that was stored late, or in the same millisecond", async () => {
    const prompts = new Prompts();
    prompts.createMany(30);
    prompts.create("last");
    const { look } = await lookoutOver(prompts);
    await look();

    prompts.describe("p0003");
    expect((await look()).changes).toEqual([{ prompt: "p0003", listed: false, described: true }]);
    prompts.now -= 900;
    prompts.addVersion("p0004");
    expect((await look()).changes).toEqual([{ prompt: "p0004", version: 2, listed: false }]);
    prompts.create("late");
    expect((await look()).changes).toEqual([{ prompt: "late", version: 1, listed: true }]);
  });

  it("reports no prompt when more has changed than one page shows", async () => {
    const prompts = new Prompts();
    prompts.createMany(100);
    const { look } = await lookoutOver(prompts);
    await look();

    for (const { name } of prompts.rows.slice(0, 50)) prompts.addVersion(name);

    expect((await look()).changes).toEqual([anything]);
    expect(await look()).toEqual({ changes: [], requests: 1 });
  });

  it("finds the end again in few requests when thousands were deleted", async () => {
    const prompts = new Prompts();
    prompts.createMany(3_000);
    const { look } = await lookoutOver(prompts);
    await look();

    prompts.rows = prompts.rows.slice(0, 200);

    const { changes, requests } = await look();
    expect(changes).toEqual([anything]);
    expect(requests).toBeLessThan(25);
    expect(await look()).toEqual({ changes: [], requests: 1 });
  });

  it("reports the changes that a failed poll missed", async () => {
    const prompts = new Prompts();
    prompts.createMany(30);
    const { stub, look } = await lookoutOver(prompts);
    await look();
    prompts.create("new");
    stub.on(routes.searchModels, refusal(500, "INTERNAL_ERROR"));
    await expect(look()).rejects.toMatchObject({ kind: "unavailable" });

    prompts.serve(stub);

    expect((await look()).changes).toEqual([{ prompt: "new", version: 1, listed: true }]);
  });

  it("compares only rows that the caller can read", async () => {
    const prompts = new Prompts();
    for (let n = 0; n < 300; n++, prompts.now += 2_000) prompts.create(`p${n + 100}`, n % 3 !== 0);
    const { look } = await lookoutOver(prompts, { auth: true });
    await look();
    expect(await look()).toEqual({ changes: [], requests: 1 });

    prompts.create("mine");
    expect((await look()).changes).toContainEqual({ prompt: "mine", version: 1, listed: true });
    prompts.create("theirs", true);
    expect((await look()).changes).toEqual([]);
    prompts.delete("p100");
    expect((await look()).changes).toEqual([anything]);
    expect(await look()).toEqual({ changes: [], requests: 1 });
  });
});

type Act = readonly [
  kind: "create" | "delete" | "rename" | "addVersion" | "describe" | "wait",
  name: string,
  to: string,
];

/** Does what can be done; a wait is not long. */
function perform(prompts: Prompts, [kind, name, to]: Act): void {
  const exists = (one: string) => prompts.rows.some((row) => row.name === one);
  if (kind === "wait") prompts.now += 700;
  else if (exists(name) === (kind === "create")) return;
  else if (kind !== "rename") prompts[kind](name);
  else if (!exists(to)) prompts.rename(name, to);
}

/** That every prompt is told of which is another now than before, and nothing when none is. */
function expectTold(changes: readonly Change[], before: readonly Row[], now: readonly Row[]): void {
  const touched = now.filter((row) => !before.includes(row)).map(({ name }) => name);
  const names = new Set(now.map(({ name }) => name));
  const gone = before.some(({ name }) => !names.has(name));
  const told = changes.map(({ prompt }) => prompt);
  if (touched.length === 0 && !gone) expect(changes).toEqual([]);
  else if (gone) expect(told).toContain(undefined);
  else if (!told.includes(undefined)) expect(told).toEqual(expect.arrayContaining(touched));
}

describe("all changes between two polls", () => {
  const name = fc.constantFrom(..."abcdef");
  const kind = fc.constantFrom<Act[0][]>(
    ...(["create", "delete", "rename", "addVersion", "describe", "wait"] as const),
  );
  const acts = fc.array(fc.tuple(kind, name, name), { maxLength: 3 });

  it.each([0, 25])(
    "is told, and nothing else, beside %i other prompts",
    async (others) => {
      const stub = await startStub();
      const client = clientFor(stub.url);
      const rounds = fc.array(acts, { minLength: 1, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(rounds, fc.boolean(), async (all, auth) => {
          const prompts = new Prompts();
          prompts.createMany(others);
          prompts.serve(stub, { auth });
          const detector = client.changeDetector();
          expect(await detector.detect()).toEqual([]);
          for (const round of all) {
            const before = prompts.rows;
            for (const act of round) perform(prompts, act);
            expectTold(await detector.detect(), before, prompts.rows);
          }
        }),
        { numRuns: runs(300) },
      );
    },
    60_000,
  );
});

describe("the end of a list", () => {
  it("is found from any offset, among rows that the caller cannot read", async () => {
    const list = fc.array(fc.boolean(), { maxLength: 400 });
    const from = fc.integer({ min: 0, max: 500 });
    await fc.assert(
      fc.asyncProperty(list, from, fc.integer({ min: 0, max: 19 }), async (rows, first, width) => {
        let requests = 0;
        const fetchPage = async (offset: number) => {
          requests++;
          const found = rows.flatMap((seen, at) => (seen && at >= offset ? [at] : []));
          const last = found[19];
          const next = last === undefined || last + 1 === rows.length ? undefined : last + 1;
          return { rows: found.slice(0, 20), next };
        };

        const tail = await findTail(fetchPage, first, width);

        const seen = rows.flatMap((one, at) => (one ? [at] : []));
        expect(tail.rows).toEqual(seen.slice(seen.length - tail.rows.length));
        expect(tail.rows.length).toBeGreaterThanOrEqual(Math.min(1, seen.length));
        expect(requests).toBeLessThan(30);
      }),
      { numRuns: runs(1_000) },
    );
  });

  it("is an error when it is not found within the limit of requests", async () => {
    const fetchPage = async (offset: number) => ({ rows: [offset], next: offset + 1 });

    await expect(findTail(fetchPage, 0, 1)).rejects.toMatchObject({ kind: "unavailable" });
  });
});
