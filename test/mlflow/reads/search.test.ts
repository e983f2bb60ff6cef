import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameHas, nameIs, tagIs } from "../../../src/mlflow/reads/filter.ts";
import type { Page, Prompt } from "../../../src/registry/types.ts";
import { failed } from "../failed.ts";
import { type Arrived, clientFor, type Stub, startStub } from "../stub.ts";
import { type ModelData, model, modelReply, routes, version } from "../wire-data.ts";

const prompts = "tags.`mlflow.prompt.is_prompt` = 'true'";

type Model = ReturnType<typeof model>;

/** Serves these registered models as MLflow does, whatever the filter: as if all matched it. */
function serve(stub: Stub, models: readonly Model[], served: () => void = () => {}): void {
  stub.on(routes.searchModels, ({ query }: Arrived) => {
    const offset = offsetIn(query.page_token);
    const end = offset + Number(query.max_results);
    const sorted = query.order_by === undefined ? models : models.toSorted(newestFirst);
    const rows = sorted.slice(offset, end);
    served();
    return {
      json: {
        ...(rows.length > 0 ? { registered_models: rows } : {}),
        ...(end < models.length ? { next_page_token: tokenOf(end) } : {}),
      },
    };
  });
}

function newestFirst(one: Model, other: Model): number {
  return (
    other.last_updated_timestamp - one.last_updated_timestamp || (one.name < other.name ? -1 : 1)
  );
}

/** MLflow's page tokens (3.8 to 3.17). */
function tokenOf(offset: number): string {
  return Buffer.from(JSON.stringify({ offset })).toString("base64");
}

function offsetIn(token: string | undefined): number {
  const text = Buffer.from(token ?? "", "base64").toString();
  return Number(/\d+/.exec(text)?.[0] ?? 0);
}

function named(names: readonly string[], data: ModelData = {}) {
  return names.map((name) => model(name, data));
}

function numbered(count: number): Model[] {
  return named(Array.from({ length: count }, (_, n) => `p${String(n).padStart(5, "0")}`));
}

const namesOf = ({ items }: Page<Prompt>) => items.map(({ name }) => name);

