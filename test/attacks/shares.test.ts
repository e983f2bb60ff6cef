import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { modern } from "../support/http-service.ts";
import { deliver, event, secret } from "../support/webhook-deliveries.ts";
import { startFakeMlflow } from "./support/fake-mlflow.ts";
import { many } from "./support/many.ts";
import { underAttack } from "./support/measured.ts";
import { type Attacked, startAttacked } from "./support/program.ts";
import { askFrom, connectTo, shortAnswer, statusCounts } from "./support/raw.ts";
import { startSecondCaller } from "./support/second-caller.ts";

const attacker = "127.0.0.2";
const memory = 512;
const bodySize = 4_194_304;
/** Callers are told apart by their address, as behind a proxy. */
const severalCallers = ["--trust-proxy", "127.0.0.250"];

interface Listening {
  readonly uris?: readonly string[];
  /** Called with what comes. */
  readonly told?: (text: string) => void;
}

/** Opens a stream of notifications on a connection of its own; resolves with the status. */
function listenFrom(
  from: string,
  url: string,
  { uris = [], told = () => {} }: Listening = {},
): Promise<number> {
  const { body, headers } = modern("subscriptions/listen", {
    notifications: { promptsListChanged: true, resourceSubscriptions: uris },
  });
  const text = JSON.stringify(body);
  const socket = connectTo(url, from);
  const lines = Object.entries({
    host: "127.0.0.1",
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    "content-length": String(Buffer.byteLength(text)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST /mcp HTTP/1.1\r\n${lines.join("")}\r\n${text}`);
  socket.on("data", (chunk) => told(String(chunk)));
  return new Promise((resolve, reject) => {
    socket.once("data", (chunk) => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(String(chunk))?.[1])));
    socket.once("close", () => reject(new Error("The connection ended.")));
  });
}

/** A POST that has all but the last byte of its body. */
function unfinishedPost(url: string, path: string, from: string): Socket {
  const socket = connectTo(url, from);
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${bodySize}\r\n\r\n`;
  socket.resume().write(head);
  socket.write(Buffer.alloc(bodySize - 1, " "));
  return socket;
}

describe("what one caller holds is its share:", () => {
  it("400 connections that send all but the last byte of 4 MB", async (context) => {
    const { url, pid } = await startAttacked();
    const second = await startSecondCaller({ url });
    await underAttack(context, { pid, second, memory }, async () => {
      const answers: string[] = [];
      for (let index = 0; index < 400; index++) {
        unfinishedPost(url, "/mcp", attacker).once("data", (answer) => answers.push(`${answer}`));
      }
      // Eight bodies of 4 MB are as much as there is room for.
      await eventually(() => expect(answers.length).toBeGreaterThanOrEqual(392));
      for (const answer of answers) expect(answer).toContain(" 429 ");
      return `${answers.length} × 429, ${400 - answers.length} wait for their last byte`;
    });
  });

  it("2,500 streams of one caller, and one of another", async (context) => {
    const { url, pid } = await startAttacked({}, ...severalCallers);
    const second = await startSecondCaller({ url });
    await underAttack(context, { pid, second, memory }, async () => {
      const statuses = await many(2_500, 50, () => listenFrom(attacker, url));
      const opened = statuses.filter((status) => status === 200).length;
      expect(opened).toBeGreaterThan(0);
      expect(opened).toBeLessThan(2_048);
      expect(await listenFrom("127.0.0.3", url)).toBe(200);
      return statusCounts(statuses.map((status) => ({ status })));
    });
  });

  it("a write while 2,048 streams are open", { retry: 3 }, async (context) => {
    const { url, pid } = await startAttacked({}, ...severalCallers);
    const second = await startSecondCaller({ url });
    const write = (name: string) => {
      const args = { name, template: "Hello {{ who }}" };
      const params = { name: "register_prompt", arguments: args };
      return askFrom("127.0.0.3", url, "tools/call", params);
    };
    await write("first");
    let told = 0;
    await many(2_048, 50, (index) =>
      listenFrom(`127.0.1.${1 + (index % 4)}`, url, {
        told: (text) => {
          if (text.includes("notifications/prompts/list_changed")) told++;
        },
      }),
    );
    await underAttack(context, { pid, second, limit: 50, memory }, async () => {
      expect((await write("second")).status).toBe(200);
      await eventually(() => expect(told).toBe(2_048));
      return "2,048 streams are told";
    });
  });

  it("64 slow senders of webhooks, and a signed one of MLflow's", async (context) => {
    const variables = { MLFLOW_PROMPTS_WEBHOOK_SECRET: secret };
    const { url, pid } = await startAttacked(variables, ...severalCallers);
    const second = await startSecondCaller({ url });
    await underAttack(context, { pid, second, memory }, async () => {
      for (let index = 0; index < 64; index++) unfinishedPost(url, "/webhooks/mlflow", attacker);
      await many(20, 1, () => askFrom("127.0.0.3", url, "tools/list"));
      const body = event("prompt_alias.created", {
        name: "summarize",
        alias: "production",
        version: "1",
      });
      const { status } = await deliver(url, body);
      expect(status).toBeLessThan(300);
      return `the signed one is answered ${status}`;
    });
  });
});

describe("what MLflow is asked and answers:", () => {
  async function start(program: Promise<Attacked>) {
    const { url, pid } = await program;
    const prompt = { name: "plain", values: {} };
    return { url, options: { pid, second: await startSecondCaller({ url, prompt }), memory } };
  }

  it("one subscriptions/listen of 1,000 URIs", async (context) => {
    const mlflow = await startFakeMlflow();
    mlflow.store.plant("plain", "Hello");
    const { url, options } = await start(startAttacked({ MLFLOW_TRACKING_URI: mlflow.url }));
    await underAttack(context, options, async () => {
      const before = mlflow.arrived.length;
      const uris = Array.from({ length: 1_000 }, (_, index) => `prompts:/absent-${index}`);
      const status = await listenFrom(attacker, url, { uris });
      const asked = mlflow.arrived.length - before;
      expect(asked).toBeLessThan(50);
      return `${status}; MLflow was asked ${asked} times`;
    });
  });

  it.for([
    ["an answer of 50 MB", false],
    ["an answer of 50 MB, packed to 50 KB", true],
  ] as const)("%s", async ([, isPacked], context) => {
    const mlflow = await startFakeMlflow();
    mlflow.store.plant("plain", "Hello");
    const program = startAttacked({
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0",
    });
    const { url, options } = await start(program);
    const text = Buffer.from(JSON.stringify({ filler: "x".repeat(50_000_000) }));
    const sent = isPacked ? gzipSync(text) : text;
    mlflow.intercept = ({ query }, response) => {
      if (query.get("name") !== "huge") return false;
      const packed = isPacked ? { "content-encoding": "gzip" } : {};
      response.writeHead(200, { "content-type": "application/json", ...packed }).end(sent);
      return true;
    };
    await underAttack(context, options, async () => {
      const got = await many(10, 2, () =>
        askFrom(attacker, url, "prompts/get", { name: "huge", arguments: {} }),
      );
      for (const one of got) expect(one.text).toContain('"error"');
      return got[0] ? shortAnswer(got[0]) : "";
    });
  });
});
