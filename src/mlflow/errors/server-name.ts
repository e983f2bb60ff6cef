import { maskAddresses } from "../../registry/text/mask-addresses.ts";
import { type HttpCall, target } from "../http/http-call.ts";

/**
 * How errors name an MLflow server, and what they repeat of it. Who runs this program at a terminal
 * reads addresses. Callers from elsewhere are not told what is where in the network: for them a
 * request is its path below the base URL, and whatever is left out is reported to the operator.
 */
export class ServerName {
  readonly #url: string;
  readonly #report: ((detail: string) => void) | undefined;

  /** @param report told of what is left out; absent: errors leave nothing out */
  constructor(url: string, report?: (detail: string) => void) {
    this.#url = url;
    this.#report = report;
  }

  /** The address, where readers may know it. */
  get location(): string | undefined {
    return this.#report ? undefined : this.#url;
  }

  /** "MLflow at http://host", or "MLflow". */
  get mlflow(): string {
    return this.#report ? "MLflow" : `MLflow at ${this.#url}`;
  }

  /** Method and URL, or method and path. Long query values, filters above all, are left out. */
  request(call: HttpCall): string {
    const query = Object.fromEntries(
      Object.entries(call.query ?? {}).filter(([, value]) => value.length <= shownQueryValue),
    );
    return `${call.method} ${this.location ?? ""}${target({ ...call, query })}`;
  }

  /** Where a redirect leads: no query and no credential, which an address may hold. */
  redirected(location: string | undefined): string {
    if (location === undefined || !URL.canParse(location, this.#url)) return "somewhere else";
    const { origin, pathname } = new URL(location, this.#url);
    if (this.#report === undefined) return JSON.stringify(`${origin}${pathname}`);
    this.#report(`a redirect to ${origin}${pathname}`);
    return "another address";
  }

  /** What a server says of its own failure, which may be anything: absent where it is left out. */
  failure(call: HttpCall, said: string): string | undefined {
    if (this.#report === undefined) return said;
    this.#report(`${call.method} ${this.#url}${call.path}: ${said}`);
    return undefined;
  }

  /** What a server says of the request, without the addresses in it. */
  refusal(said: string): string {
    return this.#report ? maskAddresses(said) : said;
  }

  /** The same server with nothing left out, for the operator. */
  told(detail: (name: ServerName) => string): void {
    this.#report?.(detail(new ServerName(this.#url)));
  }
}

const shownQueryValue = 80;
