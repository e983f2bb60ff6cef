import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Position, position, RowWalk } from "../../../src/mlflow/reads/row-walk.ts";
import {
  compareCodePoints,
  compareKeys,
  type SortKey,
} from "../../../src/registry/search/sort-key.ts";
import { runs } from "../../support/runs.ts";

interface Row {
  readonly name: string;
  readonly time: number;
  /** Has an offset, and is not shown to this caller (basic auth). */
  readonly hidden?: boolean;
}

type Order = (one: Row, other: Row) => number;

const keyOf = (row: Row): SortKey => ({ rank: 0 - row.time, name: row.name });
const dictionary = new Intl.Collator("en").compare;

const tokenAt = (offset: number) => Buffer.from(`{"offset": ${offset}}`).toString("base64");
const offsetIn = (token: string) =>
  Number(/\d+/.exec(Buffer.from(token, "base64").toString())?.[0]);

/** A list that MLflow serves, in some order; `requests` tells where pages began and how long. */
class Server {
  readonly requests: (readonly [offset: number, rows: number])[] = [];
  /** The names of all rows that were given. */
  readonly given: string[] = [];
  rows: Row[];
  readonly #order: Order;
  /** Called before each page but the first. */
  onRequest: () => void = () => {};

  constructor(rows: Row[], order: Order) {
    this.rows = rows;
    this.#order = order;
  }

