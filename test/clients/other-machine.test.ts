import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { namespacesAvailable, twoMachines } from "../support/machines/machines.ts";
import { title } from "../support/mlflow-install.ts";

/** A command of a document that serves other machines, and those that add it to a client. */
interface Documented {
  readonly document: string;
  readonly serve: string;
  readonly add: readonly string[];
}

const documented: readonly Documented[] = ["README.md", "docs/hosting.md"].flatMap((document) => {
  const text = readFileSync(new URL(`../../${document}`, import.meta.url), "utf8");
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block = ""]) => block);
  return blocks
    .map((block) => block.replaceAll("\\\n", "").trim().split("\n"))
    .map(([serve = "", ...add]) => ({ document, serve, add }))
    .filter(({ serve }) => serve.includes("--host 0.0.0.0"));
});

const credential = `--header "Authorization: Bearer token-of-ann"`;
const namespaces = await namespacesAvailable();

describe.skipIf(!namespaces.ok)(title("from another machine", namespaces), () => {
  it.each(documented)("the command in $document is answered: $serve", async ({ serve, add }) => {
    const machines = await twoMachines();
    const said = await machines.serve(serve);
    const answered = serve.includes("--auth forward") ? /^200 .*"prompts":\[\]/s : /^401 /;
    const publicUrl = /--public-url (\S+)/.exec(serve)?.[1];
    const urls = [
      ...machines.names.map((name) => `http://${name}:8080/mcp`),
      ...(publicUrl === undefined ? [] : [`${publicUrl}/mcp`]),
    ];

    for (const command of add) expect(await machines.add(command)).toMatch(answered);
    for (const url of urls) {
      const list = `claude mcp add --transport http prompts ${url} ${credential}`;
      expect(await machines.add(list), url).toMatch(answered);
      expect(said).toContain(new URL(url).hostname);
    }
    const [announced] = /http\S+\/mcp/.exec(said) ?? [];
    expect(urls).toContain(announced);
    const [printed = ""] = /claude mcp add .*/.exec(said) ?? [];
    const pasted = printed.replace("<credential>", "Bearer token-of-ann");
    expect(await machines.add(pasted)).toMatch(answered);

    const foreign = "http://evil.example.com:8080/mcp";
    expect(
      await machines.add(`claude mcp add --transport http prompts ${foreign} ${credential}`),
    ).toMatch(/^403 .*--allowed-hosts/);
  });

  it("the documents have such commands for each way to authenticate callers", () => {
    expect(
      documented.filter(({ serve }) => serve.includes("--auth forward")).length,
    ).toBeGreaterThan(2);
    expect(documented.some(({ serve }) => serve.includes("--auth oauth"))).toBe(true);
    expect(documented.filter(({ add }) => add.length > 0).length).toBeGreaterThan(1);
  });
});
