import { beforeAll, describe, expect, it } from "vitest";
import { postModern } from "../../support/http-service.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { isolated, run, startHttp } from "../../support/program.ts";
import { type Freshness, promotions } from "../../support/promotions.ts";
import { redisAvailable, startRedis } from "../../support/redis-server.ts";
import { secret } from "../../support/webhook-deliveries.ts";
import { callsWebhooks } from "../../support/webhook-variables.ts";
import { suiteServer } from "./suite-server.ts";

/** The default of `--cache-ttl`, and one answer of a busy MLflow. */
const promisedMs = 5_000 + 2_000;

const mlflow = await mlflowAvailable("3.17.2");
const redis = await redisAvailable();

/** Prints what was measured, and holds it against what is promised whatever the machine does. */
function report(what: string, { median, worst, seen, backwards }: Freshness): void {
  process.stdout.write(
    `Freshness, ${what}: ${seen} changes, median ${median.toFixed(0)} ms, worst ${worst.toFixed(0)} ms\n`,
  );
  expect(worst).toBeLessThan(promisedMs);
  expect(backwards).toBe(0);
}

describe.skipIf(!mlflow.ok || !redis.ok)(
  title("a promotion by MLflow's Python client", mlflow, redis),
  { timeout: 600_000 },
  () => {
    const server = suiteServer({ release: "3.17.2", env: callsWebhooks });
    const variables = () => ({
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_PROMPTS_WEBHOOK_SECRET: secret,
      MLFLOW_PROMPTS_RATE_LIMIT: "0",
    });

    async function installFor(url: string): Promise<() => Promise<void>> {
      const { environment } = isolated(variables());
      const address = new URL("/webhooks/mlflow", url).href;
      const installed = await run(["webhooks", "install", "--webhook-url", address], environment);
      expect(installed).toMatchObject({ code: 0 });
      return async () => {
        await run(["webhooks", "remove"], environment);
      };
    }

    it("reaches readers without webhooks", async () => {
      const { url } = await startHttp(isolated(variables()).environment);

      const [one] = await promotions(server, [url], { changes: 200, pauseMs: 400 });

      if (one) report("webhooks off", one);
      expect(one?.seen).toBe(200);
    });

    it("reaches readers with webhooks, and those of another replica", async () => {
      const { url: redisUrl } = await startRedis();
      const shared = { ...variables(), MLFLOW_PROMPTS_REDIS_URL: redisUrl };
      const told = await startHttp(isolated(shared).environment);
      const other = await startHttp(isolated(shared).environment);
      const remove = await installFor(told.url);

      const both = await promotions(server, [told.url, other.url], { changes: 200, pauseMs: 50 });
      await remove();

      const [one, second] = both;
      if (one) report("webhooks on", one);
      if (second) report("second replica", second);
      expect(both.map(({ seen }) => seen)).toEqual([200, 200]);
    });

    it("is never followed by an older answer, on any replica, when it is made through one", async () => {
      const { url: redisUrl } = await startRedis();
      const shared = { ...variables(), MLFLOW_PROMPTS_REDIS_URL: redisUrl };
      const one = await startHttp(isolated(shared).environment);
      const other = await startHttp(isolated(shared).environment);
      const urls = [one.url, other.url];
      await registerTwo(one.url);

      const stale: unknown[] = [];
      for (let change = 0; change < 200; change++) {
        const version = 2 - (change % 2);
        const through = urls[change % 2] ?? one.url;
        const set = { name: "own", alias: "production", version };
        await tool(through, "set_prompt_alias", { ...set, allow_breaking: true });
        const answers = await Promise.all(
          urls.map((url) => postModern(url, "prompts/get", { name: "own" })),
        );
        for (const { text } of answers) {
          if (!text.includes(`"prompts:/own/${version}"`)) stale.push({ change, text });
        }
      }

      expect(stale).toEqual([]);
    });

    async function registerTwo(url: string): Promise<void> {
      for (const [base_version, template] of ["one", "two"].entries()) {
        await tool(url, "register_prompt", { name: "own", template, base_version });
      }
    }

    beforeAll(async () => {
      // The first calls of MLflow's workers take many times as long as those that follow.
      await server.client.registry().searchPrompts({ limit: 1 });
    });
  },
);

async function tool(url: string, name: string, args: object): Promise<void> {
  const { message, text } = await postModern(url, "tools/call", { name, arguments: args });
  expect(message?.result, text).not.toHaveProperty("isError", true);
}
