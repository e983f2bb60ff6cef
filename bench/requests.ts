import { resultOf } from "./answers.ts";
import { type CountingProxy, startCountingProxy } from "./counting-proxy.ts";
import {
  type Command,
  onMlflow,
  type Served,
  uncachedOnMlflow,
  unpolled,
} from "./measured-servers.ts";
import type { Mlflow } from "./mlflow-servers.ts";
import { persistently } from "./persistently.ts";
import { promptName, values } from "./prompts.ts";
import type { Size } from "./registry-files.ts";
import { compared, type Row } from "./rows.ts";
import { StdioServer } from "./stdio-server.ts";

interface Request {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

type Call = Request & { readonly id: string; readonly what: string };

const list = { method: "prompts/list", params: {} };
const get = { method: "prompts/get", params: { name: promptName(0), arguments: values } };

/** The first two are the same call: the server must not request again what it has learned. */
const uncachedLists: readonly Call[] = [
  { id: "first-list", what: "first list", ...list },
  { id: "list", what: "second list, uncached", ...list },
];
/** The requests of a get do not depend on the number of other prompts. */
const uncachedGet: Call = { id: "get", what: "get, uncached", ...get };

const warmCalls: readonly Call[] = [
  { id: "warm-list", what: "warm list", ...list },
  { id: "warm-get", what: "get after a list", ...get },
];

/**
 * How many requests to MLflow each call sends, from the first call of a server on, beside the one
 * request that it needs at least.
 */
export async function countRequests({ url }: Mlflow, size: Size): Promise<Row[]> {
  const proxy = await startCountingProxy(url);
  const rows: Row[] = [];
  for (const served of ["newest", "older"] as const) {
    const asked = { proxy, size, served };
    const uncached = uncachedOnMlflow("stdio", proxy.url, served);
    const uncachedCalls = size === 100 ? [...uncachedLists, uncachedGet] : uncachedLists;
    const warm = unpolled(onMlflow("stdio", proxy.url, served));
    const { result: ofUncached } = await persistently(() =>
      countOnce({ ...asked, command: uncached, before: [], calls: uncachedCalls }),
    );
    const { result: ofWarm } = await persistently(() =>
      countOnce({ ...asked, command: warm, before: [list], calls: warmCalls }),
    );
    rows.push(...ofUncached, ...ofWarm);
  }
  await proxy.close();
  return rows;
}

interface Count {
  readonly proxy: CountingProxy;
  readonly command: Command;
  readonly size: Size;
  readonly served: Served;
  /** Calls that are made first and not counted. */
  readonly before: readonly Request[];
  readonly calls: readonly Call[];
}

async function countOnce({ proxy, command, size, served, before, calls }: Count): Promise<Row[]> {
  const server = new StdioServer(command);
  const rows: Row[] = [];
  const ask = async ({ method, params }: Request) =>
    resultOf((await server.request(method, params)).text);
  try {
    await server.initialize();
    for (const request of before) await ask(request);
    proxy.taken();
    for (const call of calls) {
      await ask(call);
      rows.push(
        compared({
          id: `requests/${size}/${call.id}-${served}`,
          measured: `requests of a ${call.what}, ${served} version served, ${size} prompts`,
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
