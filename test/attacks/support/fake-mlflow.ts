import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { searchModels, searchVersions } from "./fake-search.ts";
import { FakeStore, modelJson, Refused, versionJson } from "./fake-store.ts";

/** A request as it arrived. */
export interface Arrived {
  /** Method and path: "GET /health", "POST registered-models/alias". */
  readonly route: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly body: Body;
}

interface Body {
  readonly name?: string;
  readonly key?: string;
  readonly value?: string;
  readonly version?: string;
  readonly alias?: string;
  readonly description?: string;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

/** Answers a request itself (true), or leaves it to the fake. */
type Interception = (
  request: Arrived,
  response: ServerResponse,
) => boolean | undefined | Promise<boolean | undefined>;

/**
 * A server in the place of MLflow 3.17 with a registry in memory, for what a real one cannot be
 * made to do: answer late, at length, for others, or not at all.
 */
export interface FakeMlflow {
  readonly url: string;
  readonly store: FakeStore;
  /** Everything that was asked but for its health. */
  readonly arrived: readonly Arrived[];
  /** Looks at every request first. */
  intercept: Interception | undefined;
  /** Breaks every connection, and each that comes, while it is true. */
  down: boolean;
}

/** Starts one that ends with the test. */
export async function startFakeMlflow(): Promise<FakeMlflow> {
  const store = new FakeStore();
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => refuse(response, error));
  });

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(incoming);
    if (fake.down) {
      response.destroy();
      return;
    }
    const url = new URL(incoming.url ?? "/", "http://fake");
    const path = url.pathname.replace("/api/2.0/mlflow/", "");
    const request: Arrived = {
      route: `${incoming.method} ${path}`,
      query: url.searchParams,
      authorization: incoming.headers.authorization,
      body: body === "" ? {} : JSON.parse(body),
    };
    if (path !== "/health") arrived.push(request);
    if (await fake.intercept?.(request, response)) return;
    const plain = plainTexts.get(request.route);
    if (plain !== undefined) {
      response.end(plain);
      return;
    }
    const route = routes[request.route];
    if (route === undefined) throw new Refused(404, "ENDPOINT_NOT_FOUND", request.route);
    reply(response, 200, route(store, request));
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The fake has no port.");
  const fake: FakeMlflow = {
    url: `http://127.0.0.1:${address.port}`,
    store,
    arrived,
    intercept: undefined,
    down: false,
  };
  return fake;
}

/** Answers with JSON, for interceptions. */
export function reply(response: ServerResponse, status: number, json: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
}

function refuse(response: ServerResponse, error: unknown): void {
  if (error instanceof Refused) {
    reply(response, error.status, { error_code: error.code, message: error.message });
    return;
  }
  response.destroy();
}

const plainTexts = new Map([
  ["GET /health", "OK"],
  ["GET /version", "3.17.2"],
]);

type Route = (store: FakeStore, request: Arrived) => unknown;

const routes: Readonly<Record<string, Route>> = {
  "GET /api/3.0/mlflow/server-info": () => ({ store_type: "SqlStore", workspaces_enabled: false }),
  "GET registered-models/get": (store, { query }) => ({
    registered_model: modelJson(store.model(query.get("name") ?? "")),
  }),
  "GET registered-models/search": (store, { query }) => {
    const { items, next } = searchModels(store.models.values(), query);
    return { registered_models: items.map(modelJson), ...tokenOf(next) };
  },
  "POST registered-models/create": (store, { body }) => ({
    registered_model: modelJson(
      store.create(body.name ?? "", body.description ?? "", body.tags ?? []),
    ),
  }),
  "DELETE registered-models/delete": (store, { body }) => {
    store.models.delete(store.model(body.name ?? "").name);
    return {};
  },
  "POST registered-models/set-tag": (store, { body }) => {
    store.model(body.name ?? "").tags.set(body.key ?? "", body.value ?? "");
    return {};
  },
  "GET registered-models/alias": (store, { query }) => ({
    model_version: versionJson(
      store.versionByAlias(query.get("name") ?? "", query.get("alias") ?? ""),
      [query.get("alias") ?? ""],
    ),
  }),
  "POST registered-models/alias": (store, { body }) => {
    store.setAlias(body.name ?? "", body.alias ?? "", body.version ?? "");
    return {};
  },
  "DELETE registered-models/alias": (store, { body }) => {
    store.model(body.name ?? "").aliases.delete(body.alias ?? "");
    return {};
  },
  "GET model-versions/get": (store, { query }) => ({
    model_version: versionJson(
      store.version(query.get("name") ?? "", query.get("version") ?? ""),
      [],
    ),
  }),
  "GET model-versions/search": (store, { query }) => {
    const { items, next } = searchVersions(store.models.values(), query);
    return { model_versions: items.map((one) => versionJson(one)), ...tokenOf(next) };
  },
  "POST model-versions/create": (store, { body }) => ({
    model_version: versionJson(
      store.addVersion(body.name ?? "", body.description ?? "", body.tags ?? []),
      [],
    ),
  }),
  "POST model-versions/set-tag": (store, { body }) => {
    const version = store.version(body.name ?? "", body.version ?? "");
    version.tags.set(body.key ?? "", body.value ?? "");
    return {};
  },
};

function tokenOf(next: string | undefined) {
  return next === undefined ? {} : { next_page_token: next };
}
