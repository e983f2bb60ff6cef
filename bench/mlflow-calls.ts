import { get } from "node:http";
import { text } from "node:stream/consumers";

/**
 * MLflow's own calls, to set the program's beside: each on a connection of its own, which with
 * more than one worker is the faster way. The answer is read and not parsed.
 */
async function call(url: string): Promise<void> {
  const body = await new Promise<string>((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      const read = text(response);
      if (response.statusCode === 200) read.then(resolve, reject);
      else read.then((said) => reject(new Error(`${url}: ${response.statusCode} ${said}`)), reject);
    }).on("error", reject);
  });
  if (body.length < 10) throw new Error(`${url} answered ${body}`);
}

/** Every prompt in one page: what a list of prompts cannot do without. */
export function searchPrompts(url: string): Promise<void> {
  const query = new URLSearchParams({
    filter: "tags.`mlflow.prompt.is_prompt` = 'true'",
    max_results: "1000",
  });
  return call(`${url}/api/2.0/mlflow/registered-models/search?${query}`);
}

/** One prompt with its newest version: what getting a prompt cannot do without. */
export function getPrompt(url: string, name: string): Promise<void> {
  return call(`${url}/api/2.0/mlflow/registered-models/get?${new URLSearchParams({ name })}`);
}
