import { ConfigError } from "./errors.ts";
import type { Environment } from "./settings.ts";

export interface ProxyConfig {
  /** `http(s)://[user:password@]host[:port]` */
  readonly url: string;
  /** The environment variable that names it. */
  readonly variable: string;
  readonly noProxy: string;
}

/**
 * The proxy for a server: HTTPS_PROXY for https, HTTP_PROXY for http. The lower-case variables win,
 * as in MLflow's client (3.17, whose HTTP library reads them with Python's `getproxies`).
 * @throws ConfigError without the value, which may contain a password
 */
export function proxyConfig(server: URL, environment: Environment): ProxyConfig | undefined {
  const upper = server.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const variable = [upper.toLowerCase(), upper].find((name) => environment[name]);
  const value = variable && environment[variable];
  if (!value) return undefined;
  const text = value.includes("://") ? value : `http://${value}`;
  if (!isProxyUrl(text)) {
    throw new ConfigError(
      `${variable} must be http(s)://[user:password@]host[:port], with special characters in user and password percent-encoded.`,
    );
  }
  return { url: text, variable, noProxy: environment.no_proxy || environment.NO_PROXY || "" };
}

function isProxyUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return false;
  try {
    decodeURIComponent(url.username);
    decodeURIComponent(url.password);
    return true;
  } catch {
    return false;
  }
}