  /** Pages are filled up with rows that may be seen, as MLflow's basic auth does. */
  readonly fetchPage = async (token: string | undefined, count: number) => {
    const offset = token === undefined ? 0 : offsetIn(token);
    if (this.requests.length > 0) this.onRequest();
    this.requests.push([offset, count]);
    const rows: Row[] = [];
    const sorted = this.rows.toSorted(this.#order);
    let next = offset;
    while (next < sorted.length && rows.length < count) {
      const row = sorted[next++];
      if (row !== undefined && !row.hidden) rows.push(row);
    }
    return { rows, ...(next < sorted.length ? { next_page_token: tokenAt(next) } : {}) };
  };

  walk(from: Position | undefined, count: number, maxRows = 10_000): RowWalk<Row> {
    return new RowWalk({ from, count: () => count, fetchPage: this.fetchPage, keyOf, maxRows });
  }

  /** As many rows as are wanted, and the position behind them if there are more. */
  async page(from: Position | undefined, count: number) {
    const walk = this.walk(from, count);
    const names: string[] = [];
    for await (const { name } of walk) {
      names.push(name);
      this.given.push(name);
      if (names.length === count) break;
    }
    // As it comes back in a cursor.
    const next = walk.isComplete
      ? undefined
      : position.parse(JSON.parse(JSON.stringify(walk.position)));
    return { names, next };
  }
}

const byName: Order = (one, other) => compareCodePoints(one.name, other.name);
const rowsOf = (names: Iterable<string>): Row[] => [...names].map((name) => ({ name, time: 0 }));
const numbered = (count: number) =>
  rowsOf(Array.from({ length: count }, (_, n) => `p${String(n).padStart(5, "0")}`));

describe("a walk over MLflow's pages", () => {
  it("takes one request a page while nothing changes, and reads a few rows again", async () => {
    const server = new Server(numbered(50), byName);

    const first = await server.page(undefined, 20);
    const second = await server.page(first.next, 20);
    const third = await server.page(second.next, 20);

    expect([...first.names, ...second.names, ...third.names]).toEqual(
      server.rows.map(({ name }) => name),
    );
    expect(third.next).toBeUndefined();
    expect(server.requests).toEqual([
      [0, 20],
      [15, 25],
      [35, 25],
    ]);
  });

  it("takes one request as long as a few rows come or go, and some more when many go", async () => {
    const server = new Server(numbered(100), byName);
    const { next } = await server.page(undefined, 50);
    const before = server.requests.length;
    const begin = async () => (await server.walk(next, 20)[Symbol.asyncIterator]().next()).value;

    server.rows.push(...rowsOf(["a", "b", "c", "d"]));
    expect(await begin()).toMatchObject({ name: "p00050" });
    server.rows.splice(0, 4);
    expect(await begin()).toMatchObject({ name: "p00050" });
    server.rows.splice(0, 30);
    expect(await begin()).toMatchObject({ name: "p00050" });

    expect(server.requests.slice(before)).toEqual([
      [45, 25],
      [45, 25],
      [45, 25],
      [29, 105],
      [0, 134],
    ]);
  });

  it("goes on when all that was given before is gone", async () => {
    const server = new Server(numbered(3_000), byName);
    const { next } = await server.page(undefined, 1_000);
    server.rows.splice(0, 1_000);

    const { names } = await server.page(next, 1_000);

    expect(names[0]).toBe("p01000");
    expect(server.requests.length).toBeLessThan(10);
  });

  it("goes on when thousands came before", async () => {
    const server = new Server(numbered(100), byName);
    const { next } = await server.page(undefined, 20);
    server.rows.push(...rowsOf(Array.from({ length: 5_000 }, (_, n) => `a${n}`)));

    const { names } = await server.page(next, 20);

    expect(names).toHaveLength(20);
    expect(names[0]).toBe("p00020");
    expect(server.requests.length).toBeLessThan(10);
  });

  it("stops at its bound and at its last row, and knows the difference", async () => {
    const server = new Server(numbered(1_000), byName);
    const bounded = server.walk(undefined, 400, 999);
    const whole = server.walk(undefined, 400, 1_000);
    const namesOf = async (walk: RowWalk<Row>) => {
      const names: string[] = [];
      for await (const { name } of walk) names.push(name);
      return names;
    };

    expect([(await namesOf(bounded)).length, bounded.isComplete]).toEqual([999, false]);
    expect([(await namesOf(whole)).length, whole.isComplete]).toEqual([1_000, true]);
  });

  it("finds rows that are still there in an order it does not know, else says it is lost", async () => {
    const backwards: Order = (one, other) => -byName(one, other);
    const server = new Server(numbered(2_000), backwards);
    const { next } = await server.page(undefined, 1_500);
    server.rows = server.rows.filter(({ name }) => name < "p01500" || name > "p01950");

    const found = await server.page(next, 10);
    server.rows = server.rows.filter(({ name }) => name < "p00500" || name > "p00504");

    expect(found.names[0]).toBe("p00499");
    await expect(server.page(next, 10)).rejects.toMatchObject({ kind: "conflict" });
  });

  it("refuses pages that do not follow each other", async () => {
    for (const next_page_token of [tokenAt(0), "again", Buffer.from("[]").toString("base64")]) {
      const fetchPage = async () => ({ rows: [], next_page_token });
      const options = { from: undefined, count: () => 10, fetchPage, keyOf, maxRows: 100 };
      const walk = new RowWalk<Row>(options)[Symbol.asyncIterator]();

      await expect(walk.next()).rejects.toMatchObject({ kind: "unavailable" });
    }
  });

  const letters = fc.string({ unit: fc.constantFrom(..."abAB-_.1"), minLength: 1, maxLength: 3 });
  const names = fc.uniqueArray(letters, { maxLength: 30 });
  const size = fc.integer({ min: 1, max: 5 });
  const change = fc.record({
    add: fc.uniqueArray(letters, { maxLength: 6 }),
    remove: fc.array(letters, { maxLength: 6 }),
  });

  /** All names page by page; `onRequest` may change the rows between any two requests. */
  async function readAll(server: Server, limit: number): Promise<string[]> {
    const seen: string[] = [];
    let from: Position | undefined;
    do {
      const page = await server.page(from, limit);
      seen.push(...page.names);
      from = page.next;
    } while (from !== undefined);
    return seen;
  }

  it.each([
    { title: "by name, in the order of code points", compareNames: compareCodePoints, times: 1 },
    { title: "by time, in the order of code points", compareNames: compareCodePoints, times: 3 },
    { title: "by name, as a dictionary", compareNames: dictionary, times: 1 },
    { title: "by time, as a dictionary", compareNames: dictionary, times: 3 },
  ])(
    "gives each lasting row once, in order, whatever comes and goes: $title",
    async ({ compareNames, times }) => {
      const rowOf = (name: string): Row => ({ name, time: name.length % times });
      const order: Order = (one, other) => compareKeys(keyOf(one), keyOf(other), compareNames);
      await fc.assert(
        fc.asyncProperty(names, fc.array(change), size, async (all, changes, limit) => {
          const lasting = new Set(all.filter((_, index) => index % 2 === 0));
          const server = new Server(all.map(rowOf), order);
          const left = changes.values();
          server.onRequest = () => {
            const { add = [], remove = [] } = left.next().value ?? {};
            // Which of the orders it is, rows tell that were seen: one of those is left.
            const kept = new Set([...lasting, ...server.given.slice(-3)]);
            const rows = server.rows
              .filter(({ name }) => kept.has(name) || !remove.includes(name))
              .map((row) => [row.name, row] as const);
            const added = add.map((name) => [name, rowOf(name)] as const);
            server.rows = [...new Map([...rows, ...added]).values()];
          };

          const seen = await readAll(server, limit);

          const ordered = [...lasting].map(rowOf).toSorted(order);
          expect(seen.filter((name) => lasting.has(name))).toEqual(ordered.map(({ name }) => name));
        }),
        { numRuns: runs(1_000) },
      );
    },
  );

  it.each([
    ["code points", compareCodePoints],
    ["a dictionary", dictionary],
  ])("goes on when everything goes that was shown, in the order of %s", async (_, compareNames) => {
    const order: Order = (one, other) => compareNames(one.name, other.name);
    await fc.assert(
      fc.asyncProperty(names, size, fc.integer({ min: 1, max: 9 }), async (all, limit, nth) => {
        const server = new Server(rowsOf(all), order);
        const lasting = new Set(all.filter((_, index) => index % nth === 0));
        server.onRequest = () => {
          const shown = new Set(server.given);
          server.rows = server.rows.filter(({ name }) => lasting.has(name) || !shown.has(name));
        };

        expect(await readAll(server, limit)).toEqual(
          rowsOf(all)
            .toSorted(order)
            .map(({ name }) => name),
        );
      }),
      {
        numRuns: runs(1_000),
        // What is left in the end is in the order of code points and of a dictionary alike.
        examples: [
          [
            [".Ab", "A-", "a.a", "A.", "1_.", "A", ".-A", "--", "-", "_.", "ba.", "Ab1", "-B"],
            1,
            2,
          ],
        ],
      },
    );
  });

  it("gives each row once among those that may not be seen, in hardly more requests", async () => {
    await fc.assert(
      fc.asyncProperty(names, fc.func(fc.boolean()), size, async (all, hide, limit) => {
        const rows = all.map((name) => ({ name, time: 0, hidden: hide(name) }));
        const server = new Server(rows, byName);

        const seen = await readAll(server, limit);

        const visible = rows.filter(({ hidden }) => !hidden).toSorted(byName);
        expect(seen).toEqual(visible.map(({ name }) => name));
        const pages = Math.ceil(visible.length / limit);
        expect(server.requests.length).toBeLessThanOrEqual(pages + 2);
      }),
      { numRuns: runs(1_000) },
    );
  });
});
