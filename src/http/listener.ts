import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { ConfigError } from "../config/errors.ts";
import type { HttpConfig } from "../config/http-config.ts";
import { reachableHost } from "./answered-hosts.ts";
import type { Certificate } from "./certificate.ts";

interface Listening extends Pick<HttpConfig, "host" | "port" | "requestTimeout"> {
  /** Absent means plain HTTP. */
  readonly certificate?: Certificate | undefined;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface Listener {
  /** An address at which clients reach the listener, such as `http://127.0.0.1:8080`. */
  readonly origin: string;
  /** To be called as soon as `listen` resolves: requests get no response before it. */
  serve(handle: Handle): void;
  /** Shows new connections another certificate. Open ones go on. */
  useCertificate(certificate: Certificate): void;
  /** Accepts no more connections. Resolves when the last one has closed. */
  stop(): Promise<void>;
  /** Closes all open connections. */
  destroy(): void;
}

/**
 * Listens for HTTP, or for HTTPS when a certificate is configured.
 * @param flag the flag of the port, for messages
 * @throws ConfigError when the address cannot be used
 */
export async function listen(config: Listening, flag = "--port"): Promise<Listener> {
  const timeoutMs = Math.ceil(1_000 * config.requestTimeout);
  const options: ServerOptions = {
    headersTimeout: Math.ceil(timeoutMs / 3),
    requestTimeout: timeoutMs,
    // How often Node checks both timeouts.
    connectionsCheckingInterval: Math.min(Math.ceil(timeoutMs / 6), 5_000),
    // Longer than load balancers keep idle connections, so that the load balancer closes them first.
    keepAliveTimeout: 75_000,
  };
  const secure = config.certificate && createTlsServer({ ...options, ...config.certificate });
  const server = secure ?? createServer(options);
  const port = await bound(server, config, flag);
  return {
    origin: `${secure ? "https" : "http"}://${reachableHost(config.host)}:${port}`,
    serve(handle) {
      server.on("request", (request, response) => {
        void handle(request, response);
      });
    },
    useCertificate: (certificate) => secure?.setSecureContext(certificate),
    async stop() {
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      // Node has no event for a keep-alive connection that becomes idle, so this polls.
      const closing = setInterval(() => server.closeIdleConnections(), 50);
      await ended;
      clearInterval(closing);
    },
    destroy: () => server.closeAllConnections(),
  };
}

async function bound(server: Server, { host, port }: Listening, flag: string): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRINUSE") {
      const message = `Port ${port} on ${host} is already in use: choose another one with ${flag}, or a free one with ${flag} 0.`;
      throw new Error(message, { cause: error });
    }
    throw new ConfigError(
      `The server cannot listen on ${host} port ${port} (${code}): choose others with --host and ${flag}.`,
    );
  }
  const address: AddressInfo | string | null = server.address();
  return typeof address === "object" && address ? address.port : port;
}
