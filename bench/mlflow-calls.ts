import { Agent, get } from "node:http";
import { text } from "node:stream/consumers";
import { type Load, load } from "./load.ts";
import { promptName, versionsOfPrompt } from "./prompts.ts";

/**
 * MLflow's own calls, to compare the program with. Each uses a connection of its own, unless an agent
 * keeps connections. The response is read and not parsed.
 */
async function call(url: string, agent: Agent | false = false): Promise<void> {
  const body = await new Promise<string>((resolve, reject) => {
    get(url, { agent }, (response) => {
      const read = text(response);
      if (response.statusCode === 200) read.then(resolve, reject);
      else read.then((said) => reject(new Error(`${url}: ${response.statusCode} ${said}`)), reject);
    }).on("error", reject);
  });
  if (body.length < 10) throw new Error(`${url} answered ${body}`);
}

/** Every prompt in one page: the least that a list of prompts needs. */
export function searchPrompts(url: string): Promise<void> {
  const query = new URLSearchParams({
    filter: "tags.`mlflow.prompt.is_prompt` = 'true'",
    max_results: "1000",
  });
  return call(`${url}/api/2.0/mlflow/registered-models/search?${query}`);
}

/** One version: the least that getting a prompt needs. */
export function getVersion(url: string, name: string, agent?: Agent): Promise<void> {
  const query = new URLSearchParams({ name, version: String(versionsOfPrompt) });
  return call(`${url}/api/2.0/mlflow/model-versions/get?${query}`, agent);
}

/**
 * Gets versions of 100 prompts on fresh connections, then on kept ones, and returns the better of
 * each. Which is better depends on how many workers MLflow has.
 */
export async function loadOfGets(url: string, count: number, atOnce: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const nameOf = (index: number) => promptName(index % 100);
  const fresh = await load(count, atOnce, (index) => getVersion(url, nameOf(index)));
  const kept = await load(count, atOnce, (index) => getVersion(url, nameOf(index), agent));
  agent.destroy();
  return {
    callsPerSecond: Math.max(fresh.callsPerSecond, kept.callsPerSecond),
    p50: Math.min(fresh.p50, kept.p50),
    p99: Math.min(fresh.p99, kept.p99),
  };
}
