import { Client } from "@modelcontextprotocol/client";
import { SkillsClient } from "@modelcontextprotocol/client/ext/skills";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { describe, expect, it, onTestFinished } from "vitest";
import { improvePrompt } from "../../support/agent.ts";
import { callTool } from "../../support/call-tool.ts";
import { clients } from "../../support/clients.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { isolated, program, run, startHttp } from "../../support/program.ts";
import { promptLifecycle } from "../../support/scenario.ts";
import { suiteServer } from "./suite-server.ts";

const mlflow = await mlflowAvailable("3.17.2");

describe.skipIf(!mlflow.ok)(title("the built program on MLflow 3.17.2", mlflow), () => {
  const server = suiteServer({ release: "3.17.2" });

  it.each(Object.entries(clients))("takes a prompt through its life for %s", async (_, connect) => {
    const client = await connect({ MLFLOW_TRACKING_URI: server.url });

    await promptLifecycle(client);
  });

  it.each(Object.entries(clients))(
    "lets an agent improve a prompt through %s",
    async (_, connect) => {
      await improvePrompt(await connect({ MLFLOW_TRACKING_URI: server.url }));
    },
  );
});

describe.skipIf(!mlflow.ok)(title("skills on MLflow 3.17.2", mlflow), () => {
  const server = suiteServer({ release: "3.17.2" });

  it("are found by their tag, and verified by a client", async () => {
    const client = new Client({ name: "test", version: "1.0.0" });
    const { environment } = isolated({ MLFLOW_TRACKING_URI: server.url });
    const start = { command: process.execPath, args: [program, "stdio"], env: environment };
    await client.connect(new StdioClientTransport({ ...start, stderr: "ignore" }));
    onTestFinished(() => client.close());
    const register = (name: string, tags: Readonly<Record<string, string>>) =>
      callTool(client, "register_prompt", { name, template: "Answer {{ question }}", tags });
    await register("an_answer", { "mcp.skill": "true" });
    await register("no-skill", { "mcp.skill": "false" });
    await register("plain", {});
    const skills = new SkillsClient(client);

    const { skills: found } = await skills.list();

    expect(found.map(({ frontmatter }) => frontmatter.metadata)).toEqual([
      { prompt: "an_answer", version: "1" },
    ]);
    for (const skill of found) expect(await skills.read(skill)).toMatchObject({ verified: true });
  });
});

const username = "ann";
const password = "Zoë's pass:word 1";

const wrong = "a wrong-päss:word";

/** Arguments with which every tool but describe_registry asks MLflow. */
const toolCalls: Readonly<Record<string, object>> = {
  list_prompts: {},
  load_prompt: { name: "a" },
  render_prompt: { name: "a" },
  list_prompt_versions: { name: "a" },
  compare_prompt_versions: { name: "a", from_version: 1 },
  register_prompt: { name: "a", template: "A" },
  edit_prompt: { name: "a", base_version: 1, edits: [{ old_text: "A", new_text: "B" }] },
  restore_prompt_version: { name: "a", version: 1 },
  set_prompt_alias: { name: "a", alias: "production", version: 1 },
  delete_prompt_alias: { name: "a", alias: "production" },
  update_prompt: { name: "a", tags: { b: "c" } },
  copy_prompt: { name: "a", new_name: "b" },
  delete_prompt_version: { name: "a", version: 1, confirm: "a" },
  delete_prompt: { name: "a", confirm: "a" },
  suggest_improvements: { name: "a" },
  describe_registry: {},
};

const withAuth = "the built program on MLflow 3.17.2 with basic auth";

