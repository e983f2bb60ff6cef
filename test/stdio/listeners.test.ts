import { PassThrough } from "node:stream";
import type { JSONRPCMessage } from "@modelcontextprotocol/server";
import { expect, it, onTestFinished } from "vitest";
import { ListenedStdio } from "../../src/stdio/listeners.ts";
import { modern } from "../support/http-service.ts";

/** A connection to which a client writes, what goes on from there, and what is answered at once. */
async function connection() {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const transport = new ListenedStdio(stdin, stdout);
  const passedOn: JSONRPCMessage[] = [];
  transport.onmessage = (message) => passedOn.push(message);
  await transport.start();
  onTestFinished(() => transport.close());
  const listen = (id: number, uris: readonly string[]) => {
    const notifications = { resourceSubscriptions: uris };
    const { body } = modern("subscriptions/listen", { notifications });
    stdin.write(`${JSON.stringify({ ...body, id })}\n`);
  };
  return { transport, passedOn, listen };
}

it("a client over stdio listens to a resource under its one spelling", async () => {
  const { transport, passedOn, listen } = await connection();

  listen(1, ["prompts:///greet", "prompts:/greet/01", "prompts:/greet", "file:/greet"]);
  await expect.poll(() => passedOn).toHaveLength(1);

  expect([...transport.listened.shownBy([{ listed: false }])]).toEqual(["prompts:/greet"]);
});
