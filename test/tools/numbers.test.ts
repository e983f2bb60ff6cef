import { describe, expect, it } from "vitest";
import { stringifyJson } from "../../src/registry/json.ts";
import { emptyRegistry, sessionOf } from "../support/embedded-session.ts";
import { modern } from "../support/http-service.ts";
import { startTwoWays } from "../support/two-ways.ts";

const big = "1234567890123456789";

/** Calls tools with arguments as JSON text, because a client in JavaScript cannot send such numbers. */
async function started() {
  const registry = emptyRegistry();
  const { sdk } = await startTwoWays(sessionOf(registry));
  const call = async (name: string, args: string) => {
    const { body, headers } = modern("tools/call", { name, arguments: "ARGS" });
    const { text } = await sdk({ headers, body: JSON.stringify(body).replace('"ARGS"', args) });
    const line = /^data: (.*)$/m.exec(text)?.[1] ?? text;
    const { result } = JSON.parse(line);
    expect(result.isError, line).not.toBe(true);
    const { structuredContent: structured, _meta: meta } = result;
    return { text: String(result.content[0].text), structured, exact: meta?.exact };
  };
  const stored = async (name: string) => {
    const { template, modelConfig, responseFormat } = await registry.getVersion(name, "latest");
    return stringifyJson({ template, modelConfig, responseFormat });
  };
  const tags = async (name: string) => (await registry.getVersion(name, "latest")).tags;
  return { call, stored, tags };
}

describe("a number in a tool's arguments", () => {
  it("is stored as it is spelled: in the LLM config, the response format and messages", async () => {
    const { call, stored } = await started();

    await call(
      "register_prompt",
      `{"name":"a","messages":[{"role":"user","content":"Hi","seed":${big}}],
        "llm_config":{"temperature":1.0,"max_tokens":1e3,"top_p":0.5,"seed":${big}},
        "response_format":{"maximum":9223372036854775807,"minimum":-0.0}}`,
    );

    expect(await stored("a")).toBe(
      `{"template":{"kind":"chat","messages":[{"role":"user","content":"Hi","seed":${big}}]},"modelConfig":{"temperature":1.0,"max_tokens":1e3,"top_p":0.5,"seed":${big}},"responseFormat":{"maximum":9223372036854775807,"minimum":-0.0}}`,
    );
  });

  it("is stored as it is spelled in the type of an argument", async () => {
    const { call, tags } = await started();

    await call(
      "register_prompt",
      `{"name":"a","template":"{{ n }}","arguments":{"n":{"type":{"type":"integer","maximum":${big},"minimum":1.0}}}}`,
    );

    expect(await tags("a")).toMatchObject({
      "mcp.arguments": `{"n":{"type":{"type":"integer","minimum":1.0,"maximum":${big}}}}`,
    });
  });

  it("is stored as it is spelled where a host sends the object as text", async () => {
    const { call, stored } = await started();

    await call(
      "register_prompt",
      `{"name":"a","template":"Hi","response_format":"{\\"maximum\\":${big}}","llm_config":{"temperature":"0.70"}}`,
    );

    expect(await stored("a")).toContain(
      `"modelConfig":{"temperature":0.70},"responseFormat":{"maximum":${big}}`,
    );
  });

  it.each([
    ["MLflow's syntax", "{{ n }} {{ x }}", "{}", `${big} 1.0`],
    ["Jinja2", "{% if n %}{{ n + 1 }} {{ x }}{% endif %}", "{}", "1234567890123456790 1.0"],
    ["mustache", "{{#n}}{{n}} {{x}}{{/n}}", '{"mcp.template_format":"mustache"}', `${big} 1.0`],
  ])("is filled in as it is spelled: %s", async (_, template, tags, expected) => {
    const { call } = await started();
    const text = JSON.stringify(template);
    await call("register_prompt", `{"name":"a","template":${text},"tags":${tags}}`);

    const { text: rendered } = await call(
      "render_prompt",
      `{"name":"a","variables":{"n":${big},"x":1.0}}`,
    );

    expect(rendered).toBe(expected);
  });

  it("may be spelled in any way where a version is wanted, and is checked as a number", async () => {
    const { call } = await started();
    await call("register_prompt", '{"name":"a","template":"Hi"}');

    expect((await call("load_prompt", '{"name":"a","version":1.0}')).text).toContain("version 1");
    await expect(
      call("register_prompt", '{"name":"b","template":"Hi","llm_config":{"temperature":-1.0}}'),
    ).rejects.toThrow("temperature");
  });
});

describe("a stored number", () => {
  it("is shown as it is stored: in the text, and where JSON can hold it, in the structured result", async () => {
    const { call } = await started();
    await call(
      "register_prompt",
      `{"name":"a","template":"Hi","llm_config":{"temperature":1.0,"seed":${big}},"response_format":{"maximum":1e400}}`,
    );

    const { text, structured } = await call("load_prompt", '{"name":"a"}');

    expect(text).toContain(`LLM config: {"temperature":1.0,"seed":${big}}`);
    expect(text).toContain('Response format: {"maximum":1e400}');
    expect(structured).toMatchObject({
      llm_config: { temperature: 1, seed: big },
      response_format: { maximum: "1e400" },
    });
  });

  it("is in the exact text of the result, which other results do not have", async () => {
    const { call } = await started();
    await call("register_prompt", '{"name":"a","template":"Hi","llm_config":{"top_p":1.0}}');
    const next = '{"name":"a","template":"Hi","base_version":1,"llm_config":{"top_p":1}}';
    await call("register_prompt", next);

    const [first, second] = [
      await call("load_prompt", '{"name":"a","version":1}'),
      await call("load_prompt", '{"name":"a","version":2}'),
    ];

    expect(first.exact).toContain('"llm_config":{"top_p":1.0}');
    expect(JSON.parse(first.exact)).toEqual(first.structured);
    expect(second.exact).toBeUndefined();
  });
});
