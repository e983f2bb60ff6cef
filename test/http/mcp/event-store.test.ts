import { expect, it } from "vitest";
import { EventLog } from "../../../src/http/mcp/event-store.ts";

const message = (text: string) => ({ jsonrpc: "2.0", method: "test", params: { text } }) as const;

it("events that one caller's sessions keep push out that caller's alone", async () => {
  const log = new EventLog(40_000, 10_000);
  const bob = log.open("of-bob", "bob");
  const opening = await bob.store.storeEvent("stream", message("opening"));
  await bob.store.storeEvent("stream", message("an answer"));
  const ann = ["one", "two"].map((id) => log.open(id, "ann"));

  for (let index = 0; index < 500; index++) {
    for (const { store } of ann) await store.storeEvent("stream", message("x".repeat(1_000)));
  }

  const sent: unknown[] = [];
  await bob.store.replayEventsAfter(opening, { send: async (_, event) => void sent.push(event) });
  expect(sent).toEqual([message("an answer")]);
  expect(log.bytes).toBeLessThan(12_000);
  for (const { close } of [bob, ...ann]) close();
  expect(log.bytes).toBe(0);
});