describe.skipIf(!mlflow.ok)(title(withAuth, mlflow), () => {
  const server = suiteServer({
    release: "3.17.2",
    auth: { username, password, defaultPermission: "NO_PERMISSIONS" },
  });

  function signedInWith(wanted: string): Record<string, string> {
    return {
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_TRACKING_USERNAME: username,
      MLFLOW_TRACKING_PASSWORD: wanted,
    };
  }

  /** The same, but in the address. */
  function signedInByAddress(wanted: string): Record<string, string> {
    const url = new URL(server.url);
    url.username = username;
    url.password = encodeURIComponent(wanted);
    return { MLFLOW_TRACKING_URI: url.href };
  }

  function rejection(): string {
    return `MLflow at ${server.url} does not accept the credential (401). Check the user name and password`;
  }

  it.each([
    ["environment", signedInWith],
    ["address", signedInByAddress],
  ])(
    "signs in with the user name and password of the %s, and keeps them to itself",
    async (_, variables) => {
      const { client, said } = await overheard(variables(password));

      await promptLifecycle(client);

      expect(await callTool(client, "describe_registry")).toMatchObject({
        structured: { location: server.url, release: "3.17.2" },
      });
      const { output } = await startHttp(isolated(variables(password)).environment);
      expect(output).toContain(`Serving the MLflow server ${server.url}.`);
      expectNoSecret([...said, output], password);
    },
  );

  it.each([
    ["environment", signedInWith],
    ["address", signedInByAddress],
  ])(
    "says of every call that the password of the %s is wrong, but not which it is",
    async (_, variables) => {
      const { client, said } = await overheard(variables(wrong));
      const why = rejection();

      const { tools } = await client.listTools();
      const names = tools.map(({ name }) => name);
      expect(names.toSorted()).toEqual(Object.keys(toolCalls).toSorted());
      for (const name of names) {
        const { isError, text } = await callTool(client, name, toolCalls[name]);
        expect.soft({ isError, text }, name).toEqual({
          isError: true,
          text: expect.stringContaining(why),
        });
      }
      await expect.soft(client.listPrompts()).rejects.toThrow(why);
      await expect.soft(client.getPrompt({ name: "a" })).rejects.toThrow(why);
      await expect.soft(client.listResources()).rejects.toThrow(why);
      await expect.soft(client.readResource({ uri: "prompts:/a" })).rejects.toThrow(why);
      await expect.soft(client.readResource({ uri: "prompts:/a/1" })).rejects.toThrow(why);
      await expect.soft(client.readResource({ uri: "prompts:/a/1...2" })).rejects.toThrow(why);
      const ref = { type: "ref/resource", uri: "prompts:/{name}" } as const;
      const completing = client.complete({ ref, argument: { name: "name", value: "a" } });
      await expect.soft(completing).rejects.toThrow(why);

      expectNoSecret(said, wrong);
    },
  );

  it("does not start over HTTP with a wrong password, and says why", async () => {
    const { environment } = isolated(signedInWith(wrong));

    const ended = await run(["http", "--port", "0"], environment);

    expect(ended).toMatchObject({ code: 4, stdout: "" });
    expect(ended.stderr).toContain("MLflow does not accept the credential (401).");
    expect(ended.stderr).toContain(`The configured MLflow server is ${server.url}.`);
    expectNoSecret([ended.stderr], wrong);
  });
});

/** A client of the program over stdio, and everything that the program says to it and to stderr. */
async function overheard(variables: Readonly<Record<string, string>>) {
  const said: string[] = [];
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program],
    env: isolated(variables).environment,
    stderr: "pipe",
  });
  transport.stderr?.on("data", (chunk) => said.push(String(chunk)));
  transport.onmessage = (message) => said.push(JSON.stringify(message));
  // What is no message of the protocol.
  transport.onerror = (error) => said.push(error.message);
  const client = new Client({ name: "test", version: "1.0.0" });
  // Connecting adds to what the transport calls.
  await client.connect(transport);
  onTestFinished(() => client.close());
  expect(said.join()).toContain('"serverInfo"');
  return { client, said };
}

/** Expects the password in none of the forms in which it is sent and written. */
function expectNoSecret(said: readonly string[], secret: string): void {
  const all = said.join("\n");
  expect(all).not.toBe("");
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString("base64"),
    Buffer.from(`${username}:${secret}`).toString("base64"),
  ];
  for (const form of forms) expect(all).not.toContain(form);
}
