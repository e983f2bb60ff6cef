import { type OpenRegistry, openRegistry } from "../backend/open-registry.ts";
import type { TelemetryConfig } from "../config/config.ts";
import type { HttpServerConfig } from "../config/http-config.ts";
import type { StdioStart } from "../config/stdio-start.ts";
import { isLoopback } from "../config/texts.ts";
import { userAgent, version } from "../config/version.ts";
import { warnOfInsecureTls } from "../log/insecure-tls.ts";
import type { Log } from "../log/log.ts";
import { RegistryError } from "../registry/errors.ts";
import { limits } from "../registry/limits.ts";
import { policyFromConfig } from "../server/policy-from-config.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { describeAnsweredHosts, findAnsweredHosts } from "./answered-hosts.ts";
import { type Certificate, CertificateWatch, loadCertificate } from "./certificate.ts";
import { clientConfigs } from "./client-configs.ts";
import { type Listener, listen } from "./listener.ts";
import { Metrics } from "./operations/metrics.ts";
import { createUpstreamErrorLog } from "./operations/upstream-error-log.ts";
import { createHttpService } from "./service.ts";
import { StartToken } from "./ui/start-token.ts";
import { pagePath } from "./ui/ui-route.ts";

export interface HttpServing {
  /** What is served, for the operator. */
  readonly announcement: string;
  /** Reads the files of the certificate again at once; absent without a certificate. */
  readonly reloadCertificate?: () => void;
  close(): Promise<void>;
}

/**
 * Starts the HTTP server.
 * @throws RegistryError with `--auth none`, when the registry is unavailable. In the other modes the
 *   server starts and `/readyz` reports that it is not ready
 * @throws ConfigError when the address cannot be used
 */
export async function serveHttp(
  config: HttpServerConfig,
  log: Log,
  stdio: StdioStart,
): Promise<HttpServing> {
  const { tls } = config.http;
  const certificate = tls && loadCertificate(tls);
  warnOfInsecureTls(config.registry, log);
  const policy = await policyFromConfig(config);
  const telemetry = config.telemetry && (await openTelemetry(config.telemetry, log));
  const metrics = new Metrics(config.models, telemetry);
  const registry = await openRegistry(config, {
    userAgent,
    observe: (exchange) => metrics.upstream(exchange),
    report: createUpstreamErrorLog(log),
    uiUrl: config.http.mlflowUiUrl,
  });
  const summary = await summaryOf(registry, config).catch((error: unknown) => {
    throw withAddress(error, config);
  });
  const hosts = await findAnsweredHosts(config.http);
  const listener = await listen({ ...config.http, certificate });
  const { origin } = listener;
  const startToken = needsStartToken(config.http) ? new StartToken() : undefined;
  const service = createHttpService(
    config,
    policy,
    registry,
    { origin, hosts, startToken },
    metrics,
    log,
  );
  listener.serve(service.handle);
  let operations: Listener | undefined;
  const use = (found: Certificate) => {
    for (const each of [listener, operations]) each?.useCertificate(found);
  };
  const watch = tls && certificate && new CertificateWatch(tls, certificate, use, log);
  const close = async () => {
    watch?.close();
    const stopped = listener.stop();
    await service.stop();
    // The operations port answers until here that the server is stopping.
    const all = Promise.all([stopped, operations?.stop()]);
    await Promise.race([all, lastResponsesTimeout()]);
    listener.destroy();
    operations?.destroy();
    await registry.close();
    await telemetry?.close();
  };
  try {
    operations = await operationsListener(config.http, certificate);
  } catch (error) {
    await close();
    throw error;
  }
  operations?.serve(service.handleOperations);
  const url = `${config.http.publicUrl ?? origin}/mcp`;
  log.info("listening", { url, address: origin, operations: operations?.origin });
  return {
    announcement: [
      `mlflow-prompts-mcp ${version} at ${url}`,
      summary,
      describeAnsweredHosts(hosts, config.http.host),
      ...describePage(config.http, origin, startToken),
      "",
      `${connectionHelp(url, config, stdio)}\n`,
    ].join("\n"),
    ...(watch ? { reloadCertificate: () => watch.checkNow() } : {}),
    close,
  };
}

