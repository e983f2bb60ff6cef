import type { Client } from "@modelcontextprotocol/client";
import { beforeEach, describe, expect, it } from "vitest";
import { CheckedRegistry } from "../../src/registry/checked-registry.ts";
import { newPath, openFile, sql } from "../embedded/support.ts";
import { callTool } from "../support/call-tool.ts";
import { connect, sessionOf } from "../support/embedded-session.ts";

/** As MLflow's Python client and other programs spell JSON, and as nobody here does. */
const odd = {
  "mlflow.prompt.text": '[{"content":"Gr\\u00fc\\u00dfe {{ name }}",  "role":"user", "n": 1.0}]',
  _mlflow_prompt_response_format: '{"a":1.0,"b": 1e3, "max": 9223372036854775807, "é": "\\u00e9"}',
  _mlflow_prompt_model_config: '{ "temperature":1.0 }',
} as const;

let path: string;
let client: Client;

function contentTags(name: string, version: number): Record<string, unknown> {
  const rows = sql(
    path,
    "SELECT key, value FROM model_version_tags WHERE name = ? AND version = ?",
    name,
    version,
  ) as { key: keyof typeof odd; value: string }[];
  return Object.fromEntries(
    rows.filter(({ key }) => key in odd).map(({ key, value }) => [key, value]),
  );
}

/** Version 1 has everything in an odd spelling, version 2 has another text. */
beforeEach(async () => {
  path = newPath();
  const file = openFile(path);
  client = await connect(sessionOf(new CheckedRegistry(file.registry({}))));
  const messages = [{ role: "user", content: "Hello {{ name }}" }];
  const details = { llm_config: { top_p: 1 }, response_format: { type: "object" } };
  await callTool(client, "register_prompt", { name: "greet", messages, ...details });
  for (const [key, value] of Object.entries(odd)) {
    sql(path, "UPDATE model_version_tags SET value = ? WHERE key = ? AND version = 1", value, key);
  }
  await callTool(client, "register_prompt", {
    name: "greet",
    messages: [{ role: "user", content: "Bye {{ name }}" }],
    base_version: 1,
    response_format: { a: 1, b: 1_000 },
    allow_breaking: true,
  });
});

describe("what is registered again without a change is stored byte for byte", () => {
  it("by restore_prompt_version", async () => {
    const answer = await callTool(client, "restore_prompt_version", {
      name: "greet",
      version: 1,
      allow_breaking: true,
    });

    expect(answer.isError, answer.text).toBe(false);
    expect(contentTags("greet", 3)).toEqual(odd);
  });

  it("by copy_prompt", async () => {
    await callTool(client, "copy_prompt", { name: "greet", new_name: "welcome" });

    expect(contentTags("welcome", 1)).toEqual(odd);
  });

  it("by register_prompt and edit_prompt, for what they leave as it is", async () => {
    const { "mlflow.prompt.text": _, ...kept } = odd;
    await callTool(client, "restore_prompt_version", {
      name: "greet",
      version: 1,
      allow_breaking: true,
    });
    await callTool(client, "edit_prompt", {
      name: "greet",
      base_version: 3,
      edits: [{ old_text: "Grüße", new_text: "Tschüss" }],
    });
    await callTool(client, "register_prompt", {
      name: "greet",
      base_version: 4,
      llm_config: { temperature: 0 },
    });

    expect(contentTags("greet", 4)).toEqual({
      ...kept,
      "mlflow.prompt.text": '[{"role": "user", "content": "Tschüss {{ name }}", "n": 1.0}]',
    });
    expect(contentTags("greet", 5)).toEqual({
      ...contentTags("greet", 4),
      _mlflow_prompt_model_config: '{"temperature": 0}',
    });
  });

  it("also where it is no JSON", async () => {
    sql(
      path,
      "UPDATE model_version_tags SET value = 'gpt-9, warm' WHERE key = '_mlflow_prompt_model_config'",
    );
    await callTool(client, "restore_prompt_version", {
      name: "greet",
      version: 1,
      allow_breaking: true,
    });

    expect(contentTags("greet", 3)).toMatchObject({ _mlflow_prompt_model_config: "gpt-9, warm" });
  });
});

describe("the same content", () => {
  it("may be spaced and escaped in another way", async () => {
    await callTool(client, "restore_prompt_version", {
      name: "greet",
      version: 1,
      allow_breaking: true,
    });
    sql(
      path,
      "UPDATE model_version_tags SET value = ? WHERE key = 'mlflow.prompt.text' AND version = 3",
      '[{"role": "user", "content": "Grüße {{ name }}", "n": 1.0}]',
    );

    const answer = await callTool(client, "restore_prompt_version", {
      name: "greet",
      version: 1,
      allow_breaking: true,
    });

    expect(answer.text).toContain("already has the content of version 1");
  });

  it("has the same spelling of numbers, and a comparison says what is only spelled otherwise", async () => {
    sql(
      path,
      "UPDATE model_version_tags SET value = ? WHERE key = '_mlflow_prompt_response_format' AND version = 2",
      '{"b": 1000, "a": 1, "max": 9223372036854775807, "é": "é"}',
    );

    const { text, structured } = await callTool(client, "compare_prompt_versions", {
      name: "greet",
      from_version: 1,
      to_version: 2,
    });

    expect(text).toContain(
      "The response format has the same values, and numbers that are spelled in another way.",
    );
    expect(text).toContain("spells numbers of the response format in another way");
    expect(structured).toMatchObject({ contract_change: { verdict: "compatible" } });
  });
});
