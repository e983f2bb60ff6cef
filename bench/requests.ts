import { resultOf } from "./answers.ts";
import { type CountingProxy, startCountingProxy } from "./counting-proxy.ts";
import { onMlflow } from "./measured-servers.ts";
import type { Mlflow } from "./mlflow-servers.ts";
import { persistently } from "./persistently.ts";
import { promptName, values } from "./prompts.ts";
import type { Size } from "./registry-files.ts";
import { compared, type Row } from "./rows.ts";
import { StdioServer } from "./stdio-server.ts";

/** The first two are the same call: what a server learns once must not be asked again. */
const lists = [
  { id: "first-list", what: "first list", method: "prompts/list", params: {} },
  { id: "list", what: "second list", method: "prompts/list", params: {} },
];
const calls = [
  ...lists,
  {
    id: "get",
    what: "get",
    method: "prompts/get",
    params: { name: promptName(0), arguments: values },
  },
];

/**
 * How many requests to MLflow each call makes, from the first of a server on, beside the one that
 * it cannot do without.
 */
export async function countRequests({ url }: Mlflow, size: Size): Promise<Row[]> {
  const proxy = await startCountingProxy(url);
  const rows: Row[] = [];
  for (const served of ["newest", "older"] as const) {
    const { result } = await persistently(() => countOnce(proxy, size, served));
    rows.push(...result);
  }
  await proxy.close();
  return rows;
}

async function countOnce(
  proxy: CountingProxy,
  size: Size,
  served: "newest" | "older",
): Promise<Row[]> {
  const server = new StdioServer(onMlflow("stdio", proxy.url, served));
  const rows: Row[] = [];
  try {
    await server.initialize();
    proxy.taken();
    // What a get asks for does not depend on how many other prompts there are.
    for (const { id, what, method, params } of size === 100 ? calls : lists) {
      resultOf((await server.request(method, params)).text);
      rows.push(
        compared({
          id: `requests/${size}/${id}-${served}`,
          measured: `requests of a ${what}, ${served} version served, ${size} prompts`,
          unit: "requests",
          values: [proxy.taken()],
          against: "one call of MLflow's",
          bases: [1],
        }),
      );
    }
    return rows;
  } finally {
    await server.close();
  }
}