describe("a search", () => {
  it("asks for a prompt that comes without the tags of its newest version", async () => {
    const stub = await startStub();
    // As MLflow answers while another version is registered.
    const torn = { ...version("b", 1), tags: [] };
    const aliases = { production: 1 };
    serve(stub, [...named(["a"]), model("b", { latest: [torn], aliases }), ...named(["c"])]);
    stub.on(routes.getModel, modelReply("b", { latest: [version("b", 2)], aliases }));
    const registry = clientFor(stub.url).registry();

    const all = await registry.searchPrompts({ limit: 10 });
    const aliased = await registry.searchPrompts({ limit: 10, alias: "production" });

    expect(all.items.map(({ name, latest }) => [name, latest?.version])).toEqual([
      ["a", undefined],
      ["b", 2],
      ["c", undefined],
    ]);
    expect(namesOf(aliased)).toEqual(["b"]);
  });

  it("is one request, and brings the newest version and all aliases along", async () => {
    const stub = await startStub();
    // One version per stage, in no order: the newest has the highest number.
    const latest = [
      version("x", 9),
      version("x", 10, { text: "Ten", description: "Better", tags: { a: "b" } }),
      version("x", 8, { stage: "Production" }),
    ];
    const aliases = { production: 9, canary: 10, champion: 10 };
    serve(stub, [model("x", { description: "Greets", latest, aliases, tags: { team: "red" } })]);

    const page = await clientFor(stub.url).registry().searchPrompts({ limit: 20 });

    expect(stub.arrived.map(({ query }) => query)).toEqual([
      { filter: prompts, max_results: "20" },
    ]);
    expect(page).toEqual({
      items: [
        {
          name: "x",
          description: "Greets",
          tags: { team: "red" },
          aliases,
          latest: {
            name: "x",
            version: 10,
            template: { kind: "text", text: "Ten" },
            commitMessage: "Better",
            tags: { a: "b" },
            aliases: ["canary", "champion"],
            createdAt: 10_000,
            updatedAt: 10_001,
          },
          createdAt: 1,
          updatedAt: 2,
        },
      ],
    });
  });

  it("takes an empty answer for nothing found, with or without a page token", async () => {
    const stub = await startStub();
    stub.on(routes.searchModels, { json: {} }, { json: { next_page_token: "" } });
    const registry = clientFor(stub.url).registry();

    expect(await registry.searchPrompts({ limit: 1 })).toEqual({ items: [] });
    expect(await registry.searchPrompts({ limit: 1 })).toEqual({ items: [] });
  });

  it("shows no registered model that is no prompt, whatever the server says", async () => {
    const stub = await startStub();
    serve(stub, [model("model", { prompt: false }), model("prompt")]);

    const page = await clientFor(stub.url).registry().searchPrompts({ limit: 5 });

    expect(namesOf(page)).toEqual(["prompt"]);
  });

  it("leaves out aliases that can only belong to a deleted version", async () => {
    const stub = await startStub();
    const latest = [version("x", 2)];
    serve(stub, [
      model("x", { latest, aliases: { dangling: 3, kept: 1 } }),
      model("y", { aliases: { dangling: 1 } }),
    ]);
    const registry = clientFor(stub.url).registry();

    const { items } = await registry.searchPrompts({ limit: 5 });

    expect(items.map(({ aliases }) => aliases)).toEqual([{ kept: 1 }, {}]);
    expect(await registry.searchPrompts({ alias: "dangling", limit: 5 })).toEqual({ items: [] });
  });

  it("sends conditions on names and tags, and looks again at what it cannot express", async () => {
    const stub = await startStub();
    serve(stub, [
      model("it's_a", { tags: { team: "red", note: 'say "it\'s"' } }),
      model("it's-a", { tags: { team: "red", note: 'say "it\'s"' } }),
      model("IT'S_A", { tags: { team: "Red", note: 'say "it\'s"' } }),
      model("IT'S_A2", { tags: { team: "red", note: 'say "it\'s"' } }),
      model("it's_a3", { tags: { team: "red" } }),
    ]);

    const page = await clientFor(stub.url)
      .registry()
      .searchPrompts({
        nameContains: "It's_A",
        tags: { team: "red", note: 'say "it\'s"' },
        limit: 10,
      });

    expect(namesOf(page)).toEqual(["it's_a", "IT'S_A2"]);
    expect(stub.arrived[0]?.query.filter).toBe(
      `${prompts} AND name ILIKE '%It%s_A%' AND tags.\`note\` LIKE 'say %it%s%' AND tags.\`team\` = 'red'`,
    );
  });

  it("leaves conditions that would make the URL too long to itself", async () => {
    const stub = await startStub();
    const tags = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [`key ${n} ${"k".repeat(100)}`, "v"]),
    );
    serve(stub, [model("x", { tags }), model("y")]);

    const page = await clientFor(stub.url).registry().searchPrompts({ tags, limit: 10 });

    expect(namesOf(page)).toEqual(["x"]);
    expect(new URLSearchParams(stub.arrived[0]?.query).toString().length).toBeLessThan(7_500);
  });

  it("finds every prompt that has a version by the alias latest", async () => {
    const stub = await startStub();
    serve(stub, [model("x", { latest: [version("x", 1)] }), model("y")]);

    const page = await clientFor(stub.url).registry().searchPrompts({ alias: "Latest", limit: 5 });

    expect(namesOf(page)).toEqual(["x"]);
  });
});

