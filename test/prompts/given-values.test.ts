import { describe, expect, it } from "vitest";
import { connect, emptyRegistry, sessionOf, text } from "../support/embedded-session.ts";

async function client(template: string, args: object = {}, clientName = "test") {
  const registry = emptyRegistry();
  const tags = { "mcp.arguments": JSON.stringify(args) };
  await registry.registerVersion("p", text(template, tags));
  return connect(sessionOf(registry), undefined, clientName);
}

async function textsOf(
  template: string,
  given: Record<string, string>,
  args: object = {},
  clientName = "test",
) {
  const connected = await client(template, args, clientName);
  const { messages } = await connected.getPrompt({ name: "p", arguments: given });
  return messages.map(({ role, content }) => [role, content.type === "text" && content.text]);
}

describe("what a person types behind the command", () => {
  it("is the last user message, whatever arguments the prompt has", async () => {
    expect(await textsOf("Review it.", { input: "Only the tests" })).toEqual([
      ["user", "Review it."],
      ["user", "Only the tests"],
    ]);
    expect(await textsOf("Review {{ file }}.", { file: "a.ts", input: "Be kind" })).toEqual([
      ["user", "Review a.ts."],
      ["user", "Be kind"],
    ]);
  });

  it("may have any name where the prompt has no arguments", async () => {
    expect(await textsOf("Review it.", { args: "Only the tests" })).toEqual([
      ["user", "Review it."],
      ["user", "Only the tests"],
    ]);
    expect(await textsOf("Hi {{ no-variable }}", { "no-variable": "Ada", args: "Bye" })).toEqual([
      ["user", "Hi Ada"],
      ["user", "Bye"],
    ]);
  });

  it("is not expanded", async () => {
    expect(await textsOf("Hi {{ a }}", { a: "Ada", input: "{{ a }}" })).toEqual([
      ["user", "Hi Ada"],
      ["user", "{{ a }}"],
    ]);
  });

  it("is nothing when it is blank", async () => {
    expect(await textsOf("Review it.", { input: " " })).toEqual([["user", "Review it."]]);
    expect(await textsOf("Review it.", { args: "" })).toEqual([["user", "Review it."]]);
  });

  it("is the value of an argument that has that name", async () => {
    expect(await textsOf("Sum up {{ input }}", { input: "this" })).toEqual([
      ["user", "Sum up this"],
    ]);
    const args = { text: { aliases: ["input"] } };
    expect(await textsOf("Sum up {{ text }}", { input: "this" }, args)).toEqual([
      ["user", "Sum up this"],
    ]);
  });

  it("stands at the end where a host takes one message", async () => {
    expect(await textsOf("Review it.", { input: "Now" }, {}, "qwen-code-mcp-client")).toEqual([
      ["user", "Review it.\n\nNow"],
    ]);
    const registry = emptyRegistry();
    const messages = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Why?" },
      { role: "assistant", content: "Because." },
    ];
    await registry.registerVersion("turns", { template: { kind: "chat", messages } });
    await registry.registerVersion("system", {
      template: { kind: "chat", messages: messages.slice(0, 1) },
    });
    const qwen = await connect(sessionOf(registry), undefined, "qwen-cli-mcp-client");
    const single = async (name: string) =>
      (await qwen.getPrompt({ name, arguments: { input: "Now" } })).messages[0]?.content;
    expect(await single("turns")).toEqual({
      type: "text",
      text: "[system]\nBe brief.\n\n[user]\nWhy?\n\n[assistant]\nBecause.\n\n[user]\nNow",
    });
    expect(await single("system")).toEqual({ type: "text", text: "Be brief.\n\nNow" });
  });

  it("is taken beside what is elicited", async () => {
    const registry = emptyRegistry();
    await registry.registerVersion("p", text("Review {{ file }}."));
    const answer = () => ({ action: "accept", content: { file: "a.ts" } }) as const;
    const asked = { questions: [], answer };
    const connected = await connect(sessionOf(registry), asked);
    const { messages } = await connected.getPrompt({ name: "p", arguments: { input: "Now" } });
    expect(messages.map(({ content }) => content)).toEqual([
      { type: "text", text: "Review a.ts." },
      { type: "text", text: "Now" },
    ]);
    expect(asked.questions).toEqual(["The prompt p needs these values."]);
  });

  it.each([
    ["Review {{ file }}.", { file: "a.ts", fiel: "b.ts" }, 'no argument "fiel"'],
    ["Review {{ file }}.", { file: "a.ts", fiel: "b.ts", input: "x" }, 'no argument "fiel"'],
    ["Review it.", { a: "x", b: "y" }, 'no arguments "a", "b". It takes no arguments'],
    ["Review it.", { a: "x", input: "y" }, 'no argument "a". It takes no arguments'],
  ])("does not hide a wrong name: %s %j", async (template, given, problem) => {
    const connected = await client(template);
    await expect(connected.getPrompt({ name: "p", arguments: given })).rejects.toThrow(problem);
  });
});

describe("an empty value", () => {
  it.each([
    ["with a default", { tone: { default: "kind" } }, "kind"],
    ["with allowed values", { tone: { enum: ["kind"], default: "kind" } }, "kind"],
    ["that is optional", { tone: { required: false } }, ""],
    ["that may be empty", { tone: { enum: ["", "kind"], default: "kind" } }, ""],
    ["that is required: it is the empty text", {}, ""],
  ])("of an argument %s", async (_, args, expected) => {
    expect(await textsOf("Be {{ tone }}!", { tone: "" }, args)).toEqual([
      ["user", `Be ${expected}!`],
    ]);
  });

  it("of an optional argument with allowed values leaves it out", async () => {
    const args = { tone: { enum: ["kind"] } };
    expect(await textsOf("{% if tone %}x{% endif %}Hi", { tone: "" }, args)).toEqual([
      ["user", "Hi"],
    ]);
  });
});