/** Loaded only where something is exported. */
async function openTelemetry(config: TelemetryConfig, log: Log): Promise<Telemetry> {
  const { openTelemetry: open } = await import("../telemetry/open-telemetry.ts");
  return open(config, "tcp", log);
}

/** With `--auth none` nobody signs in, so on this machine's own address the page needs a token. */
function needsStartToken({ auth, servesPage, host }: HttpServerConfig["http"]): boolean {
  return servesPage && auth.mode === "none" && isLoopback(host);
}

function describePage(
  { servesPage, publicUrl }: HttpServerConfig["http"],
  origin: string,
  startToken: StartToken | undefined,
): readonly string[] {
  if (!servesPage) return [];
  const fragment = startToken ? `/#token=${startToken.value}` : "";
  return [`In a browser: ${publicUrl ?? origin}${pagePath}${fragment}`];
}

/** Undefined when no operations port is configured. */
async function operationsListener(
  http: HttpServerConfig["http"],
  certificate: Certificate | undefined,
): Promise<Listener | undefined> {
  const { operationsPort: port } = http;
  if (port === undefined) return undefined;
  return await listen({ ...http, port, certificate }, "--operations-port");
}

/** How clients connect. Over stdio they would not authenticate as they do over HTTP. */
function connectionHelp(url: string, { http }: HttpServerConfig, stdio: StdioStart): string {
  const use = `Clients use ${url}, or ${url}/{workspace}, with`;
  switch (http.auth.mode) {
    case "none":
      return clientConfigs({ url }, stdio);
    case "forward": {
      const headers = { Authorization: "<credential>" };
      return `${use} their Authorization header.\n\n${clientConfigs({ url, headers })}`;
    }
    case "oauth":
      return `${use} an access token of the issuer.\n\n${clientConfigs({ url })}`;
  }
}

/** Adds MLflow's address to the error, which is shown to the operator and not to callers. */
function withAddress(error: unknown, { registry }: HttpServerConfig): unknown {
  if (!(error instanceof RegistryError) || registry.kind !== "mlflow") return error;
  const { kind, message, subject } = error;
  const withUrl = `${message} The configured MLflow server is ${registry.baseUrl}.`;
  return new RegistryError(kind, withUrl, subject, { cause: error });
}

/** The time that clients have to read the last responses. */
function lastResponsesTimeout(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1_000).unref());
}

async function summaryOf(registry: OpenRegistry, config: HttpServerConfig): Promise<string> {
  const { serve, readOnly, workspace, http } = config;
  const served = `Prompts are served at the first of these aliases that they have: ${serve.join(", ")}${readOnly ? "; read-only" : ""}.`;
  if (http.auth.mode !== "none") {
    const who =
      http.auth.mode === "forward"
        ? "their own MLflow credential"
        : "an access token of the issuer";
    return `Callers authenticate with ${who}.\n${served}`;
  }
  const credential = config.registry.kind === "mlflow" ? config.registry.credential : undefined;
  const view = registry.view({ workspace, credential });
  const about = await view.describe();
  const { items, nextCursor } = await view.searchPrompts({ limit: limits.pageSize });
  const place =
    config.registry.kind === "mlflow"
      ? `MLflow server ${config.registry.baseUrl}`
      : `embedded registry ${about.location}`;
  const names = items.slice(0, 10).map(({ name }) => name);
  const shown = names.length < items.length ? `${names.join(", ")}, ...` : names.join(", ");
  return [
    `Serving the ${place}${about.workspace ? `, workspace ${about.workspace}` : ""}.`,
    `${items.length}${nextCursor ? " or more" : ""} prompts${shown && `: ${shown}`}.`,
    served,
  ].join("\n");
}
