import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { newPath } from "../embedded/support.ts";
import { eventually } from "../support/eventually.ts";
import { metric, postModern } from "../support/http-service.ts";
import { title } from "../support/mlflow-install.ts";
import { isolated, startHttp } from "../support/program.ts";
import { redisAvailable, startRedis } from "../support/redis-server.ts";

const redis = await redisAvailable();

describe.skipIf(!redis.ok)(title("two processes with a Redis", redis), () => {
  it("tell each other of writes, and end in time while it hangs", async () => {
    const server = await startRedis();
    const variables = {
      MLFLOW_TRACKING_URI: `sqlite:///${newPath()}`,
      MLFLOW_PROMPTS_REDIS_URL: server.url,
    };
    const one = await startHttp(isolated(variables).environment);
    const other = await startHttp(isolated(variables).environment);
    for (const { url } of [one, other]) {
      await eventually(async () =>
        expect(await metric(url, "mlflow_prompts_replicas_connected")).toBe(1),
      );
    }

    for (const version of [1, 2, 3]) {
      const registered = await postModern(one.url, "tools/call", {
        name: "register_prompt",
        arguments: {
          name: "greeting",
          template: `Hello {{ who }} ${version}`,
          base_version: version - 1,
        },
      });
      expect(registered.message?.result).toMatchObject({ structuredContent: { version } });
      const received = 'mlflow_prompts_replica_changes_total{event="received"}';
      await eventually(async () => expect(await metric(other.url, received)).toBe(version));
    }

    server.pause();
    for (const { child } of [one, other]) {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      expect(await ended).toEqual([0, null]);
    }
  });
});
