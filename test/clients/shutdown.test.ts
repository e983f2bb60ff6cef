import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createEmbeddedFile } from "../../src/embedded/embedded-file.ts";
import { startStub } from "../mlflow/stub.ts";
import { openSession, post, postModern, rpc } from "../support/http-service.ts";
import { isolated, startHttp } from "../support/program.ts";

const search = "GET /api/2.0/mlflow/registered-models/search";
const ann = { authorization: "Bearer ann" };

/** The program before an MLflow that answers the first search and holds the next. */
async function startHeld(...flags: string[]) {
  const mlflow = await startStub();
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    mlflow.on(
      search,
      { json: {} },
      {
        raw: (response) => {
          answer = () => response.end("{}");
          resolve();
        },
      },
    );
  });
  const { environment } = isolated({
    MLFLOW_TRACKING_URI: mlflow.url,
    MLFLOW_HTTP_REQUEST_TIMEOUT: "100",
  });
  const { url, child } = await startHttp(environment, "--auth", "forward", ...flags);
  const call = post(url, rpc("prompts/list"), ann);
  await held;
  return { url, child, call, answer: () => answer() };
}

describe("when the program is told to stop", () => {
  it("loses no call that it accepted, under load", async () => {
    const { environment, home } = isolated();
    const { url, child } = await startHttp(environment);
    const exited = once(child, "exit");
    let answered = 0;
    const callers = Array.from({ length: 16 }, async (_, caller) => {
      const register = await registering(url, caller % 2 === 0);
      let count = 0;
      while (await register(`load-${caller}-${count}`)) {
        count++;
        answered++;
        if (answered === 100) child.kill("SIGTERM");
      }
    });

    await Promise.all(callers);
    expect(await exited).toEqual([0, null]);

    const path = join(home, "data", "mlflow-prompts-mcp", "registry.db");
    const file = createEmbeddedFile({ path, samples: false });
    const written = await file.registry({}).searchPrompts({ nameContains: "load-", limit: 1_000 });
    file.close();
    expect(answered).toBeGreaterThanOrEqual(100);
    expect(written.items).toHaveLength(answered);
  });

  it("finishes the call in flight, takes no other, ends its streams, and exits with 0", async () => {
    const { url, child, call, answer } = await startHeld();
    const exited = once(child, "exit");
    const session = await openSession(url, ann);
    const stream = await fetch(url, {
      headers: { accept: "text/event-stream", ...ann, ...session },
    });

    child.kill("SIGTERM");
    await stream.text();
    await expect(fetch(url)).rejects.toThrow();
    answer();

    expect(await call).toMatchObject({ status: 200, message: { result: { prompts: [] } } });
    expect(await exited).toEqual([0, null]);
  });

  it("gives calls up that do not finish in time", async () => {
    const { child, call } = await startHeld("--shutdown-timeout", "1");
    const exited = once(child, "exit");

    child.kill("SIGTERM");
    await call.catch(() => undefined);

    expect(await exited).toEqual([0, null]);
  });
});

/** Registers versions of one prompt, in a session or without; false once the server takes no more. */
async function registering(url: string, inSession: boolean) {
  const session = inSession ? await openSession(url) : undefined;
  return async (name: string): Promise<boolean> => {
    const params = { name: "register_prompt", arguments: { name, template: "Hello" } };
    const call = session
      ? post(url, rpc("tools/call", params), session)
      : postModern(url, "tools/call", params);
    // Refused, or closed before anything was sent on it: not accepted.
    return call.then(
      ({ status }) => status === 200,
      () => false,
    );
  };
}
