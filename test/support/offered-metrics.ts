import { Metrics } from "../../src/http/operations/metrics.ts";
import { postModern, startService } from "./http-service.ts";

/**
 * What `/metrics` has where everything is in use. The service is real. What the embedded registry and one
 * replica have not is counted beside it: MLflow, models, Redis, webhooks.
 */
export async function offeredMetrics(): Promise<string> {
  const { url } = await startService();
  await postModern(url, "prompts/list");
  await postModern(url, "tools/call", { name: "load_prompt", arguments: { name: "absent" } });
  const served = await (await fetch(new URL("/metrics", url))).text();
  const metrics = new Metrics();
  metrics.upstream({ endpoint: "GET /x", outcome: "2xx", seconds: 1, attempt: 1 });
  metrics.model({
    model: "m",
    outcome: "ok",
    seconds: 1,
    usage: { inputTokens: 1, outputTokens: 1 },
    cost: { inputUsd: 0, outputUsd: 1, totalUsd: 1 },
  });
  metrics.replica("sent");
  metrics.delivery("accepted");
  metrics.limited("bodies");
  metrics.session(1);
  const zero = () => 0;
  metrics.addGauges({
    ...{ sessions: zero, streams: zero, inFlight: zero, bodies: zero, unread: zero },
    ...{ reachable: () => true, cached: zero, replicasConnected: () => true },
  });
  return `${served}\n${await metrics.text()}`;
}
