import { once } from "node:events";
import { createServer } from "node:net";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { describe, expect, it, onTestFinished } from "vitest";
import { version } from "../../package.json";
import { isolated, program, run, startHttp } from "../support/program.ts";

describe("the program", () => {
  it("prints its version and its help, and nothing else", async () => {
    const { environment } = isolated();
    expect(await run(["--version"], environment)).toEqual({
      code: 0,
      stdout: `${version}\n`,
      stderr: "",
    });
    const help = await run(["--help"], environment);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toContain("Usage: mlflow-prompts-mcp");
  });

  it.each([
    ["stdio", "--read-only"],
    ["http", "--port NUMBER"],
    ["evaluate", "mlflow-prompts-mcp evaluate qa@production qa --dataset questions --gate"],
    ["webhooks", "--webhook-url URL"],
  ])("prints the flags or an example of %s with --help", async (command, said) => {
    const { code, stdout, stderr } = await run([command, "--help"], isolated().environment);

    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`Usage:\n  mlflow-prompts-mcp ${command} `);
    expect(stdout).toContain(said);
  });

  it.each([["stdio"], ["webhooks", "status"]])(
    "says at the start of %s that MLflow's certificate is not checked",
    async (...args) => {
      const { environment } = isolated({
        MLFLOW_TRACKING_URI: "https://127.0.0.1:1",
        MLFLOW_TRACKING_INSECURE_TLS: "true",
        MLFLOW_PROMPTS_WEBHOOK_SECRET: "a secret that is long enough",
      });

      const { stderr } = await run(args, environment);

      expect(stderr).toContain('"level":"error","message":"insecure_tls"');
      expect(stderr).toContain("MLFLOW_TRACKING_INSECURE_TLS is set");
    },
  );

  it.each([
    [["--verbose"], {}, 2, "Unknown option '--verbose'"],
    [["serve"], {}, 2, 'Unknown command "serve"'],
    [[], { MLFLOW_TRACKING_URI: "htp://x" }, 2, 'MLFLOW_TRACKING_URI is "htp://x"'],
    [["http", "--host", "0.0.0.0"], {}, 2, "--auth forward"],
    [["http", "--tools", "list_prompts,lst"], {}, 2, '--tools names "lst"'],
    [["--promotion-gate", '{"alias":"production"}'], {}, 2, "is no gate as docs/gate.md shows"],
    [["http", "--tls-cert", "/none", "--tls-key", "/none"], {}, 2, '--tls-cert is "/none"'],
    [
      ["http", "--port", "0"],
      { MLFLOW_TRACKING_URI: "http://127.0.0.1:1" },
      6,
      "MLFLOW_TRACKING_URI",
    ],
    [
      ["http", "--port", "0"],
      { MLFLOW_TRACKING_URI: "sqlite:////dev/null/x.db" },
      6,
      "/dev/null/x.db",
    ],
  ])("ends %j with %j in one clear sentence, exit code %i", async (args, variables, code, said) => {
    const { environment } = isolated(variables);
    const ended = await run(args, environment);
    expect(ended.code).toBe(code);
    expect(ended.stdout).toBe("");
    expect(ended.stderr).toContain(`mlflow-prompts-mcp: `);
    expect(ended.stderr).toContain(said);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  it("says that a port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => {
      other.close();
    });
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" && address ? String(address.port) : "";
    const ended = await run(["http", "--port", port], isolated().environment);
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toContain(`Port ${port} on 127.0.0.1 is already in use`);
  });
});

describe("over stdio", () => {
  it("starts although MLflow cannot be reached, and every call says why", async () => {
    const { environment } = isolated({ MLFLOW_TRACKING_URI: "http://127.0.0.1:1" });
    const client = new Client({ name: "test", version: "1.0.0" });
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: [program], env: environment }),
    );
    onTestFinished(() => client.close());
    expect((await client.listTools()).tools.length).toBeGreaterThan(0);
    const why = /http:\/\/127\.0\.0\.1:1.*MLFLOW_TRACKING_URI/s;
    await expect(client.listPrompts()).rejects.toThrow(why);
    await expect(client.listResources()).rejects.toThrow(why);
    await expect(client.getPrompt({ name: "a" })).rejects.toThrow(why);
    const { isError, content } = await client.callTool({ name: "list_prompts", arguments: {} });
    expect(isError).toBe(true);
    expect(content[0]).toMatchObject({ text: expect.stringMatching(why) });
  });

  it("ends when the client hangs up", async () => {
    expect((await run(["stdio"], isolated().environment)).code).toBe(0);
  });
});

