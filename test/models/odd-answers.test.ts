import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { chatCompletion, type FakeAnswer, fakeModel } from "../support/fake-model.ts";
import { modelsAt } from "../support/models.ts";

const events = { "content-type": "text/event-stream; charset=utf-8" };
const chunk = { object: "chat.completion.chunk", choices: [{ index: 0, delta: { content: "x" } }] };
const json = { "content-type": "application/json" };

/** Asks a model that answers like this; resolves with the error, and how often the model was asked. */
async function failureOf(answer: FakeAnswer, timeoutMs = 20_000) {
  const model = await fakeModel(() => answer);
  const { models } = modelsAt({ url: model.url, timeoutMs });
  if (models === undefined) throw new Error("There are no models.");
  const request = { model: "m", messages: [{ role: "user", content: "Why?" }], parameters: {} };
  const error: unknown = await models.complete(request).catch((cause: unknown) => cause);
  return { error, asked: model.asked.length };
}

const unusable = (problem: string) => ({
  kind: "unavailable",
  message: `The model "m" of the model server sent an answer that is no chat completion (${problem}). Try again later, or ask the operator of this server to check --model-url, and that the server is running.`,
});

describe("an answer of a model server", () => {
  it.each<[string, FakeAnswer]>([
    [
      "a stream to its end",
      { headers: events, body: `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n` },
    ],
    ["a stream without an end", { headers: events, endless: ": keep-alive\n\n" }],
    ["a stream with a whole answer in it", { headers: events, body: chatCompletion({}) }],
  ])("that is %s is refused at once", async (_, answer) => {
    const { error, asked } = await failureOf(answer);

    expect(error).toMatchObject(unusable("it is a stream of events, which was not asked for"));
    expect(asked).toBe(1);
  });

  it.each<[string, FakeAnswer, string]>([
    [
      "endless JSON",
      { headers: json, endless: `{"choices":${"[".repeat(65_536)}` },
      "it is larger than an answer may be",
    ],
    [
      "a small body that unpacks to endless zeros",
      {
        headers: { ...json, "content-encoding": "gzip" },
        endless: gzipSync(Buffer.alloc(8 * 1024 * 1024)),
      },
      "it is larger than an answer may be",
    ],
    [
      "no gzip, though it says so",
      { headers: { ...json, "content-encoding": "gzip" }, body: "plain" },
      "it is not valid gzip",
    ],
    [
      "in another encoding",
      { headers: { ...json, "content-encoding": "br" }, body: "plain" },
      "its encoding was not asked for",
    ],
  ])("that is %s is refused, and not asked for again", async (_, answer, problem) => {
    const { error, asked } = await failureOf(answer);

    expect(error).toMatchObject(unusable(problem));
    expect(asked).toBe(1);
  });

  it("that goes on slowly ends at the time limit", async () => {
    // Without the limit, it would not end here.
    const { error } = await failureOf({ headers: json, endless: " " }, 300);

    expect(error).toMatchObject({ kind: "unavailable" });
  });

  it("that is no JSON is asked for again", async () => {
    const answers: FakeAnswer[] = [
      { body: "<html>Sign in</html>" },
      { headers: json, body: '{"choices": [{"message": {"content": "Bec' },
      { headers: json, body: "data: {}\n\n" },
      { headers: json, body: "\u0000\ufffd\u0001" },
      { headers: json, body: "" },
    ];

    const failures = await Promise.all(answers.map((answer) => failureOf(answer)));

    const expected = { error: unusable("it is not JSON"), asked: 3 };
    expect(failures).toMatchObject(answers.map(() => expected));
  });

  it("that is other JSON, or has no body, is no chat completion", async () => {
    const deep = 1_000_000;
    const answers: FakeAnswer[] = [
      { headers: json, body: "[".repeat(deep) + "]".repeat(deep) },
      { body: chatCompletion({ content: 7 }) },
      { body: { error: { message: "503: busy", type: "HTTPException" } } },
      { status: 204 },
      { status: 205 },
    ];

    const failures = await Promise.all(answers.map((answer) => failureOf(answer)));

    const message = expect.stringContaining("sent an answer that is no chat completion (");
    const expected = { error: { kind: "unavailable", message }, asked: 3 };
    expect(failures).toMatchObject(answers.map(() => expected));
  });

  it("with status 304 is a failure", async () => {
    const { error } = await failureOf({ status: 304 });

    expect(error).toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining("failed with status 304"),
    });
  });
});
