import { afterAll, beforeAll } from "vitest";
import {
  createMlflowClient,
  type MlflowClient,
  type MlflowClientOptions,
  type View,
} from "../../../src/mlflow/client.ts";
import type { PromptRegistry } from "../../../src/registry/prompt-registry.ts";
import type { ContractTraits } from "../../contract/prompt-registry.ts";
import {
  type MlflowServer,
  type MlflowServerOptions,
  startMlflow,
} from "../../support/mlflow-server.ts";

/** The path of MLflow's model registry below a server's URL. */
export const api = "/api/2.0/mlflow";

/** A server, and a client of it, that live as long as the suite that they are started in. */
export interface SuiteServer {
  readonly url: string;
  readonly client: MlflowClient;
  python(script: string): Promise<string>;
  /** As `MlflowServer` has them. */
  crash(): Promise<void>;
  restart(): Promise<void>;
  /** Another client, of the server itself or of what stands before it. It is closed with the suite. */
  clientOf(url?: string, options?: Partial<MlflowClientOptions>): MlflowClient;
  /** What the contract's suite opens. */
  open(view?: View): () => Promise<{ registry: PromptRegistry; close(): Promise<void> }>;
  /** What the contract can do on MLflow beyond the interface. */
  traits(headers?: Readonly<Record<string, string>>): ContractTraits;
}

/** For a busy machine, and a server in its first seconds. */
const patient: Omit<MlflowClientOptions, "baseUrl"> = {
  connectTimeoutMs: 2_000,
  requestTimeoutMs: 30_000,
  maxRetries: 2,
  userAgent: "mlflow-prompts-mcp/test",
};

/** To be called in a `describe`. `prepare` runs once the server answers. */
export function suiteServer(
  options: MlflowServerOptions,
  prepare: (url: string) => Promise<void> = async () => {},
): SuiteServer {
  let server: MlflowServer | undefined;
  let client: MlflowClient | undefined;
  const clients: MlflowClient[] = [];
  const clientOf = (url: string, options?: Partial<MlflowClientOptions>) => {
    const opened = createMlflowClient({ ...patient, baseUrl: url, ...options });
    clients.push(opened);
    return opened;
  };
  const started = <T>(what: T | undefined): T => {
    if (what === undefined) throw new Error("The server runs only while the suite does.");
    return what;
  };

  beforeAll(async () => {
    server = await startMlflow(options);
    client = clientOf(server.url);
    await prepare(server.url);
  });

  afterAll(async () => {
    await Promise.all(clients.map((opened) => opened.close()));
    await server?.stop();
  });

  return {
    get url() {
      return started(server).url;
    },
    get client() {
      return started(client);
    },
    python: (script) => started(server).python(script),
    crash: () => started(server).crash(),
    restart: () => started(server).restart(),
    clientOf: (url = started(server).url, options) => clientOf(url, options),
    open: (view) => async () => ({
      registry: started(client).registry(view),
      close: async () => {},
    }),
    traits: (headers) => ({
      async createModel(name) {
        const path = `${api}/registered-models/create`;
        await rest(started(server).url, "POST", path, { name }, headers);
      },
    }),
  };
}

/** A request by another client than ours. */
export async function rest(
  url: string,
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (response.ok) return;
  throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
}
