import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { HttpRefusal } from "../refusal.ts";

/** The header in which the page sends the token. */
export const tokenHeader = "x-mlflow-prompts-token";

/**
 * The token in the address that `http` prints when it starts, as notebooks have one. With `--auth none`
 * the server's own page needs it: whoever can open the port in a browser is not yet the person at the
 * terminal. MCP clients need none.
 */
export class StartToken {
  readonly value = randomBytes(24).toString("base64url");

  /** @throws HttpRefusal 401 when the request has no token, or another one */
  check({ headers }: IncomingMessage): void {
    const given = headers[tokenHeader];
    if (typeof given === "string" && this.#is(given)) return;
    throw new HttpRefusal(
      401,
      "This page needs the token of the running server: open the address that the server printed when it started.",
    );
  }

  #is(given: string): boolean {
    const [one, other] = [Buffer.from(given), Buffer.from(this.value)];
    return one.length === other.length && timingSafeEqual(one, other);
  }
}
