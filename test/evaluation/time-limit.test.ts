import { expect, it, onTestFinished, vi } from "vitest";
import { callTool } from "../../src/cli/call-tool.ts";
import { localCall } from "../../src/cli/with-local-session.ts";
import { withTimeLimit } from "../../src/registry/concurrency/time-limit.ts";
import { evaluatePrompt } from "../../src/tools/evaluating/evaluate-prompt.ts";
import { replayPrompt } from "../../src/tools/evaluating/replay-prompt.ts";
import { emptyFile, sessionOf, text } from "../support/embedded-session.ts";
import { type AskedModel, fakeModel } from "../support/fake-model.ts";
import { modelsAt } from "../support/models.ts";

const halfAnHour = 30 * 60_000;

/** A model that answers three times, and then not before the time of a call is over. */
async function setUp() {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const file = emptyFile();
  await file.registry.registerVersion("qa", text("{{ n }}"));
  let hangs = true;
  const model = await fakeModel((_: AskedModel, index) =>
    hangs && index >= 3 ? { after: "never" } : "1",
  );
  const models = { url: model.url, names: ["m"], maxCalls: 1, timeoutMs: 2 * halfAnHour };
  const session = sessionOf(file.registry, { ...modelsAt(models), evaluations: file.evaluations });
  const call = () => localCall("evaluate", new AbortController().signal, () => {});
  return {
    ...file,
    asked: model.asked,
    evaluate: () =>
      callTool(
        session,
        evaluatePrompt,
        {
          name: "qa",
          versions: [1],
          rows: Array.from({ length: 10 }, (_, n) => ({
            inputs: { n },
            expectations: { expected_response: "1" },
          })),
          scorers: ["exact_match"],
        },
        call(),
      ),
    replay: () => callTool(session, replayPrompt, { name: "qa", candidate: 1 }, call()),
    isOver: async () => {
      await vi.waitUntil(() => model.asked.length === 4, { timeout: 10_000 });
      vi.advanceTimersByTime(halfAnHour);
    },
    answerAll: () => {
      hangs = false;
    },
  };
}

it("an evaluation that takes too long has the answers so far, and the same call continues it", async () => {
  const { evaluate, isOver, answerAll, asked } = await setUp();

  const first = evaluate();
  await isOver();
  const stopped = (await first).view;
  answerAll();
  const continued = (await evaluate()).view;

  expect(stopped).toMatchObject({ complete: false, versions: [{ answered: 3, failed: 0 }] });
  expect(stopped.notes).toEqual([
    "Interrupted: The call took longer than the 30 minutes that it may. The same call continues.",
  ]);
  expect(continued).toMatchObject({ complete: true, versions: [{ answered: 10, failed: 0 }] });
  expect(asked).toHaveLength(4 + 7);
});

it("a replay that takes too long says which uses were not replayed", async () => {
  const { replay, isOver, storeTrace } = await setUp();
  for (const n of [1, 2, 3, 4, 5]) {
    await storeTrace({
      traceId: `tr-${String(n).padStart(32, "0")}`,
      prompt: { name: "qa", version: 1 },
      startedAt: n,
      endedAt: n + 1,
      inputs: { n: `${n}` },
      output: "1",
      call: { model: "m", request: {} },
    });
  }

  const replaying = replay();
  await isOver();
  const { view } = await replaying;

  expect(view).toMatchObject({ replayed: 5, same: 3, failed: 2 });
  expect(view.rows[0]?.error).toBe("The call took longer than the 30 minutes that it may.");
});

it("work of a caller who is gone already gets a signal that says so", async () => {
  const isAborted = await withTimeLimit(
    1_000,
    AbortSignal.abort(),
    async (signal) => signal.aborted,
  );

  expect(isAborted).toBe(true);
});
