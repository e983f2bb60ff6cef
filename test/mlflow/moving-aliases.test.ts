import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { race } from "../contract/support.ts";
import { eventually } from "../support/eventually.ts";
import { failed } from "./failed.ts";
import { type Arrived, clientFor, type Stub, startStub } from "./stub.ts";
import { modelReply, routes, version, versionReply } from "./wire-data.ts";

const asked = z.object({ alias: z.string(), version: z.coerce.number() });
const done = { json: {} };

/** An MLflow with a prompt "x" of three versions, whose aliases are in `aliases`. */
async function promptWith(aliases: Record<string, number>): Promise<Stub> {
  const stub = await startStub();
  stub.on(routes.getVersion, ({ query }) => versionReply("x", Number(query.version)));
  stub.on(routes.getModel, () => modelReply("x", { latest: [version("x", 3)], aliases }));
  stub.on(routes.setAlias, (request) => {
    move(aliases, request);
    return done;
  });
  return stub;
}

function move(aliases: Record<string, number>, { body }: Arrived): void {
  const { alias, version } = asked.parse(body);
  aliases[alias] = version;
}

describe("an alias that several move at once", () => {
  it.each([
    ["from a version", { production: 1 }, 1],
    ["that is to be new", {}, 0],
  ])("is moved by one of those in one process, %s", async (_, aliases, expectedVersion) => {
    const stub = await promptWith(aliases);
    const client = clientFor(stub.url);

    const { won, lost } = await race(
      [2, 3, 2, 3, 2, 3].map(async (target) => {
        await client.registry().setAlias("x", "production", target, { expectedVersion });
        return target;
      }),
    );

    expect(won).toHaveLength(1);
    expect(aliases).toEqual({ production: won[0] });
    const told = { kind: "conflict", subject: { version: won[0] }, mayHaveChanged: false };
    expect(lost).toMatchObject(Array.from({ length: 5 }, () => told));
  });

  it("is looked at between the look at the version and the write, and behind the write", async () => {
    const stub = await promptWith({ production: 1 });

    await clientFor(stub.url).registry().setAlias("x", "production", 2, { expectedVersion: 1 });

    const { getVersion, getModel, setAlias } = routes;
    expect(stub.routes()).toEqual([getVersion, getModel, setAlias, getModel]);
  });

  it.each([
    ["moves it on", { production: 3 }, "moved it to version 3", "expected_version 3"],
    ["deletes it", {}, "deleted it", "expected_version 0"],
  ])("tells who was overtaken by another program that %s", async (_, after, what, todo) => {
    let aliases: Record<string, number> = { production: 1 };
    const stub = await promptWith({});
    stub.on(routes.getModel, () => modelReply("x", { latest: [version("x", 3)], aliases }));
    stub.on(routes.setAlias, () => {
      aliases = after;
      return done;
    });

    const error = await failed(
      clientFor(stub.url).registry().setAlias("x", "production", 2, { expectedVersion: 1 }),
    );

    expect(error).toMatchObject({ kind: "conflict", mayHaveChanged: true });
    for (const part of ["was pointed at version 2", what, todo]) {
      expect(error.message).toContain(part);
    }
  });

  it("says that it was moved when it cannot be looked at afterwards", async () => {
    const stub = await promptWith({});
    const before = modelReply("x", { latest: [version("x", 3)], aliases: { production: 1 } });
    stub.on(routes.getModel, before, { status: 503, text: "" });

    const error = await failed(
      clientFor(stub.url).registry().setAlias("x", "production", 2, { expectedVersion: 1 }),
    );

    expect(error).toMatchObject({ kind: "unavailable", mayHaveChanged: true });
    expect(error.message).toContain('"production" of "x" was pointed at version 2');
  });

  it("keeps nobody waiting who moves another one, and lets go who leaves", async () => {
    const stub = await promptWith({});
    const held: ServerResponse[] = [];
    stub.on(routes.setAlias, { raw: (response) => void held.push(response) }, done);
    const caller = new AbortController();
    const registry = clientFor(stub.url).registry();

    const first = registry.setAlias("x", "production", 2);
    await eventually(() => expect(held).toHaveLength(1));
    const waiting = registry.setAlias("x", "production", 3, {}, { signal: caller.signal });
    await registry.setAlias("x", "staging", 3);
    caller.abort();
    const error = await failed(waiting);
    held[0]?.end("{}");
    await first;
    await registry.setAlias("x", "production", 1);

    expect(error).toMatchObject({ kind: "cancelled", mayHaveChanged: false });
    const sent = stub.arrived.filter(({ route }) => route === routes.setAlias);
    expect(sent.map(({ body }) => asked.parse(body))).toEqual([
      { alias: "production", version: 2 },
      { alias: "staging", version: 3 },
      { alias: "production", version: 1 },
    ]);
  });
});