describe("pages", () => {
  it("are MLflow's own as long as it can express the search", async () => {
    const stub = await startStub();
    serve(stub, named(["a", "b", "c", "d", "e"]));
    const registry = clientFor(stub.url).registry();

    const first = await registry.searchPrompts({ limit: 2 });
    const second = await registry.searchPrompts({ limit: 2, cursor: first.nextCursor ?? "" });
    const third = await registry.searchPrompts({ limit: 2, cursor: second.nextCursor ?? "" });

    expect([first, second, third].map(namesOf)).toEqual([["a", "b"], ["c", "d"], ["e"]]);
    expect(third).not.toHaveProperty("nextCursor");
    // One request each: a few rows are read again, to see that nothing moved.
    expect(stub.arrived.map(({ query }) => offsetIn(query.page_token))).toEqual([0, 0, 0]);
    expect(stub.arrived.map(({ query }) => query.max_results)).toEqual(["2", "4", "6"]);
  });

  it("may change their size on the way", async () => {
    const stub = await startStub();
    serve(stub, named(["a", "b", "c", "d", "e"]));
    const registry = clientFor(stub.url).registry();

    const first = await registry.searchPrompts({ limit: 1 });
    const rest = await registry.searchPrompts({ limit: 10, cursor: first.nextCursor ?? "" });

    expect(namesOf(rest)).toEqual(["b", "c", "d", "e"]);
  });

  it("are filled over several of MLflow's when it sorts out less than is asked", async () => {
    const stub = await startStub();
    const some = Array.from({ length: 250 }, (_, n) =>
      model(`prompt ${String(n).padStart(3, "0")}`, {
        latest: [version("x", 1)],
        aliases: n % 50 === 0 ? { live: 1 } : {},
      }),
    );
    serve(stub, some);
    const registry = clientFor(stub.url).registry();
    const search = { alias: "live", limit: 2 };

    const first = await registry.searchPrompts(search);
    const second = await registry.searchPrompts({ ...search, cursor: first.nextCursor ?? "" });
    const third = await registry.searchPrompts({ ...search, cursor: second.nextCursor ?? "" });

    expect([first, second, third].map(namesOf)).toEqual([
      ["prompt 000", "prompt 050"],
      ["prompt 100", "prompt 150"],
      ["prompt 200"],
    ]);
    expect(third).not.toHaveProperty("nextCursor");
    // A few first, then more: what is looked for may be rare.
    expect(stub.arrived.map(({ query }) => query.max_results)).toEqual([
      ...["100", "405"],
      ...["105", "405"],
      "105",
    ]);
  });

  it("have no successor when nothing more is found behind a full one", async () => {
    const stub = await startStub();
    serve(stub, [model("a_1"), ...named(Array.from({ length: 150 }, (_, n) => `ax1${n}`))]);

    const page = await clientFor(stub.url)
      .registry()
      .searchPrompts({ nameContains: "a_", limit: 1 });

    expect(page).not.toHaveProperty("nextCursor");
    expect(namesOf(page)).toEqual(["a_1"]);
  });

  it("are not asked for with a cursor of another search, or of none", async () => {
    const stub = await startStub();
    serve(stub, named(["a", "b", "c"]));
    const registry = clientFor(stub.url).registry();
    const { nextCursor = "" } = await registry.searchPrompts({ limit: 1 });
    const before = stub.arrived.length;

    for (const search of [
      { limit: 1, cursor: nextCursor, nameContains: "a" },
      { limit: 1, cursor: nextCursor, tags: { a: "b" } },
      { limit: 1, cursor: nextCursor, alias: "a" },
      { limit: 1, cursor: "" },
      { limit: 1, cursor: "eyJ0b2tlbiI6MX0" },
      { limit: 1, cursor: `x${nextCursor}` },
    ]) {
      expect((await failed(registry.searchPrompts(search))).kind).toBe("invalid");
    }
    const versions = registry.listVersions("a", { limit: 1, cursor: nextCursor });
    stub.on(routes.getModel, { json: { registered_model: model("a") } });
    expect((await failed(versions)).kind).toBe("invalid");

    expect(stub.routes().slice(before)).not.toContain(routes.searchModels);
  });

  it("go on where they ended, whatever came and went before and behind that place", async () => {
    const stub = await startStub();
    const models = named(["b", "d", "f", "h", "j", "l"]);
    serve(stub, models);
    const registry = clientFor(stub.url).registry();
    const first = await registry.searchPrompts({ limit: 3 });

    models.splice(0, 1);
    models.unshift(...named(["a", "a1", "a2"]));
    models.splice(
      models.findIndex(({ name }) => name === "h"),
      0,
      ...named(["g"]),
    );
    const second = await registry.searchPrompts({ limit: 10, cursor: first.nextCursor ?? "" });

    expect(namesOf(first)).toEqual(["b", "d", "f"]);
    expect(namesOf(second)).toEqual(["g", "h", "j", "l"]);
  });

  it("go on when all that was shown is gone, or is far from where it was", async () => {
    const stub = await startStub();
    const models = numbered(40);
    serve(stub, models);
    const registry = clientFor(stub.url).registry();
    const { nextCursor: cursor = "" } = await registry.searchPrompts({ limit: 10 });

    models.unshift(...named(Array.from({ length: 60 }, (_, n) => `a${n + 100}`)));
    const far = await registry.searchPrompts({ limit: 2, cursor });
    models.splice(0, 70);
    const gone = await registry.searchPrompts({ limit: 2, cursor });

    expect(namesOf(far)).toEqual(["p00010", "p00011"]);
    expect(namesOf(gone)).toEqual(["p00010", "p00011"]);
  });

  it("do not go round in circles", async () => {
    const stub = await startStub();
    stub.on(routes.searchModels, {
      json: { registered_models: [], next_page_token: tokenOf(100) },
    });
    const search = { nameContains: "_", limit: 1 };

    const error = await failed(clientFor(stub.url).registry().searchPrompts(search));

    expect(error.kind).toBe("unavailable");
    expect(stub.arrived).toHaveLength(1);
  });
});

