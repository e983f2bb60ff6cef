import * as z from "zod";
import type { MlflowServer } from "./mlflow-server.ts";

/** How long it took until readers saw what MLflow's client had changed, in milliseconds. */
export interface Freshness {
  readonly median: number;
  readonly worst: number;
  /** Changes that were seen; each was made when all readers had seen the one before. */
  readonly seen: number;
  /** Answers that were older than one that the same reader had been given before. */
  readonly backwards: number;
}

const printed = z.array(z.object({ times: z.array(z.number()).min(1), backwards: z.number() }));

/**
 * Moves an alias to and fro between two versions with MLflow's Python client, while one reader for
 * each server gets the prompt by MCP all the time. What is measured begins before the call that
 * moves the alias.
 * @param pauseMs up to so long is waited between changes, so that they meet readers at any moment
 */
export async function promotions(
  { python }: Pick<MlflowServer, "python">,
  urls: readonly string[],
  { changes, pauseMs }: { readonly changes: number; readonly pauseMs: number },
): Promise<Freshness[]> {
  const output = await python(script(urls, changes, pauseMs));
  return printed.parse(JSON.parse(output)).map(({ times, backwards }) => {
    const sorted = times.toSorted((a, b) => a - b);
    return {
      median: sorted[Math.floor(sorted.length / 2)] ?? 0,
      worst: sorted.at(-1) ?? 0,
      seen: sorted.length,
      backwards,
    };
  });
}

const script = (urls: readonly string[], changes: number, pauseMs: number) => `
import json, random, re, threading, time, urllib.request
import mlflow
from mlflow import MlflowClient

name = "fresh"
mlflow.genai.register_prompt(name=name, template="one")
mlflow.genai.register_prompt(name=name, template="two")
mlflow.genai.set_prompt_alias(name, alias="production", version=1)
body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "prompts/get", "params": {"name": name}}).encode()
headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}

class Reader(threading.Thread):
    def __init__(self, url):
        super().__init__(daemon=True)
        self.url, self.version, self.at, self.flips, self.failure = url, 1, 0.0, 0, None
        self.changed = threading.Condition()
    def run(self):
        while True:
            try:
                request = urllib.request.Request(self.url, body, headers)
                with urllib.request.urlopen(request, timeout=10) as answer:
                    text = answer.read().decode()
                version = 1 if '"one"' in text else 2 if '"two"' in text else None
                if version is None:
                    raise Exception(text)
            except Exception as error:
                self.failure = repr(error)
                version = self.version
            with self.changed:
                if version != self.version:
                    self.version, self.at, self.flips = version, time.perf_counter(), self.flips + 1
                    self.changed.notify_all()
            time.sleep(0.002)

readers = [Reader(url) for url in ${JSON.stringify(urls)}]
for reader in readers:
    reader.start()
client = MlflowClient()
times = [[] for _ in readers]
for change in range(${changes}):
    version = 2 - change % 2
    time.sleep(random.random() * ${pauseMs / 1_000})
    begin = time.perf_counter()
    client.set_prompt_alias(name, "production", version)
    for index, reader in enumerate(readers):
        with reader.changed:
            if not reader.changed.wait_for(lambda: reader.version == version, timeout=30):
                raise Exception(f"{reader.url} still gives version {reader.version}: {reader.failure}")
            times[index].append((reader.at - begin) * 1000)
print(json.dumps([{"times": times[i], "backwards": reader.flips - ${changes}} for i, reader in enumerate(readers)]))
`;