describe("over HTTP", () => {
  it("prints what it serves and the configuration of each client", async () => {
    const { environment } = isolated();
    const { url, output } = await startHttp(environment);
    expect(output).toContain(url);
    expect(output).toMatch(/Serving the embedded registry .*registry\.db/);
    expect(output).toMatch(/[45] prompts: /);
    expect(output).toContain(
      "answered for these hosts: localhost, 127.0.0.1, [::1]. --allowed-hosts",
    );
    expect(output).toContain(`claude mcp add --transport http mlflow-prompts ${url}`);
    expect(output).toContain(`"args":["${program}","stdio"]`);
  });

  it("tells how its clients sign in when it serves others", async () => {
    const { environment } = isolated({ MLFLOW_TRACKING_URI: "http://127.0.0.1:1" });
    const { url, output } = await startHttp(environment, "--auth", "forward");
    expect(output).toContain("Callers authenticate with their own MLflow credential.");
    expect(output).toContain(`Clients use ${url}, or ${url}/{workspace}, with their Authorization`);
    expect(output).toContain(`mlflow-prompts ${url} --header 'Authorization: <credential>'`);
    expect(output).toContain("Replace what stands in <...>.");
    expect(output).not.toContain("stdio");
  });

  it.each([
    ["a foreign Host", { host: "evil.example.com" }, 403],
    ["an address at which it does not listen", { host: "192.0.2.1" }, 403],
    ["a foreign Origin", { origin: "https://evil.example.com" }, 403],
  ])("refuses %s", async (_, headers, status) => {
    const { url } = await startHttp(isolated().environment);
    expect(await post(url, headers, "{}")).toBe(status);
  });

  it("answers an unknown path 404, a large body 413, a wrong content type 415", async () => {
    const { url } = await startHttp(isolated().environment);
    expect(await post(url.replace("/mcp", "/other"), {}, "{}")).toBe(404);
    expect(await post(url, {}, " ".repeat(5 * 1024 * 1024))).toBe(413);
    expect(await post(url, { "content-type": "text/plain" }, "{}")).toBe(415);
    expect(await post(url, {}, "{")).toBe(400);
  });

  it("names wrong parameters in words, with -32602", async () => {
    const { url } = await startHttp(isolated().environment);
    const wrong = { name: "summarize", arguments: { text: 5, tone: "calm" } };
    expect(await rpc(url, "prompts/get", wrong)).toMatchObject({
      code: -32602,
      message: expect.stringMatching(/"text" is 5; it must be a string.*no argument "tone"/),
    });
    expect(await rpc(url, "prompts/get", { name: 5 })).toMatchObject({
      code: -32602,
      message: expect.stringContaining("expected string"),
    });
    expect(await rpc(url, "resources/read", {})).toMatchObject({ code: -32602 });
    expect(await rpc(url, "tools/call", { name: "load_prompt", arguments: [] })).toMatchObject({
      code: -32602,
    });
    expect(await rpc(url, "prompts/list", { cursor: 1 })).toMatchObject({ code: -32602 });
  });

  it("ends cleanly on SIGTERM", async () => {
    const { child } = await startHttp(isolated().environment);
    child.kill("SIGTERM");
    await once(child, "close");
    expect(child.exitCode).toBe(0);
  });
});

/** The error that a request written by hand is answered with. */
async function rpc(url: string, method: string, params: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const [message = "{}"] = /\{.*\}/.exec(await response.text()) ?? [];
  return JSON.parse(message).error;
}

async function post(url: string, headers: Record<string, string>, body: string): Promise<number> {
  const { request } = await import("node:http");
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          ...headers,
        },
      },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    call.once("error", reject);
    call.end(body);
  });
}