describe("the requests of a search", () => {
  /** How many rows were asked for, request by request. */
  const asked = (stub: Stub) => stub.arrived.map(({ query }) => Number(query.max_results));

  it("are one for each page, be it small or large", async () => {
    const stub = await startStub();
    serve(stub, numbered(3_000));
    const registry = clientFor(stub.url).registry();

    for (const search of [
      { limit: 20 },
      { limit: 20, order: "changed" },
      { limit: 1_000 },
    ] as const) {
      const first = await registry.searchPrompts(search);
      await registry.searchPrompts({ ...search, cursor: first.nextCursor ?? "" });
    }

    expect(asked(stub)).toEqual([20, 25, 20, 25, 1_000, 1_000]);
  });

  it("end with the first prompt that is too old", async () => {
    const stub = await startStub();
    const models = numbered(3_000);
    models.push(model("new", { updatedAt: 9 }), model("a-new", { updatedAt: 8 }));
    serve(stub, models);
    const registry = clientFor(stub.url).registry();

    const newest = await registry.searchPrompts({ changedSince: 8, order: "changed", limit: 20 });
    const byName = await registry.searchPrompts({ changedSince: 8, limit: 20 });

    expect([newest, byName].map(namesOf)).toEqual([
      ["new", "a-new"],
      ["a-new", "new"],
    ]);
    expect([newest, byName].flatMap((page) => Object.keys(page))).toEqual(["items", "items"]);
    const aliased = { changedSince: 8, alias: "absent", order: "changed", limit: 20 } as const;
    expect(await registry.searchPrompts(aliased)).toEqual({ items: [] });
    expect(asked(stub)).toEqual([21, 1_000, 100]);
    expect(stub.arrived[1]?.query.order_by).toBe("last_updated_timestamp DESC");
  });

  it("are few where every prompt has to be looked at, and bounded", async () => {
    const stub = await startStub();
    const models = numbered(10_000);
    models.push(model("z", { description: "needle" }));
    models.splice(500, 1, model("p00500", { description: "Needle" }));
    serve(stub, models);
    const registry = clientFor(stub.url).registry();

    const ranked = await registry.searchPrompts({ query: "NEEDLE", limit: 5 });
    const requests = asked(stub);

    expect(namesOf(ranked)).toEqual(["p00500"]);
    expect(ranked.cut).toBe(true);
    expect(requests).toEqual([...Array(10).fill(1_000), 50]);
  });

  it("go on behind the bound where prompts are given as they come", async () => {
    const stub = await startStub();
    const models = numbered(10_000);
    models.push(model("z", { latest: [version("z", 1, { text: "Hello {{ you }}" })] }));
    serve(stub, models);
    const registry = clientFor(stub.url).registry();
    const search = { variable: "you", limit: 5 };

    const first = await registry.searchPrompts(search);
    const requests = stub.arrived.length;
    const second = await registry.searchPrompts({ ...search, cursor: first.nextCursor ?? "" });

    expect(first).toEqual({ items: [], nextCursor: expect.any(String) });
    expect(requests).toBeLessThanOrEqual(13);
    expect(namesOf(second)).toEqual(["z"]);
    expect(second).not.toHaveProperty("nextCursor");
  });

  it("miss none that is there while others go between them", async () => {
    const stub = await startStub();
    const models = numbered(1_500);
    let served = 0;
    serve(stub, models, () => {
      if (++served === 1) models.splice(5, 3);
    });

    const page = await clientFor(stub.url).registry().searchPrompts({ query: "p0100", limit: 20 });

    expect(namesOf(page)).toEqual(
      numbered(1_010)
        .slice(1_000)
        .map(({ name }) => name),
    );
  });
});

describe("a condition", () => {
  /** SQL's LIKE, without an escape character. */
  function like(pattern: string, value: string, flags = "su"): boolean {
    const source = pattern.replace(/[%_]|[^%_]/gu, (sign) => {
      if (sign === "%") return ".*";
      return sign === "_" ? "." : sign.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
    });
    return new RegExp(`^${source}$`, flags).test(value);
  }

  const characters = fc.constantFrom(..."aB1 .:/-_%'\"`\\;\n()é漢🦉\u00a0");
  const strings = fc.string({ unit: characters, maxLength: 12 });

  it("on a part of the name matches at least the names that have it", () => {
    fc.assert(
      fc.property(strings, strings, strings, (before, part, after) => {
        const { text, exact } = nameHas(part);
        const pattern = /^name ILIKE '([^'"\\]*)'$/.exec(text)?.[1] ?? "";

        expect(like(pattern, before + part + after, "suim")).toBe(true);
        if (exact && before !== "") expect(like(pattern, "§")).toBe(part === "");
      }),
    );
  });

  it("on a value matches at least that value, and only it when it says so", () => {
    fc.assert(
      fc.property(strings, strings, (value, other) => {
        for (const { text, exact } of [nameIs(value), tagIs("k", value)]) {
          const [, operator, operand = ""] =
            /^(?:name|tags\.`k`) (=|LIKE) '([^'"\\]*)'$/.exec(text) ?? [];
          const matches = (one: string) =>
            operator === "=" ? one === operand : like(operand, one);

          expect(matches(value)).toBe(true);
          if (exact) expect(matches(other)).toBe(other === value);
        }
      }),
    );
  });
});
