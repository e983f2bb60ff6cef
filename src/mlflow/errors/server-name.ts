import { maskAddresses } from "../../registry/text/mask-addresses.ts";
import { type HttpCall, target } from "../http/http-call.ts";

interface ServerNameOptions {
  readonly report?: (detail: string) => void;
  readonly uiUrl?: string | undefined;
}

/**
 * How errors name an MLflow server, and how much of its messages they repeat. A user at a terminal
 * sees addresses. Remote callers must not learn addresses inside the network: their errors contain
 * only the name of MLflow's endpoint, and the omitted details are reported to the operator.
 */
export class ServerName {
  /** The address of MLflow's pages; undefined where callers must not learn it. */
  readonly location: string | undefined;
  readonly #url: string;
  readonly #report: ((detail: string) => void) | undefined;

  /**
   * @param options `report` receives the omitted details; if absent, errors omit nothing. `uiUrl` is the
   *   address that callers open MLflow's pages at, when it is another
   */
  constructor(url: string, options: ServerNameOptions = {}) {
    this.#url = url;
    this.#report = options.report;
    this.location = options.uiUrl ?? (options.report ? undefined : url);
  }

  /** "MLflow at http://host", or "MLflow". */
  get mlflow(): string {
    return this.#report ? "MLflow" : `MLflow at ${this.#url}`;
  }

  /**
   * Method and URL, or method and endpoint: "GET registered-models/get?name=x". Omits query values
   * over 80 characters, mostly filters, and lists.
   */
  request(call: HttpCall): string {
    const query = Object.fromEntries(
      Object.entries(call.query ?? {}).filter(
        ([, value]) => typeof value === "string" && value.length <= shownQueryValue,
      ),
    );
    const path = target({ ...call, query });
    return `${call.method} ${this.#report ? path.replace(apiPath, "") : `${this.#url}${path}`}`;
  }

  /** The target of a redirect, without its query and credentials. */
  redirected(location: string | undefined): string {
    if (location === undefined || !URL.canParse(location, this.#url)) return "an unknown address";
    const { origin, pathname } = new URL(location, this.#url);
    if (this.#report === undefined) return JSON.stringify(`${origin}${pathname}`);
    this.#report(`a redirect to ${origin}${pathname}`);
    return "another address";
  }

  /** The server's message about its own failure, with any content; undefined when errors omit it. */
  failure(call: HttpCall, said: string): string | undefined {
    if (this.#report === undefined) return said;
    this.#report(`${call.method} ${this.#url}${call.path}: ${said}`);
    return undefined;
  }

  /** The server's message about the request; addresses are masked for remote callers. */
  refusal(said: string): string {
    if (this.#report === undefined) return said;
    const { hostname } = new URL(this.#url);
    // A host without a dot, such as "mlflow", is a word as well.
    return maskAddresses(hostname.includes(".") ? said.replaceAll(hostname, "[address]") : said);
  }

  /** Reports a detail to the operator, with nothing omitted. */
  report(detail: (name: ServerName) => string): void {
    this.#report?.(detail(new ServerName(this.#url)));
  }
}

const shownQueryValue = 80;

const apiPath = /^\/(?:api\/\d\.0\/mlflow\/)?/;
