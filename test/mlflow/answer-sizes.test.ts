import type { ServerResponse } from "node:http";
import { PassThrough, Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { mostAnswerBytes, readText } from "../../src/mlflow/http/answer-body.ts";
import { tokenAt } from "../../src/mlflow/reads/page-token.ts";
import { failed } from "./failed.ts";
import { type Arrived, clientFor, type Reply, startStub } from "./stub.ts";
import { missingModel, model, modelReply, routes, version } from "./wire-data.ts";

const spaces = Buffer.alloc(mostAnswerBytes + 1, " ");

/** Bytes as they are. */
function sends(bytes: Buffer, encoding?: string): Reply {
  return {
    raw(response) {
      if (encoding !== undefined) response.setHeader("content-encoding", encoding);
      response.end(bytes);
    },
  };
}

const tooLarge = sends(spaces);

/** Never ends by itself; counts what was taken of it. */
function endless(): { readonly reply: Reply; readonly sent: () => number } {
  let sent = 0;
  const write = (response: ServerResponse) => {
    while (!response.destroyed && response.write(spaces.subarray(0, 65_536))) sent += 65_536;
  };
  const raw = (response: ServerResponse) => {
    response.on("drain", () => write(response));
    write(response);
  };
  return { reply: { raw }, sent: () => sent };
}

describe("an answer that is compressed", () => {
  it("is asked for as gzip, and decoded", async () => {
    const stub = await startStub();
    const answer = JSON.stringify(modelReply("x", { description: "é" }).json);
    stub.on(routes.getModel, sends(gzipSync(answer), "gzip"));

    const prompt = await clientFor(stub.url).registry().getPrompt("x");

    expect(prompt.description).toBe("é");
    expect(stub.arrived[0]?.headers["accept-encoding"]).toBe("gzip");
  });

  it.each([
    ["no gzip", Buffer.from("{}"), "gzip"],
    ["half of it", gzipSync(JSON.stringify(modelReply("x").json)).subarray(0, 40), "gzip"],
    ["another encoding", Buffer.from("{}"), "br"],
  ])("is refused when it is %s, and a write is looked for", async (_, bytes, encoding) => {
    const stub = await startStub();
    stub.on(routes.searchModels, sends(bytes, encoding));
    stub.on(routes.createModel, sends(bytes, encoding));
    stub.on(routes.getModel, missingModel("x"));
    const registry = clientFor(stub.url).registry();

    const read = await failed(registry.searchPrompts({ limit: 10 }));
    const write = await failed(registry.createPrompt("x", {}));

    for (const error of [read, write]) {
      expect(error.kind).toBe("unavailable");
      expect(error.message).toContain("cannot be decoded");
    }
    expect(write.message).toContain("MLflow was queried 3 times and did not have the change");
  });

  it("is decoded no further than it may be read", async () => {
    const million = gzipSync(Buffer.alloc(1_000_000));
    let taken = 0;
    const bomb = Readable.from(
      (function* () {
        for (; taken < 10_000; taken++) yield million;
      })(),
    );

    await expect(readText(bomb, "gzip", 2_000_000)).rejects.toThrow("ANSWER_TOO_LARGE");

    expect(taken).toBeLessThan(100);
    await expect.poll(() => bomb.destroyed).toBe(true);
  });

  it("fails as its connection does", async () => {
    const body = new PassThrough();
    const reading = readText(body, "gzip");
    body.write(gzipSync("Hello").subarray(0, 12));
    body.destroy(Object.assign(new Error("It broke."), { code: "ECONNRESET" }));

    await expect(reading).rejects.toThrow("It broke.");
  });
});

describe("an answer that is larger than may be read", () => {
  it("is not read to its end, and says so", async () => {
    const stub = await startStub();
    const { reply, sent } = endless();
    stub.on(routes.getModel, reply);

    const error = await failed(clientFor(stub.url, { maxRetries: 3 }).registry().getPrompt("x"));

    expect(error).toMatchObject({ kind: "unavailable" });
    expect(error.message).toContain("registered-models/get?name=x was answered with more than 32");
    expect(stub.routes()).toEqual([routes.getModel]);
    // What the sockets hold comes on top.
    expect(sent()).toBeLessThan(2 * mostAnswerBytes);
  });

  it("leaves open what became of a write, which is looked for", async () => {
    const stub = await startStub();
    stub.on(routes.createModel, tooLarge);
    stub.on(routes.getModel, modelReply("x"));

    const prompt = await clientFor(stub.url).registry().createPrompt("x", {});

    expect(prompt.name).toBe("x");
  });

  it("is asked for in parts where it is a page of prompts", async () => {
    const stub = await startStub();
    const rows = Array.from({ length: 45 }, (_, index) => model(`p${index + 10}`));
    stub.on(routes.searchModels, (request) =>
      rowsAsked(request) > 20 ? tooLarge : page("registered_models", rows, request),
    );
    const registry = clientFor(stub.url).registry();
    const names = await namesOf((cursor) => registry.searchPrompts({ limit: 40, ...cursor }));

    expect(names).toEqual(rows.map(({ name }) => name));
  });

  it("is asked for in parts where it is a page of versions", async () => {
    const stub = await startStub();
    const rows = Array.from({ length: 30 }, (_, index) => version("x", 30 - index));
    stub.on(routes.getModel, modelReply("x", { latest: rows.slice(0, 1) }));
    stub.on(routes.searchVersions, (request) => {
      const below = Number(/version_number < (\d+)/.exec(request.query.filter ?? "")?.[1] ?? 99);
      const left = rows.filter((row) => Number(row.version) < below);
      return rowsAsked(request) > 10 ? tooLarge : page("model_versions", left, request);
    });
    const registry = clientFor(stub.url).registry();
    const names = await namesOf((cursor) => registry.listVersions("x", { limit: 30, ...cursor }));

    expect(names).toHaveLength(30);
  });

  it("is asked for one by one where it is many prompts, or many versions", async () => {
    const stub = await startStub();
    const names = Array.from({ length: 10 }, (_, index) => `p${index}`);
    stub.on(routes.searchModels, tooLarge);
    stub.on(routes.searchVersions, tooLarge);
    stub.on(routes.getModel, ({ query }) =>
      modelReply(query.name ?? "", { latest: [version(query.name ?? "", 2)] }),
    );
    stub.on(routes.getVersion, ({ query }) => ({
      json: { model_version: version(query.name ?? "", Number(query.version)) },
    }));
    const registry = clientFor(stub.url).registry();

    const prompts = (await registry.getPrompts?.(names)) ?? [];
    const older = await registry.getVersions(
      prompts.map((prompt) => ({ name: prompt.name, version: 1, prompt })),
    );

    expect(prompts.map(({ name }) => name).toSorted()).toEqual(names);
    expect(older.map(({ version }) => version)).toEqual(names.map(() => 1));
  });
});

function rowsAsked({ query }: Arrived): number {
  return Number(query.max_results);
}

/** A page as MLflow gives it. */
function page(key: string, rows: readonly unknown[], { query }: Arrived): Reply {
  const token = Buffer.from(query.page_token ?? "", "base64").toString();
  const offset = Number(/\d+/.exec(token)?.[0] ?? 0);
  const end = offset + Number(query.max_results);
  const next = end < rows.length ? { next_page_token: tokenAt(end) } : {};
  return { json: { [key]: rows.slice(offset, end), ...next } };
}

interface Items {
  readonly items: readonly { readonly name: string }[];
  readonly nextCursor?: string;
}

/** The names on all pages. */
async function namesOf(ask: (cursor: { cursor?: string }) => Promise<Items>): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await ask(cursor === undefined ? {} : { cursor });
    names.push(...items.map(({ name }) => name));
    cursor = nextCursor;
  } while (cursor !== undefined);
  return names;
}
