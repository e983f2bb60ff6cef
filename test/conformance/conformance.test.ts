import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { expect, it } from "vitest";
import { isolated, startHttp } from "../support/program.ts";

/** The suite's release that knows which scenarios a revision requires. It runs on Node 22. */
const suite = ["-y", "-p", "node@22", "-p", "@modelcontextprotocol/conformance@0.2.0-alpha.12"];

const pixel =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** The prompts that the suite's scenarios ask for, as registry prompts. */
const seeded = [
  { name: "test_simple_prompt", template: "This is a simple prompt for testing." },
  {
    name: "test_prompt_with_arguments",
    template: "Prompt with arguments: arg1='{{ arg1 }}', arg2='{{ arg2 }}'",
  },
  {
    name: "test_prompt_with_embedded_resource",
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "Please read this instead of {{ resourceUri }}:" },
          { type: "image_url", image_url: { url: "data:text/plain;base64,QW4gZXhhbXBsZS4=" } },
        ],
      },
    ],
  },
  // Its one argument is not given at first: the client is asked for it.
  { name: "test_input_required_result_prompt", template: "In this context: {{ context }}" },
  {
    name: "test_prompt_with_image",
    messages: [
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url: `data:image/png;base64,${pixel}` } },
          { type: "text", text: "Please analyze the image above." },
        ],
      },
    ],
  },
];

it.each(["2025-11-25", "2026-07-28"])(
  "passes the scenarios that revision %s requires and that apply",
  async (revision) => {
    const { url } = await startHttp(isolated().environment);
    await seed(url);
    const { code, output } = await conformance([
      ...["server", "--url", url, "--requirements", revision],
      ...[
        "--expected-failures",
        fileURLToPath(new URL(`not-applicable-${revision}.yml`, import.meta.url)),
      ],
      ...["--output-dir", mkdtempSync(join(tmpdir(), "conformance-"))],
    ]);
    expect(code, output).toBe(0);
  },
);

async function seed(url: string): Promise<void> {
  const client = new Client({ name: "seed", version: "1.0.0" });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  for (const prompt of seeded) {
    const { isError } = await client.callTool({ name: "register_prompt", arguments: prompt });
    expect(isError).toBeFalsy();
  }
  await client.close();
}

async function conformance(args: readonly string[]) {
  const child = spawn("npx", [...suite, "conformance", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, "close");
  return { code, output };
}
